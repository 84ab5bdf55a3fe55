import type { Clock } from '@backchannel/emulator';

/** Real time that counts who waits for it: the emulator has no other timers of its own. */
export class CountingClock implements Clock {
  readonly #waiting = new Set<NodeJS.Timeout>();

  now(): number {
    return performance.now();
  }

  after(delayMs: number, task: () => void): () => void {
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      task();
    }, delayMs);
    this.#waiting.add(timer);
    return () => {
      this.#waiting.delete(timer);
      clearTimeout(timer);
    };
  }

  /** Timers that nobody has cancelled. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Takes them all back. */
  clear(): void {
    for (const timer of this.#waiting) clearTimeout(timer);
    this.#waiting.clear();
  }
}
