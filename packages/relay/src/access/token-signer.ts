import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Names the format, so that a scanner finds a token that was published, and another format can follow. */
const PREFIX = 'bc1';
const KEY_BYTES_MIN = 32;
/** Longer ones are certainly not ours. */
const TOKEN_LENGTH_MAX = 2_048;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/** The bytes of a key as the configuration has it (hex or base64); `undefined` when it is neither, or too short. */
export function keyBytes(text: string): Buffer | undefined {
  const hex = /^(?:[0-9a-f]{2})+$/i.test(text);
  if (!hex && !/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, hex ? 'hex' : 'base64');
  return bytes.length >= KEY_BYTES_MIN ? bytes : undefined;
}

/**
 * Signs what a token says, and tells whether a token was signed by one of the keys: `bc1.{key}.{claims}.{signature}`, the
 * claims as base64url JSON, the signature HMAC-SHA256 over everything before it. Not a JWT: there is one algorithm, and
 * nothing in a token chooses it.
 */
export class TokenSigner {
  readonly #keys: ReadonlyMap<string, Key>;
  readonly #newest: Key;

  /** `keys`: newest first. The first signs, all verify; drop one when what it signed has expired. */
  constructor(keys: readonly string[]) {
    const parsed = keys.map((text, index) => {
      const bytes = keyBytes(text);
      if (bytes === undefined) {
        throw new TypeError(
          `Cannot sign tokens: tokens.keys[${index}] is not hex or base64 of at least ${KEY_BYTES_MIN} bytes. Make one with: openssl rand -hex 32`,
        );
      }
      return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 8), bytes };
    });
    const [newest] = parsed;
    if (newest === undefined) {
      throw new TypeError('Cannot sign tokens: tokens.keys is empty. Make a key with: openssl rand -hex 32');
    }
    this.#newest = newest;
    this.#keys = new Map(parsed.map((key) => [key.id, key]));
  }

  sign(claims: object): string {
    const body = `${PREFIX}.${this.#newest.id}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    return `${body}.${signature(this.#newest, body).toString('base64url')}`;
  }

  /** The claims of a token that one of the keys signed, else `undefined`. */
  verify(token: string): unknown {
    if (token.length > TOKEN_LENGTH_MAX) return undefined;
    const match = /^(bc1\.([0-9a-f]{8})\.([\w-]+))\.([\w-]{43})$/.exec(token);
    const [, body, keyId, claims, given] = match ?? [];
    const key = this.#keys.get(keyId ?? '');
    if (key === undefined || body === undefined || claims === undefined || given === undefined) return undefined;
    if (!timingSafeEqual(signature(key, body), Buffer.from(given, 'base64url'))) return undefined;
    return JSON.parse(Buffer.from(claims, 'base64url').toString());
  }
}

const signature = (key: Key, body: string): Buffer => createHmac('sha256', key.bytes).update(body).digest();
