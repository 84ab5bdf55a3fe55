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

/** Lets everything that is ready in this process run once, sockets included. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
