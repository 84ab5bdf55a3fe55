/** The most entries that a timeline keeps; the oldest go first. */
export const EXPLAIN_MAX = 64;

/** One line of `explain()`. */
export type TimelineEntry = {
  /** Local monotonic time of the first occurrence. */
  readonly atMs: number;
  /** What happened: `on`, `key`, `message`, a session event … */
  readonly what: string;
  /** Its outcome or its reason. */
  readonly why: string;
  /** How often in a row; equal neighbours are one entry. */
  readonly count: number;
};

/**
 * A ring of the last {@link EXPLAIN_MAX} things that a machine did, and why.
 *
 * A repetition only raises a count: four hundred keys inside one gap are one entry and allocate nothing. When entries
 * have been forgotten, the first line of {@link Timeline.entries} says how many.
 */
export class Timeline {
  readonly #ring: { atMs: number; what: string; why: string; count: number }[] = [];
  #added = 0;

  add(atMs: number, what: string, why: string): void {
    const newest = this.#ring[(this.#added - 1) % EXPLAIN_MAX];
    if (newest?.what === what && newest.why === why) newest.count++;
    else this.#ring[this.#added++ % EXPLAIN_MAX] = { atMs, what, why, count: 1 };
  }

  /** Oldest first; copies, so that a caller may keep them. */
  entries(): readonly TimelineEntry[] {
    const oldest = this.#added % EXPLAIN_MAX;
    const entries: TimelineEntry[] = [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)].map((entry) => ({
      ...entry,
    }));
    const count = this.#added - entries.length;
    const [first] = entries;
    if (first && count) entries.unshift({ ...first, what: 'older', why: 'forgotten', count });
    return entries;
  }
}
