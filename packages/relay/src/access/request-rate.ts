const SLOT_MS = 1_000;
/** One more than a minute has: any 60 seconds touch 61 of them, and hold no more than the limit. */
const SLOTS = 61;

/**
 * At most `limit` uses in any minute, counted by the second: 61 numbers, whatever the limit. The exact `RollingWindow` of
 * signals remembers every use, which is right for a limit of 12 and not for one of 100,000.
 */
export class RequestRate {
  readonly #limit: number;
  readonly #counts = new Uint32Array(SLOTS);
  #total = 0;
  #slot = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one use and returns 0; or counts nothing and returns how many milliseconds to wait. */
  use(nowMs: number): number {
    this.#forget(Math.floor(nowMs / SLOT_MS));
    if (this.#total >= this.#limit) return this.#waitMs(nowMs);
    this.#total += 1;
    const index = this.#slot % SLOTS;
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    return 0;
  }

  /** Uses of the last minute. */
  used(nowMs: number): number {
    this.#forget(Math.floor(nowMs / SLOT_MS));
    return this.#total;
  }

  #forget(slot: number): void {
    const passed = Math.min(slot - this.#slot, SLOTS);
    for (let step = 1; step <= passed; step += 1) {
      const index = (slot - passed + step) % SLOTS;
      this.#total -= this.#counts[index] ?? 0;
      this.#counts[index] = 0;
    }
    if (slot > this.#slot) this.#slot = slot;
  }

  #waitMs(nowMs: number): number {
    for (let age = SLOTS - 1; age >= 0; age -= 1) {
      const slot = this.#slot - age;
      if (slot >= 0 && (this.#counts[slot % SLOTS] ?? 0) > 0) return (slot + SLOTS) * SLOT_MS - nowMs;
    }
    return SLOTS * SLOT_MS;
  }
}
