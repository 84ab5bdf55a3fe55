import type { Settled } from '../settled.ts';
import { type CheckedBroadcast, DURATION_MAX_MS } from './broadcast.ts';

/** How a broadcast ended, before it is told. */
export interface Verdict extends Settled {
  /** The channel took it: only then is it a success. */
  readonly taken: boolean;
}

/**
 * One broadcast from its call to its end. It ends once: by what came of it, or by being withdrawn (its caller, a newer
 * broadcast of its session, or the end of the broadcaster).
 */
export class PendingBroadcast {
  readonly broadcast: CheckedBroadcast;
  readonly calledAtMs: number;
  /**
   * From here on it is untrue. A `typing` says how long it holds; an end of typing is worth telling until the longest
   * indicator has ended by itself.
   */
  readonly expiresAtMs: number;
  /** Resolves when it has ended. */
  readonly ended: Promise<Verdict>;
  /** How often the channel was given it. */
  attempts = 0;
  /** The channel has it now. */
  isCarried = false;
  readonly #controller = new AbortController();
  #end: (verdict: Verdict) => void = () => undefined;
  #verdict: Verdict | undefined;
  #successor: Verdict | undefined;

  constructor(broadcast: CheckedBroadcast, calledAtMs: number) {
    this.broadcast = broadcast;
    this.calledAtMs = calledAtMs;
    this.expiresAtMs = calledAtMs + (broadcast.type === 'typing' ? broadcast.durationMs : DURATION_MAX_MS);
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get isTyping(): boolean {
    return this.broadcast.type === 'typing';
  }

  /** Aborted when it is withdrawn. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What it ended with when a newer one came while a request of it was on its way: it is not tried again. */
  get successor(): Verdict | undefined {
    return this.#successor;
  }

  /** It came to an end by itself. After a withdrawal this says nothing new. */
  end(verdict: Verdict): void {
    this.#verdict ??= verdict;
    this.#end(this.#verdict);
  }

  /** It must go no further, wherever it is. */
  withdraw(verdict: Verdict): void {
    if (this.#verdict) return;
    this.#verdict = verdict;
    this.#end(verdict);
    this.#controller.abort();
  }

  /** A newer broadcast of the session takes its place. What is on its way already is left to arrive. */
  giveWayTo(newer: PendingBroadcast): void {
    const verdict: Verdict =
      newer.isTyping === this.isTyping
        ? {
            outcome: 'coalesced',
            reason: 'A newer broadcast of the session that says the same took its place.',
            taken: false,
          }
        : { outcome: 'suppressed:stale', reason: 'A newer broadcast of the session says otherwise.', taken: false };
    if (this.isCarried) this.#successor ??= verdict;
    else this.withdraw(verdict);
  }
}
