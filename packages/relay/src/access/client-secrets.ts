import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@backchannel/client';
import { randomBytes } from '../adapters/chance.ts';
import type { ClientSettings } from '../config/settings.ts';
import { RelayProblem } from '../domain/problem.ts';
import { RequestRate } from './request-rate.ts';
import { verifySecret } from './secret-hash.ts';

/** Wrong secrets that one address may try in a minute; more and it waits. A person who mistypes never gets there. */
export const WRONG_SECRETS_PER_MINUTE = 20;
/** Checks that run at a time (each takes a thread for some 60 ms), and that wait for their turn. */
export const SECRET_CHECKS_MAX = 32;
/** Addresses whose failures are remembered; the one that failed first is forgotten. */
const ADDRESSES_MAX = 10_000;

/** Checked for a client that does not exist, so that an answer takes as long for a wrong name as for a wrong secret. */
const NOBODYS_HASH = 'scrypt:32768:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/**
 * Knows whether a client's secret is right. The hash is dear on purpose, so a secret that was right once is remembered as
 * a keyed digest (the key lives and dies with the process), and who guesses is slowed down by address.
 */
export class ClientSecrets {
  readonly #clients: ReadonlyMap<string, ClientSettings>;
  readonly #clock: Clock;
  readonly #digestKey = randomBytes(32);
  /** Digests of secrets that were right, by the hash that they fit: while secrets change hands a client has two. */
  readonly #known = new Map<string, Buffer>();
  readonly #failures = new Map<string, RequestRate>();
  #running = 0;

  constructor(clients: ReadonlyMap<string, ClientSettings>, clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /** Throws `RelayProblem` (429) when the address has failed too often, or too many checks wait. */
  async check(clientId: string, secret: string, address: string): Promise<boolean> {
    const digest = createHmac('sha256', this.#digestKey).update(secret).digest();
    const own = this.#clients.get(clientId)?.secretHashes;
    if (own?.some((hash) => this.#isKnown(hash, digest))) return true;
    this.#admit(address);
    this.#running += 1;
    try {
      for (const hash of own ?? [NOBODYS_HASH]) {
        if (await verifySecret(secret, hash)) {
          this.#known.set(hash, digest);
          return own !== undefined;
        }
      }
      return false;
    } finally {
      this.#running -= 1;
    }
  }

  #isKnown(hash: string, digest: Buffer): boolean {
    const known = this.#known.get(hash);
    return known !== undefined && timingSafeEqual(known, digest);
  }

  /** Every check counts, right or wrong: a right one is remembered and never comes here again. */
  #admit(address: string): void {
    if (this.#running >= SECRET_CHECKS_MAX) {
      throw new RelayProblem('rate.limited', 429, `${SECRET_CHECKS_MAX} secrets are being checked at this moment.`, {
        fix: 'Keep a token until shortly before it expires (expires_in) instead of asking for one per call.',
        retryAfterMs: 1_000,
      });
    }
    let rate = this.#failures.get(address);
    if (rate === undefined) {
      rate = new RequestRate(WRONG_SECRETS_PER_MINUTE);
      this.#failures.set(address, rate);
      const [oldest] = this.#failures.keys();
      if (this.#failures.size > ADDRESSES_MAX && oldest !== undefined) this.#failures.delete(oldest);
    }
    const waitMs = rate.use(this.#clock.now());
    if (waitMs > 0) {
      throw new RelayProblem(
        'rate.limited',
        429,
        `This address has tried ${WRONG_SECRETS_PER_MINUTE} client secrets within a minute.`,
        { fix: 'Check client id and secret, and wait as long as Retry-After says.', retryAfterMs: waitMs },
      );
    }
  }
}
