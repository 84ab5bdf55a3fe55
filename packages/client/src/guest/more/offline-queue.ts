import { BackchannelError } from '../../error.ts';
import type { Settled } from '../../settled.ts';
import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';

/** The most messages that wait for a connection, unless told otherwise. The line behind it, where they wait for the limits, takes 64. */
export const QUEUE_MAX = 50;

/** The longest that a message waits for a connection, unless told otherwise: ten minutes. */
export const QUEUE_WAIT_MAX_MS = 600_000;

/** Options of {@link queueWhileOffline}. */
export interface OfflineQueueOptions {
  /** 1 to {@link QUEUE_MAX}, which is the default. */
  readonly limit?: number | undefined;
  /** Default {@link QUEUE_WAIT_MAX_MS}. */
  readonly waitMs?: number | undefined;
}

/** States that lead to a live session by themselves; in all others waiting would be in vain. */
const HOPEFUL: ReadonlySet<string> = new Set(['connecting', 'configuring', 'waiting']);

interface Waiting {
  readonly id: string;
  readonly look: () => void;
}

/**
 * Lets `guest.send` wait for a connection instead of failing: while the session connects or reconnects the message stands in
 * the snapshot as `queued`, leaves in its turn once the session is live, and then is `sent` or `failed` like any other.
 *
 * Messages only: a typing signal is worth nothing later, so none is ever queued. A message that has left is never queued again,
 * so none is doubled; those that wait leave in the order in which they were sent, before any later one. A full queue refuses
 * the next message (`suppressed:budget`) and says so in a notice `queue.full`; what waited too long fails with `timeout`, and
 * what waits when the session closes or fails, with `offline`. The queue lives in memory: closing the page loses it.
 *
 * Returns what switches it off again; what waits then fails as `offline`.
 *
 * @throws BackchannelError `option.invalid`.
 */
export function queueWhileOffline(
  guest: GuestSession,
  { limit = QUEUE_MAX, waitMs = QUEUE_WAIT_MAX_MS }: OfflineQueueOptions = {},
): () => void {
  if (!Number.isInteger(limit) || limit < 1 || limit > QUEUE_MAX) {
    throw new BackchannelError(
      'option.invalid',
      `limit is ${String(limit)} (${typeof limit}). Pass 1 to ${QUEUE_MAX}.`,
    );
  }
  const parts = guest[PARTS];
  const { outbox, log, ports } = parts;
  const waiting: Waiting[] = [];
  let off = false;

  /** In the order of the log, which is the order of `send`: one that has waited for the limits meanwhile stands before later ones. */
  const release = (): void => {
    const ids = log.messages.map(({ tracingId }) => tracingId);
    const turns = waiting.splice(0).toSorted((left, right) => ids.indexOf(left.id) - ids.indexOf(right.id));
    for (const { look } of turns) look();
  };
  const stopListening = guest.subscribe(() => {
    if (waiting.length > 0 && !HOPEFUL.has(guest.snapshot().state)) release();
  });

  const refusal = (): Settled | undefined => {
    const { state, reason = '' } = guest.snapshot();
    if (state === 'live' && !off) return undefined;
    return { outcome: 'offline', reason: off ? 'The queue was switched off.' : `The session is ${state}. ${reason}` };
  };

  const wait = (id: string, signal: AbortSignal | undefined): Promise<Settled | undefined> => {
    // Whoever waited has been released by the change that `send` begins with, so it goes first.
    if (!HOPEFUL.has(guest.snapshot().state)) return Promise.resolve(refusal());
    if (waiting.length >= limit) {
      const reason = `${limit} messages wait for a connection already.`;
      parts.notice('queue.full', reason);
      return Promise.resolve({ outcome: 'suppressed:budget', reason });
    }
    log.mark(id, 'queued');
    parts.changed();
    return new Promise((resolve) => {
      const done = (settled: Settled | undefined): void => {
        cancelTimer();
        signal?.removeEventListener('abort', aborted);
        const index = waiting.indexOf(entry);
        if (index >= 0) waiting.splice(index, 1);
        log.mark(id, 'sending');
        parts.changed();
        resolve(settled);
      };
      const entry: Waiting = { id, look: () => done(refusal()) };
      const aborted = (): void => done({ outcome: 'aborted', reason: 'The caller gave up before it left.' });
      const late = (): void => done({ outcome: 'timeout', reason: `No connection within ${waitMs} ms.` });
      const cancelTimer = ports.clock.after(waitMs, late);
      signal?.addEventListener('abort', aborted, { once: true });
      waiting.push(entry);
    });
  };

  outbox.whileOffline = wait;
  return () => {
    off = true;
    stopListening();
    if (outbox.whileOffline === wait) outbox.whileOffline = undefined;
    release();
  };
}
