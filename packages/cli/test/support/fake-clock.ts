import type { Clock } from '@backchannel/client';

/** Time that passes only when the test says so; due tasks run in the order of their time. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #tasks = new Map<object, { readonly dueMs: number; readonly task: () => void }>();

  /** Tasks that wait: 0 at the end of a test that leaks no timer. */
  get pending(): number {
    return this.#tasks.size;
  }

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, task: () => void): () => void {
    const key = {};
    this.#tasks.set(key, { dueMs: this.#nowMs + delayMs, task });
    return () => this.#tasks.delete(key);
  }

  advance(byMs: number): void {
    const endMs = this.#nowMs + byMs;
    for (;;) {
      const next = [...this.#tasks]
        .filter(([, { dueMs }]) => dueMs <= endMs)
        .sort(([, a], [, b]) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      const [key, { dueMs, task }] = next;
      this.#tasks.delete(key);
      this.#nowMs = Math.max(this.#nowMs, dueMs);
      task();
    }
    this.#nowMs = endMs;
  }
}
