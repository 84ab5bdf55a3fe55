/**
 * We count departures, the platform counts arrivals. Latency that shrinks between two requests squeezes them together,
 * so a place is free again only this much after the window has passed. Assumed: the size of ordinary jitter.
 */
export const ARRIVAL_MARGIN_MS = 250;

/**
 * At most `limit` uses in any `windowMs`, wherever the window begins.
 *
 * Not a bucket that refills: a bucket of 12 per minute is full after a quiet minute, empties at once and drips on, and
 * lets 23 through in the next minute. Memory is `limit` numbers, a fraction counts as the whole number below it; nothing
 * is ever scanned.
 */
export class RollingWindow {
  readonly #uses: Float64Array;
  readonly #heldMs: number;
  #next = 0;

  constructor({ limit, windowMs }: { readonly limit: number; readonly windowMs: number }) {
    this.#uses = new Float64Array(limit).fill(-Infinity);
    this.#heldMs = windowMs + ARRIVAL_MARGIN_MS;
  }

  /** The moment from which one more use fits, if none happens before: `-Infinity` for a fresh one, `Infinity` at limit 0. */
  get freeAtMs(): number {
    return this.freeAtFor(0);
  }

  /** The moment from which one more use fits, and at once behind it as many as `spare`, fewer than the limit. */
  freeAtFor(spare: number): number {
    return (this.#uses[(this.#next + spare) % this.#uses.length] ?? Infinity) + this.#heldMs;
  }

  /** Which part of the limit the window that ends now holds. */
  fillAt(nowMs: number): number {
    return this.#uses.filter((atMs) => atMs > nowMs - this.#heldMs).length / this.#uses.length;
  }

  /** Records a use. The caller has asked {@link freeAtMs} and hands over moments that never go back. */
  use(atMs: number): void {
    this.#uses[this.#next] = atMs;
    this.#next = (this.#next + 1) % this.#uses.length;
  }
}
