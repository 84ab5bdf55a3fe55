import { type Budget, TOKEN_BUDGET } from '@backchannel/signals';
import type { RequestLine } from '../core/request-line.ts';
import type { Settled } from '../settled.ts';

/** Old texts: a third of the token's 300 a minute, all of it beyond the part of the messages. Our own choice. */
export const READS_BUDGET: Budget = { id: 'reads', limit: 100, windowMs: 60_000, messageReserve: 100 };

/** The most that wait: after a reconnect every conversation of every agent is read. */
const WAITING_MAX = 20_000;

const BUDGETS = [TOKEN_BUDGET.id, READS_BUDGET.id];

/**
 * Where requests for what is old wait. The first of them alone stands in the line of all others: thousands can wait here for
 * minutes, and cost a message nothing, not even the look at each of them.
 */
export class ReadLine {
  readonly #line: RequestLine;
  readonly #waiting = new Set<(hasTurn: boolean) => void>();
  #busy = false;

  constructor(line: RequestLine) {
    this.#line = line;
  }

  /** Resolves with nothing when it may go, and is counted; else with why it will not. */
  async enter(signal: AbortSignal | undefined): Promise<Settled | undefined> {
    if (this.#waiting.size >= WAITING_MAX) {
      return { outcome: 'suppressed:budget', reason: `${WAITING_MAX} readings wait already.` };
    }
    // Given up: the line says so, and keeps no place for it.
    if (signal?.aborted || (this.#busy && !(await this.#turn(signal))))
      return this.#line.enter('other', BUDGETS, signal);
    this.#busy = true;
    try {
      return await this.#line.enter('other', BUDGETS, signal);
    } finally {
      const [next] = this.#waiting;
      this.#busy = next !== undefined;
      next?.(true);
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const abort = () => go(false);
      const go = (hasTurn: boolean) => {
        this.#waiting.delete(go);
        signal?.removeEventListener('abort', abort);
        resolve(hasTurn);
      };
      this.#waiting.add(go);
      signal?.addEventListener('abort', abort);
    });
  }
}
