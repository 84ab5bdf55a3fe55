import type { Clock } from '@backchannel/client';

/** Sessions whose last typing is remembered; beyond, the one that is longest ago is forgotten early. */
export const SESSIONS_MAX = 100_000;

/** At most one use of each key in `gapMs`. */
export class TypingGap {
  readonly #clock: Clock;
  readonly #gapMs: number;
  /** When each was used last, the oldest first. */
  readonly #lastMs = new Map<string, number>();

  constructor(clock: Clock, gapMs: number) {
    this.#clock = clock;
    this.#gapMs = gapMs;
  }

  /** Counts a use and returns 0; or counts nothing and returns how many milliseconds to wait. */
  use(key: string): number {
    const nowMs = this.#clock.now();
    for (const [old, atMs] of this.#lastMs) {
      if (nowMs - atMs < this.#gapMs && this.#lastMs.size < SESSIONS_MAX) break;
      this.#lastMs.delete(old);
    }
    const lastMs = this.#lastMs.get(key);
    if (lastMs !== undefined) return lastMs + this.#gapMs - nowMs;
    this.#lastMs.set(key, nowMs);
    return 0;
  }
}
