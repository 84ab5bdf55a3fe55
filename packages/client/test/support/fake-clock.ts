import type { Clock } from '@backchannel/client';

interface Timer {
  readonly dueAtMs: number;
  readonly task: () => void;
}

/** Lets everything run that promises have queued, without letting time pass. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands still until it is advanced, and that knows what waits for it. */
export class FakeClock implements Clock {
  readonly #timers: Timer[] = [];
  #nowMs = 1_000;

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    if (!(delayMs < Infinity)) throw new Error(`A timer of ${delayMs} ms would never run.`);
    const timer = { dueAtMs: this.#nowMs + Math.max(delayMs, 0), task };
    this.#timers.push(timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Runs what is due within `durationMs`, in order, and lets promises settle before, between and after. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    await settle();
    for (;;) {
      const next = this.#timers.reduce<Timer | undefined>(
        (best, timer) => (!best || timer.dueAtMs < best.dueAtMs ? timer : best),
        undefined,
      );
      if (!next || next.dueAtMs > untilMs) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.dueAtMs);
      next.task();
      await settle();
    }
    this.#nowMs = untilMs;
  }
}
