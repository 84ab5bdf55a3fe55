import { BackchannelError, type Clock } from '@backchannel/client';

/** Settles after `delayMs`; rejects with the signal's reason when that comes first. */
export function waited(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', aborted);
      resolve();
    });
    const aborted = () => {
      cancel();
      reject(signal.reason);
    };
    signal.addEventListener('abort', aborted, { once: true });
  });
}

/**
 * The first thing that `find` finds, asked now and whenever `subscribe` reports a change.
 * Rejects with `robots.waited-in-vain`, naming `what`, when nothing is found within `withinMs`.
 */
export function found<Thing>(
  what: string,
  find: () => Thing | undefined,
  subscribe: (listener: () => void) => () => void,
  { clock, signal, withinMs }: { readonly clock: Clock; readonly signal: AbortSignal; readonly withinMs: number },
): Promise<Thing> {
  return new Promise((resolve, reject) => {
    const end = () => {
      cancel();
      unsubscribe();
      signal.removeEventListener('abort', aborted);
    };
    const look = () => {
      const thing = find();
      if (thing === undefined) return;
      end();
      resolve(thing);
    };
    const aborted = () => {
      end();
      reject(signal.reason);
    };
    const cancel = clock.after(withinMs, () => {
      end();
      reject(
        new BackchannelError('robots.waited-in-vain', `The robots waited ${withinMs / 1000} s for ${what} in vain.`),
      );
    });
    const unsubscribe = subscribe(look);
    signal.addEventListener('abort', aborted, { once: true });
    if (signal.aborted) aborted();
    else look();
  });
}
