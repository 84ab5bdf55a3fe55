import type { Clock } from '@backchannel/client';

/** A clock that moves when told. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #tasks: { readonly dueAtMs: number; readonly task: () => void }[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const entry = { dueAtMs: this.#nowMs + delayMs, task };
    this.#tasks.push(entry);
    return () => {
      this.#tasks = this.#tasks.filter((each) => each !== entry);
    };
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs;
    for (;;) {
      const next = this.#tasks.filter(({ dueAtMs }) => dueAtMs <= untilMs).toSorted((a, b) => a.dueAtMs - b.dueAtMs)[0];
      if (next === undefined) break;
      this.#tasks = this.#tasks.filter((each) => each !== next);
      this.#nowMs = next.dueAtMs;
      next.task();
    }
    this.#nowMs = untilMs;
  }
}
