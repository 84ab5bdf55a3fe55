import type { Clock } from '../ports.ts';

/** Longest delay of the platform's timers; a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** The real clock. A moment that has passed is due at once (Node warns of a negative delay). The globals are looked up at each call, so that fake timers installed later are honoured. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, Math.min(delayMs, TIMER_MAX_MS)));
    return () => clearTimeout(timer);
  },
};
