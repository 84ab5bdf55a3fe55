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

  /** Hears of work that has begun and ends outside: a clock that is moved by hand waits for it. */
  readonly working: (work: Promise<unknown>) => void;

  constructor(clock: Clock, startEpochMs: number, working: (work: Promise<unknown>) => void = () => undefined) {
    this.#clock = clock;
    this.#origin = clock.now();
    this.#startEpochMs = startEpochMs;
    this.working = working;
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

  /** The time as HTTP writes it. */
  httpDate(): string {
    return new Date(this.epochMs(this.nowMs())).toUTCString();
  }

  /** Runs `task` at or before the moment (early when it is very far): the task has to look whether it is due. */
  wake(atMs: number, task: () => void): () => void {
    return this.#clock.after(Math.min(Math.max(0, atMs - this.nowMs()), WAIT_MS_MAX), task);
  }
}
