import type { Ports } from '@backchannel/client';

let lastText = '';
let lastMs = 0;

/** The time of day in epoch milliseconds: for what outlives the process (tokens, rows). Never for durations. */
export function epochMsOf(ports: Pick<Ports, 'wallTime'>): number {
  const text = ports.wallTime();
  // Many calls come within one millisecond, and reading a date is slow.
  if (text !== lastText) {
    lastText = text;
    lastMs = Date.parse(text);
  }
  return lastMs;
}
