import { createHmac, timingSafeEqual } from 'node:crypto';
import { parseJson } from '@backchannel/protocol';

/** Seconds that a guest's JWT lives (third-party, GUEST-JWT-LIFE). */
export const GUEST_JWT_SECONDS = 60;

const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT","kid":"emulator"}').toString('base64url');

const signature = (key: string, signed: string): Buffer => createHmac('sha256', key).update(signed).digest();

/** The bearer of the guest's history: names the session, so nothing has to be remembered. `exp` in epoch seconds. */
export function signGuestJwt(key: string, sessionId: string, exp: number): string {
  const signed = `${HEADER}.${Buffer.from(JSON.stringify({ sub: sessionId, exp })).toString('base64url')}`;
  return `${signed}.${signature(key, signed).toString('base64url')}`;
}

/** The session and the end of a JWT that this emulator signed; `undefined` for anything else. */
export function readGuestJwt(
  key: string,
  jwt: string,
): { readonly sessionId: string; readonly exp: number } | undefined {
  const [header, payload, given, ...rest] = jwt.split('.');
  if (header !== HEADER || payload === undefined || given === undefined || rest.length > 0) return undefined;
  const expected = signature(key, `${header}.${payload}`);
  const actual = Buffer.from(given, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return undefined;
  const claims = parseJson(Buffer.from(payload, 'base64url').toString(), (value) => ({
    ok: true,
    value: value as { sub: string; exp: number },
  }));
  return claims.ok ? { sessionId: claims.value.sub, exp: claims.value.exp } : undefined;
}
