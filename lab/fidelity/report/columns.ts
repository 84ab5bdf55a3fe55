import type { Metrics } from '../tally.ts';

/** The columns of every leaderboard. */
export const COLUMNS: readonly { readonly title: string; readonly of: keyof Metrics; readonly digits: number }[] = [
  { title: 'T1', of: 'agreement', digits: 3 },
  { title: 'T2', of: 'agreementUnsplit', digits: 3 },
  { title: 'ghost s', of: 'ghostSecondsPerMessage', digits: 2 },
  { title: 'missed s', of: 'missedSecondsPerMessage', digits: 2 },
  { title: 'shows', of: 'showsPerMessage', digits: 2 },
  { title: 'onset p95 ms', of: 'onsetP95Ms', digits: 0 },
  { title: 'off-lag p95 ms', of: 'offLagP95Ms', digits: 0 },
  { title: 'frames/min', of: 'framesPerComposingMinute', digits: 1 },
  { title: 'peak', of: 'peakPerMinute', digits: 0 },
  { title: 'refused', of: 'refusals', digits: 0 },
];

export const cellsOf = (metrics: Metrics): string[] => COLUMNS.map(({ of, digits }) => metrics[of].toFixed(digits));
