/** Neighbouring buckets differ by this factor, so a percentile is at most a tenth above the true one. */
const BUCKET_FACTOR = 1.1;

/** Number of buckets; the last begins at 23 s, and no broadcast lives for half of that. */
const BUCKETS_MAX = 107;

/** Upper bound of a bucket, in milliseconds. The first holds everything up to 1 ms. */
const upperBoundMs = (bucket: number): number => BUCKET_FACTOR ** bucket;

/** Latencies in a fixed number of buckets: constant memory, however many are counted. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(BUCKETS_MAX);
  #count = 0;
  #maxMs = 0;

  get count(): number {
    return this.#count;
  }

  add(latencyMs: number): void {
    const bucket = latencyMs <= 1 ? 0 : Math.ceil(Math.log(latencyMs) / Math.log(BUCKET_FACTOR));
    const index = Math.min(bucket, BUCKETS_MAX - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#count += 1;
    this.#maxMs = Math.max(this.#maxMs, latencyMs);
  }

  /**
   * Nearest rank: the upper bound of the bucket that holds the ⌈share × count⌉-th smallest latency, and never more than the
   * largest latency that was counted. 0 when nothing was.
   */
  percentileMs(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= rank) return Math.min(upperBoundMs(bucket), this.#maxMs);
    }
    return this.#maxMs;
  }
}
