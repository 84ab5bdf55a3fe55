import type { Clock } from '../ports.ts';

/** The process's own clock: the only place of this package with raw timers. Looked up late, so that fake timers work. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

export const systemEpochMs = (): number => Date.now();
