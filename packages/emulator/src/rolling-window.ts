/**
 * Grants at most `limit` in **any** window of `windowMs`: it remembers the moments it granted, instead of refilling a bucket,
 * which would let nearly twice the limit through around the edge of a window. What it refuses does not count.
 */
export class RollingWindow {
  readonly limit: number;
  readonly #windowMs: number;
  readonly #grantedAtMs: number[] = [];

  constructor(limit: number, windowMs: number) {
    this.limit = limit;
    this.#windowMs = windowMs;
  }

  /** 0 when granted; otherwise the milliseconds until a retry can succeed. */
  take(nowMs: number): number {
    const granted = this.#grantedAtMs;
    let expired = 0;
    while (expired < granted.length && (granted[expired] ?? 0) <= nowMs - this.#windowMs) expired += 1;
    if (expired > 0) granted.splice(0, expired);
    if (granted.length < this.limit) {
      granted.push(nowMs);
      return 0;
    }
    return (granted[0] ?? nowMs) + this.#windowMs - nowMs;
  }
}
