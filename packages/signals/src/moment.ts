/**
 * The later of two moments, so that a machine's time never goes back.
 *
 * Local times come from one monotonic clock, but facts can be handed over out of order (two event sources, a callback
 * that was queued). A moment before the newest known one, and a value that is no moment at all, count as the newest.
 * The newest of a machine that knows none is 0: monotonic clocks don't show less.
 */
export function laterOf(newestMs: number, atMs: number): number {
  return atMs > newestMs && atMs < Infinity ? atMs : newestMs;
}
