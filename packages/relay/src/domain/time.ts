import type { Ports } from '@backchannel/client';

/** The time of day in epoch milliseconds: for what outlives the process (tokens, rows). Never for durations. */
export const epochMsOf = (ports: Pick<Ports, 'wallTime'>): number => Date.parse(ports.wallTime());
