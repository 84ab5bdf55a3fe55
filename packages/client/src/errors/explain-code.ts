import { CLIENT_CODES, type Explanation, GUEST_SOCKET_CODES, OUTCOMES, PLATFORM_CODES } from './error-table.ts';

const TABLES: readonly Readonly<Record<string, Explanation>>[] = [
  CLIENT_CODES,
  OUTCOMES,
  PLATFORM_CODES,
  GUEST_SOCKET_CODES,
];

/**
 * Cause and fix of a code: of a `BackchannelError` (with or without `platform.`), a notice, an outcome, or a frame of the
 * guest socket. `undefined` for a code that is not in the tables, as new ones of the platform are. The same tables make
 * docs/errors.md; they are in an entry of their own so that no messenger has to load them.
 *
 * ```ts
 * const { error } = await guest.send('Hello');
 * if (error) console.error(error.message, explainCode(error.code)?.fix);
 * ```
 */
export function explainCode(code: string | number): Explanation | undefined {
  const name = String(code).replace(/^platform\./, '');
  return TABLES.find((table) => Object.hasOwn(table, name))?.[name];
}
