import type { Clock } from './ports.ts';

/** Longest single wait that is asked of a clock: longer ones overflow Node's timers. Whoever waits looks again afterwards. */
const WAIT_MS_MAX = 2_000_000_000;

/**
 * The one time of an emulator: whole milliseconds since its start, and wall time derived from the start instant alone, so that
 * a clock moved by hand moves every date of the wire with it.
 */
export class Timeline {
  readonly #clock: Clock;
  readonly #origin: number;
  readonly #startEpochMs: number;
  /** The last time that was written out: busy milliseconds ask for it many times. */
  #written = { atMs: Number.NaN, text: '' };

  constructor(clock: Clock, startEpochMs: number) {
    this.#clock = clock;
    this.#origin = clock.now();
    this.#startEpochMs = startEpochMs;
  }

  /** Whole milliseconds since the emulator started. */
  nowMs(): number {
    return Math.floor(this.#clock.now() - this.#origin);
  }

  epochMs(atMs: number): number {
    return this.#startEpochMs + atMs;
  }

  epochSeconds(atMs: number): number {
    return Math.floor(this.epochMs(atMs) / 1_000);
  }

  /** ISO 8601 with milliseconds, as the platform writes times. */
  iso(atMs: number): string {
    if (this.#written.atMs !== atMs) {
      this.#written = { atMs, text: new Date(this.epochMs(atMs)).toISOString() };
    }
    return this.#written.text;
  }

  /** Runs `task` at or before the moment (early when it is very far): the task has to look whether it is due. */
  wake(atMs: number, task: () => void): () => void {
    return this.#clock.after(Math.min(Math.max(0, atMs - this.nowMs()), WAIT_MS_MAX), task);
  }
}
