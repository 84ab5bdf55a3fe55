import type { Clock } from '@backchannel/emulator';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #nowMs = 1_000;
  #tasks: { readonly dueMs: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { dueMs: this.#nowMs + delayMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== entry);
    };
  }

  /** Moves the time and runs what falls due, in order. */
  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#tasks
        .filter((each) => each.dueMs <= untilMs)
        .sort((left, right) => left.dueMs - right.dueMs)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((each) => each !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = untilMs;
  }

  /** Timers that nobody has cancelled. */
  get waiting(): number {
    return this.#tasks.length;
  }
}
