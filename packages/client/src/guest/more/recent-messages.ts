import { messageKey } from '@backchannel/protocol';
import type { Settled } from '../../settled.ts';
import type { GuestSession } from '../guest-session.ts';
import type { GuestMessage } from '../guest-snapshot.ts';
import { readHistory } from '../history-reader.ts';
import { PARTS } from '../session-parts.ts';
import { socketOf } from './ask.ts';

/** The longest that {@link recentMessages} takes: a place in the limits, a token, a page. */
const RECENT_TIMEOUT_MS = 30_000;

const LATE: Settled<never> = { outcome: 'timeout', reason: `The history was not read in ${RECENT_TIMEOUT_MS} ms.` };

/**
 * Reads the newest page of history now, and returns its texts, oldest first, without changing the snapshot: for whoever has to
 * know for certain whether the service has a message before it is sent again. At most 10 reads a minute (third-party,
 * LIMIT-GUEST-HISTORY); a read of the page as it was when this was called or later.
 *
 * `offline` while the session is not live; `timeout` after 30 s, most of which it can have waited for its place.
 */
export async function recentMessages(
  guest: GuestSession,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Settled<readonly GuestMessage[]>> {
  const parts = guest[PARTS];
  const { ports, hosts, frames, line } = parts;
  const socket = socketOf(parts);
  if ('outcome' in socket) return { ...socket, value: undefined };
  const patience = new AbortController();
  const cancel = ports.clock.after(RECENT_TIMEOUT_MS, () => patience.abort());
  try {
    const { value, ...settled } = await readHistory({
      ports,
      api: hosts.api,
      frames,
      line,
      socket,
      isKnown: () => true,
      signal: signal ? AbortSignal.any([signal, patience.signal]) : patience.signal,
    });
    if (!value) return patience.signal.aborted && !signal?.aborted ? LATE : settled;
    const texts = value.messages.filter(({ type, text }) => type !== 'Event' && text);
    return {
      ...settled,
      value: texts.map((message) => ({
        id: messageKey(message),
        keys: [messageKey(message), message.id],
        from: message.direction === 'Inbound' ? 'guest' : message.originatingEntity === 'Bot' ? 'bot' : 'agent',
        text: message.text ?? '',
        time: message.channel?.time ?? ports.wallTime(),
        name: message.channel?.from?.nickname,
        status: 'sent',
      })),
    };
  } finally {
    cancel();
  }
}
