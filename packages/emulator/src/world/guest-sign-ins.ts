import { BOUNDS } from '../bounds.ts';
import { readSignInJwt, signSignInJwt } from '../guest/guest-jwt.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Customer } from './customers.ts';

/** Seconds that the JWT of the token exchange lives (assumed, GUEST-SIGN-IN-JWT-LIFE). */
const SIGN_IN_JWT_SECONDS = 900;

/** What a guest receives for a code. */
export interface SignInTokens {
  readonly jwt: string;
  readonly refreshToken: string;
}

interface SignIn {
  readonly id: string;
  readonly customer: Customer;
}

/** Who has signed in with which deployment, from the exchange of a code until its revocation. */
export class GuestSignIns {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #key: string;
  readonly #customers: readonly Customer[];
  /** By refresh token; a sign-in that is not here is over. */
  readonly #signIns = new Map<string, SignIn>();

  constructor(ids: SeededIds, timeline: Timeline, key: string, customers: readonly Customer[]) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#key = key;
    this.#customers = customers;
  }

  /** By what the identity provider gave: a code, or an id token. */
  exchange(given: {
    readonly code?: string | undefined;
    readonly idToken?: string | undefined;
  }): SignInTokens | undefined {
    const customer = this.#customers.find((each) =>
      given.code === undefined ? each.idToken === given.idToken : each.code === given.code,
    );
    if (customer === undefined) return undefined;
    const refreshToken = `emulator-guest-refresh-${this.#ids.hex('signIn')}`;
    this.#signIns.set(refreshToken, { id: this.#ids.uuid('signIn'), customer });
    if (this.#signIns.size > BOUNDS.guestRefreshTokens) {
      for (const oldest of this.#signIns.keys()) {
        this.#signIns.delete(oldest);
        break;
      }
    }
    return this.refresh(refreshToken);
  }

  /** The refresh token stays as it is. */
  refresh(refreshToken: string): SignInTokens | undefined {
    const signIn = this.#signIns.get(refreshToken);
    if (signIn === undefined) return undefined;
    const exp = this.#timeline.epochSeconds(this.#timeline.nowMs()) + SIGN_IN_JWT_SECONDS;
    return { jwt: signSignInJwt(this.#key, signIn.customer.id, signIn.id, exp), refreshToken };
  }

  /** Whose JWT it is; `over` when its time is, or when it was revoked; `undefined` for anything that is none of ours. */
  read(jwt: string): Customer | 'over' | undefined {
    const claims = readSignInJwt(this.#key, jwt);
    if (claims === undefined) return undefined;
    if (claims.exp <= this.#timeline.epochSeconds(this.#timeline.nowMs())) return 'over';
    const signIn = [...this.#signIns.values()].find((each) => each.id === claims.signInId);
    return signIn?.customer ?? 'over';
  }

  /** Ends every sign-in of a customer. */
  revoke(customer: Customer): void {
    for (const [refreshToken, signIn] of this.#signIns) {
      if (signIn.customer.id === customer.id) this.#signIns.delete(refreshToken);
    }
  }
}
