/** What the emulator gives ids to. */
export type IdKind =
  | 'deployment'
  | 'integration'
  | 'queue'
  | 'oauthClient'
  | 'oauthSecret'
  | 'organization'
  | 'authorizationCode'
  | 'refreshToken'
  | 'accessToken'
  | 'jwtKey'
  | 'agent'
  | 'session'
  | 'conversation'
  | 'participant'
  | 'communication'
  | 'message'
  | 'channelMessage'
  | 'correlation'
  | 'customer'
  | 'signInCode'
  | 'signIn'
  | 'attachment'
  | 'webhookSecret'
  | 'messagingSetting'
  /** Whatever a typing event or a notification needs: it must not move the ids of messages. */
  | 'signal'
  | 'channel'
  | 'request'
  | 'robot';

/** Spreads every bit of a 32-bit number over all others, reversibly: different numbers stay different ("lowbias32"). */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/** The 128 bits of an id. */
type Words = readonly [number, number, number, number];

/** Where the ids of a kind begin: one starting point for each word. */
function startsOf(seed: number, kind: string): Words {
  const startOf = (word: number): number => {
    let start = mix(mix(seed | 0) ^ Math.floor(seed / 2 ** 32) ^ word);
    for (const character of kind) start = mix(start ^ character.charCodeAt(0));
    return start;
  };
  return [startOf(1), startOf(2), startOf(3), startOf(4)];
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const hexOf = (byte: number): string => HEX[byte & 0xff] ?? '';
const highOf = (word: number): string => hexOf(word >>> 24) + hexOf(word >>> 16);
const lowOf = (word: number): string => hexOf(word >>> 8) + hexOf(word);

/**
 * Ids from a seed, counted per kind: the n-th conversation of a seed has the same id whatever else happened before it, so a
 * test can name ids it has not seen yet and two runs can be compared line by line. Mixed by hand instead of hashed: every
 * message needs three of them, on the emulator's busiest path.
 */
export class SeededIds {
  readonly #seed: number;
  readonly #scope: string;
  readonly #kinds = new Map<IdKind, { readonly starts: Words; count: number }>();

  /** `scope` separates the ids of those that share a seed: two tenants have none in common. */
  constructor(seed: number, scope = '') {
    this.#seed = seed;
    this.#scope = scope;
  }

  /** 32 hexadecimal digits. */
  hex(kind: IdKind): string {
    const [a, b, c, d] = this.#next(kind);
    return highOf(a) + lowOf(a) + highOf(b) + lowOf(b) + highOf(c) + lowOf(c) + highOf(d) + lowOf(d);
  }

  /** Shaped like a UUID of version 4. */
  uuid(kind: IdKind): string {
    const [a, b, c, d] = this.#next(kind);
    const version = lowOf((b & ~0xf000) | 0x4000);
    const variant = highOf((c & ~0xc0000000) | 0x80000000);
    return `${highOf(a)}${lowOf(a)}-${highOf(b)}-${version}-${variant}-${lowOf(c)}${highOf(d)}${lowOf(d)}`;
  }

  #next(kind: IdKind): Words {
    let state = this.#kinds.get(kind);
    if (state === undefined) {
      state = { starts: startsOf(this.#seed, `${this.#scope}${kind}`), count: 0 };
      this.#kinds.set(kind, state);
    }
    state.count += 1;
    const [a, b, c, d] = state.starts;
    return [mix(a + state.count), mix(b + state.count), mix(c + state.count), mix(d + state.count)];
  }
}
