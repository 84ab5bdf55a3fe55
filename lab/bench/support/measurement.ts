/** One number, with what it has to be. */
export interface Measurement {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Absent: the number is there to be known, not to be judged. */
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
  /** How it was measured, when the name does not say it. */
  readonly note?: string;
}

export type Verdict = 'met' | 'MISSED' | '';

export function verdictOf({ value, target }: Measurement): Verdict {
  if (target === undefined) return '';
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
  return met ? 'met' : 'MISSED';
}

/** The middle of an odd number of rounds: one disturbed round does not decide. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('The median of nothing was asked for.');
  return middle;
}

/** Ends a benchmark's process: its measurements are the last line of stdout. */
export function report(measurements: readonly Measurement[]): void {
  process.stdout.write(`${JSON.stringify(measurements)}\n`);
}
