import type { Clock } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { SharedArbiter } from '../typing/shared-arbiter.ts';

/**
 * The most that wait for a place in the limits: messages, which are refused beyond, so that nobody waits for minutes; and
 * other requests, of which agents that share a token make one for each of their conversations.
 */
const WAITING_MAX = { message: 64, other: 4_000 } as const;

interface Waiting {
  readonly budgets: readonly string[];
  readonly done: (settled?: Settled) => void;
}

/**
 * Where messages and other requests wait until the limits have room: messages before all others, each of the two first come
 * first served. Whoever waits for a budget stops those behind that use it, too, and nobody else. Signals never stand here:
 * they have the arbiter's own line and its leftovers.
 */
export class RequestLine {
  readonly #shared: SharedArbiter;
  readonly #clock: Clock;
  readonly #waiting = { message: new Set<Waiting>(), other: new Set<Waiting>() };
  #cancelWake: (() => void) | undefined;

  constructor(shared: SharedArbiter, clock: Clock) {
    this.#shared = shared;
    this.#clock = clock;
  }

  /** Resolves with nothing when it may go, and is counted, at once; else with why it will not. */
  enter(kind: 'message' | 'other', budgets: readonly string[], signal?: AbortSignal): Promise<Settled | undefined> {
    if (signal?.aborted) return Promise.resolve(ABORTED);
    const line = this.#waiting[kind];
    if (line.size >= WAITING_MAX[kind]) {
      const reason = `${line.size} requests wait already. Send less, or later.`;
      return Promise.resolve({ outcome: 'suppressed:budget', reason });
    }
    return new Promise((resolve) => {
      const abort = () => {
        line.delete(waiting);
        resolve(ABORTED);
        // It may have been what the others waited behind.
        this.#advance();
      };
      const done = (settled?: Settled) => {
        line.delete(waiting);
        signal?.removeEventListener('abort', abort);
        resolve(settled);
      };
      const waiting = { budgets, done };
      signal?.addEventListener('abort', abort);
      line.add(waiting);
      this.#advance();
    });
  }

  /** Ends everything that waits. */
  close(settled: Settled): void {
    this.#cancelWake?.();
    for (const line of Object.values(this.#waiting)) for (const { done } of line) done(settled);
  }

  #advance(): void {
    this.#cancelWake?.();
    const now = this.#clock.now();
    const full = new Set<string>();
    let wakeAtMs = Infinity;
    for (const kind of ['message', 'other'] as const) {
      for (const { budgets, done } of this.#waiting[kind]) {
        if (budgets.some(full.has, full)) continue;
        const admission = this.#shared.arbiter[kind](budgets, now);
        if (admission.granted) done();
        else {
          full.add(admission.budget);
          wakeAtMs = Math.min(wakeAtMs, admission.retryAtMs);
        }
      }
    }
    this.#cancelWake = wakeAtMs < Infinity ? this.#clock.after(wakeAtMs - now, () => this.#advance()) : undefined;
  }
}

const ABORTED: Settled = { outcome: 'aborted', reason: 'The caller gave up.' };
