import { RelayProblem } from '../domain/problem.ts';

/** Conversations of Genesys's that one client has named and that are looked up at this moment, at most. */
export const LOOKUPS_WAITING_MAX = 20;

/** When a client who has so many may name another: some have had their turn by then. */
const LOOKUPS_RETRY_MS = 5_000;

/**
 * Bounds what one client's words cost: each names one of Genesys's conversations, and is a request of the one token that all
 * clients share. Who names too many at once is told, and keeps nobody else's waiting.
 */
export class Lookups {
  /** By client; there are as many as the configuration has. */
  readonly #waiting = new Map<string, number>();

  /** @throws RelayProblem `rate.limited`, before anything of `work` is done. */
  async within<Value>(clientId: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#waiting.get(clientId) ?? 0;
    if (before >= LOOKUPS_WAITING_MAX) throw tooMany();
    this.#waiting.set(clientId, before + 1);
    try {
      return await work();
    } finally {
      this.#waiting.set(clientId, (this.#waiting.get(clientId) ?? 1) - 1);
    }
  }
}

const tooMany = (): RelayProblem =>
  new RelayProblem(
    'rate.limited',
    429,
    `${LOOKUPS_WAITING_MAX} of your calls with a genesysConversationId wait for Genesys already; nothing was made.`,
    {
      fix: 'Leave genesysConversationId out (the relay finds the conversation by itself), or send it again when some have been answered.',
      retryAfterMs: LOOKUPS_RETRY_MS,
    },
  );
