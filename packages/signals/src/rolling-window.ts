/**
 * We count departures, the platform counts arrivals. Latency that shrinks between two requests squeezes them together,
 * so a place is free again only this much after the window has passed. Assumed: the size of ordinary jitter.
 */
export const ARRIVAL_MARGIN_MS = 250;

/**
 * At most `limit` uses in any `windowMs`, wherever the window begins.
 *
 * Not a bucket that refills: a bucket of 12 per minute is full after a quiet minute, empties at once and drips on, and
 * lets 23 through in the next minute. Memory grows up to `limit` numbers, so that a window that is hardly used costs next to
 * nothing; a fraction counts as the whole number below it; nothing is ever scanned.
 */
export class RollingWindow {
  readonly #uses: number[] = [];
  readonly #limit: number;
  readonly #heldMs: number;
  #next = 0;

  constructor({ limit, windowMs }: { readonly limit: number; readonly windowMs: number }) {
    this.#limit = Math.floor(limit);
    this.#heldMs = windowMs + ARRIVAL_MARGIN_MS;
  }

  /**
   * The moment from which one more use fits, if none happens before, and at once behind it as many as `spare`, fewer than
   * the limit: `-Infinity` for a fresh one, `Infinity` at limit 0.
   */
  freeAtMs(spare = 0): number {
    return (this.#uses[(this.#next + spare) % this.#limit] ?? (this.#limit ? -Infinity : Infinity)) + this.#heldMs;
  }

  /** Records a use. The caller has asked {@link freeAtMs} and hands over moments that never go back. */
  use(atMs: number): void {
    this.#uses[this.#next++ % this.#limit] = atMs;
  }
}
