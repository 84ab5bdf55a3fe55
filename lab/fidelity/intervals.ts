/** Half-open stretches of time, in ms: from, to, from, to …, ascending and apart. Flat, because there are millions. */
export type Intervals = readonly number[];

export function totalMs(intervals: Intervals): number {
  let total = 0;
  for (let index = 0; index < intervals.length; index += 2) total += at(intervals, index + 1) - at(intervals, index);
  return total;
}

/** How long both hold at the same time. */
export function overlapMs(a: Intervals, b: Intervals): number {
  let total = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const from = Math.max(at(a, i), at(b, j));
    const to = Math.min(at(a, i + 1), at(b, j + 1));
    if (to > from) total += to - from;
    if (at(a, i + 1) < at(b, j + 1)) i += 2;
    else j += 2;
  }
  return total;
}

/** Adds a stretch behind all others; what touches the last one prolongs it, what is empty adds nothing. */
export function append(intervals: number[], fromMs: number, toMs: number): void {
  if (toMs <= fromMs) return;
  const last = intervals.length - 1;
  if (last > 0 && fromMs <= at(intervals, last)) intervals[last] = Math.max(at(intervals, last), toMs);
  else intervals.push(fromMs, toMs);
}

const at = (intervals: Intervals, index: number): number => intervals[index] ?? Number.NaN;
