import type { Clock } from '../ports.ts';

/** Longest delay of the platform's timers; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The real clock. The globals are looked up at each call, so that fake timers installed later are honoured. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.min(delayMs, TIMER_MAX_MS));
    return () => clearTimeout(timer);
  },
};
