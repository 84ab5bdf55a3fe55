import type { Clock } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { SharedArbiter } from '../typing/shared-arbiter.ts';

/** The most messages and requests that wait for a place in the limits. */
const WAITING_MAX = 64;

interface Waiting {
  readonly kind: 'message' | 'other';
  readonly budgets: readonly string[];
  readonly done: (settled: Settled | undefined) => void;
}

/**
 * Where messages and other requests wait, first come first served, until the limits have room. Signals never stand here:
 * they have the arbiter's own line and its leftovers.
 */
export class RequestLine {
  readonly #shared: SharedArbiter;
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  #cancelWake: (() => void) | undefined;

  constructor(shared: SharedArbiter, clock: Clock) {
    this.#shared = shared;
    this.#clock = clock;
  }

  /** Resolves with nothing when it may go, and is counted, at once; else with why it will not. */
  enter(kind: 'message' | 'other', budgets: readonly string[], signal?: AbortSignal): Promise<Settled | undefined> {
    if (signal?.aborted) return Promise.resolve(ABORTED);
    if (this.#waiting.length >= WAITING_MAX) {
      const reason = `${WAITING_MAX} requests wait already. Send less, or later.`;
      return Promise.resolve({ outcome: 'suppressed:budget', reason });
    }
    return new Promise((resolve) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(ABORTED);
      };
      const done = (settled: Settled | undefined) => {
        signal?.removeEventListener('abort', abort);
        resolve(settled);
      };
      const waiting = { kind, budgets, done };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      this.#advance();
    });
  }

  /** Ends everything that waits. */
  close(settled: Settled): void {
    this.#cancelWake?.();
    for (const { done } of this.#waiting.splice(0)) done(settled);
  }

  #advance(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const now = this.#clock.now();
      const admission = this.#shared.arbiter[first.kind](first.budgets, now);
      if (!admission.granted) {
        this.#cancelWake = this.#clock.after(admission.retryAtMs - now, () => this.#advance());
        return;
      }
      this.#waiting.shift();
      first.done(undefined);
    }
  }
}

const ABORTED: Settled = {
  outcome: 'aborted',
  reason: 'The caller gave up while it waited for a place in the limits.',
};
