import type { SeededIds } from '../ids.ts';

/**
 * Somebody whom the emulator's identity provider knows. `code` and `idToken` are what a page would bring back from there; they
 * can be used again and again (assumed, GUEST-SIGN-IN-PROVIDER).
 */
export interface Customer {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly code: string;
  readonly idToken: string;
}

/** Two, so that "another customer on the same device" can be tried. */
export const seedCustomers = (ids: SeededIds): readonly Customer[] =>
  [
    { firstName: 'Cara', lastName: 'Diaz' },
    { firstName: 'Dev', lastName: 'Patel' },
  ].map((name) => ({
    id: ids.uuid('customer'),
    ...name,
    code: `emulator-code-${ids.hex('signInCode')}`,
    idToken: `emulator-id-token-${ids.hex('signInCode')}`,
  }));

export const fullNameOf = ({ firstName, lastName }: Customer): string => `${firstName} ${lastName}`;
