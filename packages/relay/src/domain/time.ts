import type { Ports } from '@backchannel/client';

let lastText = '';
let lastMs = 0;

/** A time of day (ISO 8601) in epoch milliseconds. Many calls come within one millisecond, and reading a date is slow. */
export function epochMsIn(time: string): number {
  if (time !== lastText) {
    lastText = time;
    lastMs = Date.parse(time);
  }
  return lastMs;
}

/** The time of day in epoch milliseconds: for what outlives the process (tokens, rows). Never for durations. */
export const epochMsOf = (ports: Pick<Ports, 'wallTime'>): number => epochMsIn(ports.wallTime());
