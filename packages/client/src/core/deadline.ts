import type { Clock } from '../ports.ts';

export type Deadlined<Value> =
  | { readonly kind: 'done'; readonly value: Value }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' };

export interface DeadlineOptions {
  readonly clock: Clock;
  /** `Infinity`, with a signal alone: that is a deadline already, and is what `work` gets. */
  readonly timeoutMs: number;
  /** The caller's wish to stop waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` until it ends, its time is over, or the caller gives up, whichever is first. `work` gets a signal that is
 * aborted in the last two cases; what it then still does or throws is let go. Errors before that are the caller's to see.
 */
export function withDeadline<Value>(
  { clock, timeoutMs, signal }: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Deadlined<Value>> {
  if (signal?.aborted) return Promise.resolve({ kind: 'aborted' });
  return new Promise((resolve, reject) => {
    const controller = timeoutMs < Infinity ? new AbortController() : undefined;
    const release = () => {
      cancelTimer?.();
      signal?.removeEventListener('abort', abort);
    };
    const stop = (kind: 'timeout' | 'aborted') => {
      release();
      resolve({ kind });
      controller?.abort();
    };
    const abort = () => stop('aborted');
    const cancelTimer = controller ? clock.after(timeoutMs, () => stop('timeout')) : undefined;
    signal?.addEventListener('abort', abort);
    // Without a time there is a signal (see `timeoutMs`).
    work(controller?.signal ?? (signal as AbortSignal)).then(
      (value) => {
        release();
        resolve({ kind: 'done', value });
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}
