import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@backchannel/client';
import { randomBytes } from '../adapters/chance.ts';
import type { ClientSettings } from '../config/settings.ts';
import { RelayProblem } from '../domain/problem.ts';
import { verifySecret } from './secret-hash.ts';

/** Wrong secrets of one client that one address may try at once, and again in each minute. A person who mistypes never gets there. */
export const WRONG_SECRETS_PER_MINUTE = 20;
/** How long one of them counts. */
const FORGIVEN_AFTER_MS = 60_000 / WRONG_SECRETS_PER_MINUTE;
/** Checks that run at a time (each takes a thread for some 60 ms, or twice that), and that wait for their turn. */
export const SECRET_CHECKS_MAX = 32;
/** Clients of an address whose wrong secrets are remembered; who failed first is forgotten. */
const GUESSED_AT_MAX = 10_000;
/** Checks whose answer is remembered or awaited; the oldest is forgotten. */
const ANSWERS_MAX = 1_000;

/** Checked for a client that does not exist, so that an answer takes as long for a wrong name as for a wrong secret. */
const NOBODYS_HASH = 'scrypt:32768:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** Who a program says it is. */
export interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

/**
 * Knows whether a client's secret is right. The hash is dear on purpose, so what was checked once is remembered by a keyed
 * digest (the key lives and dies with the process), and who guesses is slowed down.
 *
 * Wrong secrets count by address and client: behind a proxy that the configuration does not name, or in an office, all the
 * world has one address, and whoever guesses there must not keep the others out. The client that is guessed at is kept out for
 * seconds only: wrong ones are forgiven one by one, and one right answer is enough for as long as the process lives.
 */
export class ClientSecrets {
  readonly #clients: ReadonlyMap<string, ClientSettings>;
  readonly #clock: Clock;
  readonly #digestKey = randomBytes(32);
  /** Digests of credentials that were right, by the hash that they fit: while secrets change hands a client has two. */
  readonly #right = new Map<string, Buffer>();
  /** Checks under way, for all who ask the same meanwhile, and those that found a secret wrong: it is no better next time. */
  readonly #answers = new Map<string, Promise<string | undefined>>();
  /** When all that was wrong will be forgiven, by address and client; the names that no client has count together. */
  readonly #forgivenAtMs = new Map<string, number>();
  #running = 0;

  constructor(clients: ReadonlyMap<string, ClientSettings>, clock: Clock) {
    this.#clients = clients;
    this.#clock = clock;
  }

  /**
   * The client whose secret came, `undefined` when it is wrong. `readings`: what a request says, in every way in which it can
   * be read; together they are one check.
   *
   * @throws RelayProblem `rate.limited` when the address has failed too often for this client, or too many checks wait.
   */
  async check(readings: readonly ClientCredentials[], address: string): Promise<string | undefined> {
    const right = readings.find((reading) => this.#isRight(reading));
    if (right !== undefined) return right.id;
    const key = this.#digest(readings).toString('base64');
    const asked = this.#answers.get(key);
    if (asked !== undefined) return asked;
    const answer = this.#verify(readings, this.#admit(readings, address));
    this.#answers.set(key, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > ANSWERS_MAX && oldest !== undefined) this.#answers.delete(oldest);
    const forget = () => this.#answers.delete(key);
    // What is right is remembered by its hash, where no guesses can push it out; a check that failed has said nothing.
    answer.then((clientId) => clientId !== undefined && forget(), forget);
    return answer;
  }

  async #verify(readings: readonly ClientCredentials[], forgive: () => void): Promise<string | undefined> {
    this.#running += 1;
    try {
      for (const reading of readings) {
        const own = this.#clients.get(reading.id)?.secretHashes;
        for (const hash of own ?? [NOBODYS_HASH]) {
          if (!(await verifySecret(reading.secret, hash)) || own === undefined) continue;
          this.#right.set(hash, this.#digest(reading));
          forgive();
          return reading.id;
        }
      }
      return undefined;
    } finally {
      this.#running -= 1;
    }
  }

  #isRight(reading: ClientCredentials): boolean {
    const hashes = this.#clients.get(reading.id)?.secretHashes ?? [];
    const digest = this.#digest(reading);
    return hashes.some((hash) => {
      const right = this.#right.get(hash);
      return right !== undefined && timingSafeEqual(right, digest);
    });
  }

  #digest(said: object): Buffer {
    return createHmac('sha256', this.#digestKey).update(JSON.stringify(said)).digest();
  }

  /** Counts a secret as wrong until it turns out to be right, so that those that come together count too. Gives what takes it back. */
  #admit(readings: readonly ClientCredentials[], address: string): () => void {
    if (this.#running >= SECRET_CHECKS_MAX) {
      throw new RelayProblem('rate.limited', 429, `${SECRET_CHECKS_MAX} secrets are being checked at this moment.`, {
        fix: 'Keep a token until shortly before it expires (expires_in) instead of asking for one per call.',
        retryAfterMs: 1_000,
      });
    }
    const clientId = readings.find(({ id }) => this.#clients.has(id))?.id ?? '';
    const key = `${address} ${clientId}`;
    const nowMs = this.#clock.now();
    const owedMs = Math.max((this.#forgivenAtMs.get(key) ?? nowMs) - nowMs, 0);
    const waitMs = owedMs - (WRONG_SECRETS_PER_MINUTE - 1) * FORGIVEN_AFTER_MS;
    if (waitMs > 0) {
      throw new RelayProblem(
        'rate.limited',
        429,
        `From this address ${WRONG_SECRETS_PER_MINUTE} wrong secrets have come for this client, or for clients that don’t exist.`,
        {
          fix: 'Check client id and secret, and try again as soon as Retry-After says. If the relay stands behind a proxy that listen.trustedProxies does not name, all callers have one address.',
          retryAfterMs: waitMs,
        },
      );
    }
    this.#owe(key, nowMs + owedMs + FORGIVEN_AFTER_MS);
    return () => this.#owe(key, (this.#forgivenAtMs.get(key) ?? nowMs) - FORGIVEN_AFTER_MS);
  }

  #owe(key: string, forgivenAtMs: number): void {
    this.#forgivenAtMs.set(key, forgivenAtMs);
    const [oldest] = this.#forgivenAtMs.keys();
    if (this.#forgivenAtMs.size > GUESSED_AT_MAX && oldest !== undefined) this.#forgivenAtMs.delete(oldest);
  }
}
