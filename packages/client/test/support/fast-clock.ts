import { type Clock, systemPorts } from '@backchannel/client';

/** The system's clock, so many times faster: real sockets, but waits of minutes pass in seconds. */
export function fastClock(faster: number): Clock {
  const { clock } = systemPorts();
  return {
    now: () => clock.now() * faster,
    after: (delayMs, task) => clock.after(Math.max(0, delayMs / faster), task),
  };
}
