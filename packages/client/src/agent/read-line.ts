import { type Budget, TOKEN_BUDGET } from '@backchannel/signals';
import type { RequestLine } from '../core/request-line.ts';
import type { Clock } from '../ports.ts';
import type { Settled } from '../settled.ts';

/** Old texts: a third of the token's 300 a minute, all of it beyond the part of the messages. Our own choice. */
export const READS_BUDGET: Budget = { id: 'reads', limit: 100, windowMs: 60_000, messageReserve: 100 };

/**
 * Conversations that somebody else names: another third, so that no flood of names costs a message its place; in small windows,
 * because somebody waits for each. Our own choice.
 */
export const LOOKUPS_BUDGET: Budget = { id: 'lookups', limit: 10, windowMs: 6_000, messageReserve: 10 };

/** The most that wait: after a reconnect every conversation of every agent is read. */
const WAITING_MAX = 20_000;

/** While the line of all others is full, its end is looked for again this much later: what is old can wait. */
const FULL_RETRY_MS = 1_000;

/**
 * Where requests of one kind that can wait do so. The first of them alone stands in the line of all others: thousands can wait
 * here for minutes, and cost a message nothing, not even the look at each of them.
 */
export class ReadLine {
  readonly #line: RequestLine;
  readonly #clock: Clock;
  readonly #budgets: readonly string[];
  readonly #waiting = new Set<(hasTurn: boolean) => void>();
  #busy = false;
  /** Why nobody goes any more. */
  #over: Settled | undefined;

  constructor(line: RequestLine, clock: Clock, budgetId: string = READS_BUDGET.id) {
    this.#line = line;
    this.#clock = clock;
    this.#budgets = [TOKEN_BUDGET.id, budgetId];
  }

  /** Resolves with nothing when it may go, and is counted; else with why it will not. */
  async enter(signal: AbortSignal | undefined): Promise<Settled | undefined> {
    if (this.#waiting.size >= WAITING_MAX) {
      return { outcome: 'suppressed:budget', reason: `${WAITING_MAX} readings wait already.` };
    }
    const isLater = this.#busy && !this.#over;
    // Given up: the line says so, and keeps no place for it.
    if (signal?.aborted || (isLater && !(await this.#turn(signal))))
      return (signal?.aborted ? undefined : this.#over) ?? this.#ask(signal);
    this.#busy = true;
    try {
      return await this.#first(signal);
    } finally {
      const [next] = this.#waiting;
      this.#busy = next !== undefined;
      next?.(true);
    }
  }

  /** Tells all who wait, and all who come, why they will not go. The line of all others is its owner's to close. */
  close(settled: Settled): void {
    this.#over = settled;
    for (const go of [...this.#waiting]) go(false);
  }

  async #first(signal: AbortSignal | undefined): Promise<Settled | undefined> {
    for (;;) {
      if (this.#over) return this.#over;
      const refusal = await this.#ask(signal);
      if (refusal?.outcome !== 'suppressed:budget') return refusal;
      await this.#turn(signal, FULL_RETRY_MS);
    }
  }

  #ask(signal: AbortSignal | undefined): Promise<Settled | undefined> {
    return this.#line.enter('other', this.#budgets, signal);
  }

  /** Whether it is this one's turn, or the time of it, and not the end of whoever waits for it. */
  #turn(signal: AbortSignal | undefined, withinMs?: number): Promise<boolean> {
    return new Promise((resolve) => {
      const abort = () => go(false);
      const go = (hasTurn: boolean) => {
        this.#waiting.delete(go);
        cancel?.();
        signal?.removeEventListener('abort', abort);
        resolve(hasTurn);
      };
      const cancel = withinMs === undefined ? undefined : this.#clock.after(withinMs, () => go(true));
      this.#waiting.add(go);
      signal?.addEventListener('abort', abort);
    });
  }
}
