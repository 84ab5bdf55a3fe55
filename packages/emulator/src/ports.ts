/** Monotonic time and waiting. Implemented by the system clock, and by clocks that a test moves by hand. */
export interface Clock {
  /** Milliseconds since any fixed moment; never runs backwards. */
  now(): number;
  /** Runs `task` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
}

/** What the emulator takes from outside. All optional: the defaults are the system's. */
export interface EmulatorPorts {
  readonly clock?: Clock | undefined;
  /** Wall time of the start in epoch milliseconds. Everything later follows from the clock, so one instance has one time. */
  readonly startEpochMs?: number | undefined;
}
