import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';

/** Where `online` is told. Implemented by a browser's `window`. */
export interface OnlineEvents {
  /** As on `window`. */
  addEventListener(name: 'online', listener: () => void): void;
  /** As on `window`. */
  removeEventListener(name: 'online', listener: () => void): void;
}

/**
 * Begins the reconnect that waits, now, with its delays from the start: for whoever knows that the line is back. A guest waits
 * up to 300 s, so that a service that restarts is not overrun; don't call it because a person is impatient.
 *
 * @returns False when nothing was done: no reconnect was waiting, or the guest takes turns (`spreadReconnects`).
 */
export function retryNow(guest: GuestSession): boolean {
  const { connection } = guest[PARTS];
  const { state } = connection;
  if (state.kind !== 'waiting') return false;
  connection.apply({ kind: 'retry' });
  return connection.state !== state;
}

/**
 * Calls {@link retryNow} when the browser is online again, and connects anew if every attempt was spent meanwhile: at once, or in
 * its turn if the guest takes turns (`spreadReconnects`). Returns what stops it.
 *
 * ```ts
 * const stop = retryWhenOnline(guest, window);
 * ```
 */
export function retryWhenOnline(guest: GuestSession, events: OnlineEvents): () => void {
  const { connection, notice, ports } = guest[PARTS];
  let cancel: (() => void) | undefined;
  const isSpent = (): boolean => connection.state.kind === 'failed' && connection.state.reason === 'unreachable';
  const connect = (): void => {
    if (isSpent()) guest.connect().catch((error: unknown) => notice('socket.unopenable', String(error)));
  };
  const online = (): void => {
    cancel?.();
    if (retryNow(guest) || !isSpent()) return;
    const nowMs = ports.clock.now();
    const turnAtMs = connection.turns?.nextAtMs(nowMs);
    if (turnAtMs === undefined) connect();
    else cancel = ports.clock.after(turnAtMs - nowMs, connect);
  };
  events.addEventListener('online', online);
  return () => {
    cancel?.();
    events.removeEventListener('online', online);
  };
}
