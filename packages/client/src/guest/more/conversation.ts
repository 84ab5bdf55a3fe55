import { GUEST_HISTORY_PATH, messageKey, parseGuestHistoryPage } from '@backchannel/protocol';
import { requestJson } from '../../core/http.ts';
import { MESSAGES_MAX } from '../../core/message-log.ts';
import type { Settled } from '../../settled.ts';
import type { GuestFrame } from '../guest-frames.ts';
import type { GuestSession } from '../guest-session.ts';
import { HISTORY_PAGE_SIZE } from '../history-reader.ts';
import { PARTS, type SessionParts } from '../session-parts.ts';
import { ask, unexpected } from './ask.ts';

/** The most pages that one call of {@link olderMessages} takes before it finds something unknown. */
export const OLDER_PAGES_MAX = 5;

interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Loads the page of history before the oldest message that the snapshot has. `added` is how many messages came to be in it;
 * `more` is false at the beginning of the conversation. History is newest first (documented, GUEST-HISTORY) and its pages move
 * as messages come, so pages that turn out to be known are passed over.
 *
 * `suppressed:budget` when the snapshot has its bound of {@link MESSAGES_MAX} messages, or 10 reads a minute are spent
 * (third-party, LIMIT-GUEST-HISTORY) and the caller gave up waiting.
 */
export async function olderMessages(
  guest: GuestSession,
  { signal }: Abortable = {},
): Promise<Settled<{ readonly added: number; readonly more: boolean }>> {
  const parts = guest[PARTS];
  const { ports, hosts, frames, line, log } = parts;
  if (log.messages.length >= MESSAGES_MAX) {
    const reason = `The snapshot has its ${MESSAGES_MAX} messages: an older one would be dropped at once.`;
    return { outcome: 'suppressed:budget', reason };
  }
  const answer = await ask(parts, frames.jwt(ports.ids.uuid()), signal);
  if (answer.value?.class !== 'JwtResponse') return unexpected(answer, 'JwtResponse');
  const headers = { authorization: `bearer ${answer.value.body.jwt}` };
  // Events stand in the pages and not in the log, so the first page that can have something new may come earlier, never later.
  const first = Math.floor(log.messages.length / HISTORY_PAGE_SIZE) + 1;
  let more = true;
  let added = 0;
  for (let page = first; more && added === 0 && page < first + OLDER_PAGES_MAX; page++) {
    const full = await line.enter('other', ['history'], signal);
    if (full) return { ...full, value: undefined };
    const url = `${hosts.api}${GUEST_HISTORY_PATH}?pageNumber=${page}&pageSize=${HISTORY_PAGE_SIZE}`;
    const read = await requestJson(ports, { method: 'GET', url, headers, guard: parseGuestHistoryPage, signal });
    if (!read.value) return { ...read, value: undefined };
    const { entities } = read.value;
    more = entities.length === HISTORY_PAGE_SIZE;
    for (const message of entities.toReversed()) {
      const key = messageKey(message);
      if (log.has(key)) continue;
      parts.addOlder(message);
      if (log.has(key)) added++;
    }
  }
  parts.changed();
  return { outcome: 'sent', reason: `${added} older messages were read.`, value: { added, more } };
}

/**
 * Clears the conversation: it ends for the guest, the session is over and its messages are gone from the snapshot (documented,
 * GUEST-CLEAR). The session is `closed` afterwards with the reason `cleared`; `connect` begins a new one with the same token.
 *
 * `suppressed:disabled` where the deployment has conversationClear off (documented, GUEST-CLEAR-403).
 */
export async function clear(guest: GuestSession, { signal }: Abortable = {}): Promise<Settled> {
  const parts = guest[PARTS];
  if (parts.config()?.conversationClear === false) {
    return { outcome: 'suppressed:disabled', reason: 'The deployment has conversationClear off.' };
  }
  const frame = parts.frames.presence(parts.ports.ids.uuid(), 'Clear');
  const answer = await ask(parts, frame, signal, ['connection', 'session']);
  // The end of the connection may overtake the copy: their order is not certain (assumed, GUEST-CLEAR-ORDER).
  const cleared = answer.outcome === 'sent' || guest.snapshot().state === 'closed';
  return cleared ? { outcome: 'sent', reason: 'The conversation was cleared.' } : { ...answer, value: undefined };
}

/**
 * Begins a new conversation in a session whose conversation an agent has ended for good (state `readOnly`): closes the other
 * connections of the session, then configures it anew (documented, GUEST-CLOSE-SESSION). The messages of the ended conversation
 * leave the snapshot, except those of the guest that never arrived. Settles when the session is live again.
 *
 * `unsupported` in any other state: official clients do this in a read-only session alone.
 */
export async function startNew(guest: GuestSession, { signal }: Abortable = {}): Promise<Settled> {
  const parts = guest[PARTS];
  const { state } = guest.snapshot();
  if (state !== 'readOnly') {
    return {
      outcome: 'unsupported',
      reason: `The session is ${state}. Only a read-only one can start anew; clear a live one instead.`,
    };
  }
  const closed = await ask(parts, closeFrame(parts), signal);
  if (closed.value?.class !== 'SessionResponse') return unexpected(closed, 'SessionResponse');
  const configure = { ...parts.frames.configure(parts.ports.ids.uuid()), startNew: true };
  const configured = await ask(parts, configure, signal);
  if (configured.value?.class !== 'SessionResponse') return unexpected(configured, 'SessionResponse');
  return { outcome: 'sent', reason: 'A new conversation can begin.' };
}

const closeFrame = ({ frames, ports }: SessionParts): GuestFrame => ({
  action: 'closeSession',
  token: frames.token,
  tracingId: ports.ids.uuid(),
  closeAllConnections: true,
});
