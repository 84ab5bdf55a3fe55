import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';

/** Where `online` is told. Implemented by a browser's `window`. */
export interface OnlineEvents {
  addEventListener(name: 'online', listener: () => void): void;
  removeEventListener(name: 'online', listener: () => void): void;
}

/**
 * Begins the reconnect that waits, now, with its delays from the start: for whoever knows that the line is back. A guest waits
 * up to 300 s, so that a service that restarts is not overrun; don't call it because a person is impatient.
 *
 * @returns False when no reconnect was waiting, and nothing was done.
 */
export function retryNow(guest: GuestSession): boolean {
  const { connection } = guest[PARTS];
  if (connection.state.kind !== 'waiting') return false;
  connection.apply({ kind: 'retry' });
  return true;
}

/**
 * Calls {@link retryNow} when the browser is online again, and connects anew if every attempt was spent meanwhile. Returns what
 * stops it.
 *
 * ```ts
 * const stop = retryWhenOnline(guest, window);
 * ```
 */
export function retryWhenOnline(guest: GuestSession, events: OnlineEvents): () => void {
  const { connection, notice } = guest[PARTS];
  const online = (): void => {
    const { state } = connection;
    if (retryNow(guest) || state.kind !== 'failed' || state.reason !== 'unreachable') return;
    guest.connect().catch((error: unknown) => notice('socket.unopenable', String(error)));
  };
  events.addEventListener('online', online);
  return () => events.removeEventListener('online', online);
}
