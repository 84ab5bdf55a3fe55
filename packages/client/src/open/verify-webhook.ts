import { OPEN_SIGNATURE_PREFIX } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';

/** The bytes of a request body as they came. A text is taken for its UTF-8. */
export type RawBody = Uint8Array | ArrayBuffer | string;

/** A request to your webhook, as far as its signature is concerned. */
export interface SignedWebhook {
  readonly rawBody: RawBody;
  /** The header `X-Hub-Signature-256`, as the server gives it. */
  readonly signature: string | readonly string[] | null | undefined;
}

const utf8 = new TextEncoder();

/**
 * Whether a webhook was signed with this secret: `sha256=` and the base64 of the HMAC-SHA256 of the body (documented,
 * OPEN-SIGNATURE). Give it the body as it came, before anything parses it: a body that was parsed and written again is another
 * text. A missing or malformed signature is `false`. Compared in constant time, by Web Crypto.
 *
 * ```ts
 * const genuine = await verifyWebhook({ secret, rawBody, signature: request.headers['x-hub-signature-256'] });
 * ```
 *
 * @throws BackchannelError `option.invalid`: no secret, or a body that has been parsed.
 */
export async function verifyWebhook({
  secret,
  signature,
  rawBody,
}: SignedWebhook & { readonly secret: string }): Promise<boolean> {
  if (typeof secret !== 'string' || secret === '') {
    throw new BackchannelError('option.invalid', 'Cannot verify without a secret. Pass the one of the integration.');
  }
  const body = bytesOf(rawBody);
  const given = signatureBytes(signature);
  if (!given) return false;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['verify']);
  return crypto.subtle.verify('HMAC', key, given, body);
}

/** The bytes of a body. @throws BackchannelError `option.invalid` for anything that is neither bytes nor text. */
export function bytesOf(rawBody: RawBody): Uint8Array<ArrayBuffer> {
  if (typeof rawBody === 'string') return utf8.encode(rawBody);
  if (rawBody instanceof Uint8Array || rawBody instanceof ArrayBuffer) return new Uint8Array(rawBody);
  throw new BackchannelError(
    'option.invalid',
    `rawBody cannot be ${rawBody === null ? 'null' : typeof rawBody}: pass the bytes of the request as they came, before a JSON parser has them.`,
  );
}

/** Base64 has spare bits that decoders pass over; only the text that those bytes are written as is the signature. */
function signatureBytes(signature: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (typeof signature !== 'string' || !signature.startsWith(OPEN_SIGNATURE_PREFIX)) return undefined;
  const base64 = signature.slice(OPEN_SIGNATURE_PREFIX.length);
  if (!/^[A-Za-z0-9+/]{43}=$/.test(base64)) return undefined;
  const binary = atob(base64);
  return btoa(binary) === base64 ? Uint8Array.from(binary, (character) => character.charCodeAt(0)) : undefined;
}
