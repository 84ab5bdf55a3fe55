import type { Clock } from '../ports.ts';

interface Entry {
  readonly dueAtMs: number;
  readonly task: () => void;
}

/**
 * A clock that many share and that costs one timer: a session hands it to everything that it owns, so a hundred
 * conversations that each wait for something hold one timer of the real clock, and none while nothing waits.
 *
 * Entries of the same moment run in the order in which they were made. The timer is moved only when something earlier
 * comes: an early wake finds nothing due and waits for the next, which is cheaper than a new timer at every key.
 */
export class Agenda implements Clock {
  readonly #clock: Clock;
  /** Latest first, so that the next to run is taken off the end. */
  readonly #entries: Entry[] = [];
  #armedAtMs = Infinity;
  #disarm: (() => void) | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(delayMs: number, task: () => void): () => void {
    if (this.#closed) return () => {};
    const entry = { dueAtMs: this.now() + Math.max(delayMs, 0), task };
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.dueAtMs ?? 0) > entry.dueAtMs) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    this.#arm();
    return () => {
      const index = this.#entries.indexOf(entry);
      if (index >= 0) this.#entries.splice(index, 1);
      if (this.#entries.length === 0) this.#stop();
    };
  }

  /** Forgets everything. Later entries never run. */
  close(): void {
    this.#closed = true;
    this.#entries.length = 0;
    this.#stop();
  }

  #stop(): void {
    this.#disarm?.();
    this.#disarm = undefined;
    this.#armedAtMs = Infinity;
  }

  #arm(): void {
    const next = this.#entries.at(-1);
    if (!next || next.dueAtMs >= this.#armedAtMs) return;
    this.#stop();
    this.#armedAtMs = next.dueAtMs;
    this.#disarm = this.#clock.after(next.dueAtMs - this.now(), () => this.#run());
  }

  #run(): void {
    this.#stop();
    const now = this.now();
    for (let next = this.#entries.at(-1); next && next.dueAtMs <= now; next = this.#entries.at(-1)) {
      this.#entries.pop();
      next.task();
    }
    this.#arm();
  }
}
