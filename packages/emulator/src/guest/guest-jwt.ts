import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseJson } from '@backchannel/protocol';

/** Seconds that a guest's JWT lives (third-party, GUEST-JWT-LIFE). */
export const GUEST_JWT_SECONDS = 60;

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT","kid":"emulator"}').toString('base64url');

interface Claims {
  /** The session, or the customer who signed in. */
  readonly sub: string;
  /** Epoch seconds. */
  readonly exp: number;
  /** The sign-in, in a JWT of the token exchange alone: neither kind is good for the other's purpose. */
  readonly sid?: string;
}

const signature = (key: string, signed: string): Buffer => createHmac('sha256', key).update(signed).digest();

function sign(key: string, claims: Claims): string {
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${signature(key, signed).toString('base64url')}`;
}

function read(key: string, jwt: string): Claims | undefined {
  const [header, payload, given, ...rest] = jwt.split('.');
  if (header !== HEADER || payload === undefined || given === undefined || rest.length > 0) return undefined;
  const expected = signature(key, `${header}.${payload}`);
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString(), (value) => ({
    ok: true,
    value: value as Claims,
  }));
  return claims.ok ? claims.value : undefined;
}

/** The bearer of the guest's history: names the session, so nothing has to be remembered. `exp` in epoch seconds. */
export const signGuestJwt = (key: string, sessionId: string, exp: number): string => sign(key, { sub: sessionId, exp });

/** The session and the end of a JWT that this emulator signed; `undefined` for anything else. */
export function readGuestJwt(
  key: string,
  jwt: string,
): { readonly sessionId: string; readonly exp: number } | undefined {
  const claims = read(key, jwt);
  return claims === undefined || claims.sid !== undefined ? undefined : { sessionId: claims.sub, exp: claims.exp };
}

/** What the token exchange gives for a code: names the customer and the sign-in. */
export const signSignInJwt = (key: string, customerId: string, signInId: string, exp: number): string =>
  sign(key, { sub: customerId, exp, sid: signInId });

/** The sign-in and the end of a JWT of the token exchange; `undefined` for anything else. */
export function readSignInJwt(
  key: string,
  jwt: string,
): { readonly signInId: string; readonly exp: number } | undefined {
  const claims = read(key, jwt);
  return claims?.sid === undefined ? undefined : { signInId: claims.sid, exp: claims.exp };
}
