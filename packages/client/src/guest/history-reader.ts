import { GUEST_HISTORY_PATH, parseGuestHistoryPage, type StructuredMessage } from '@backchannel/protocol';
import { requestJson } from '../core/http.ts';
import type { RequestLine } from '../core/request-line.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { GuestFrames } from './guest-frames.ts';
import type { GuestSocket } from './guest-socket.ts';

/** Messages per page, as the official Java SDK asks for. */
export const HISTORY_PAGE_SIZE = 100;

/** The most pages that one read takes; older messages are left where they are. */
const HISTORY_PAGES_MAX = 5;

/** How long the short-lived token for history may take. */
const JWT_TIMEOUT_MS = 10_000;

export interface HistoryRead {
  /** Oldest first. */
  readonly messages: readonly StructuredMessage[];
  /** False when there is more than `HISTORY_PAGES_MAX` pages before anything known. */
  readonly complete: boolean;
}

export interface HistoryOptions {
  readonly ports: Pick<Ports, 'clock' | 'fetch' | 'ids'>;
  readonly api: string;
  readonly frames: GuestFrames;
  readonly line: RequestLine;
  readonly socket: GuestSocket;
  /** True for a message that makes everything before it known too. */
  readonly isKnown: (message: StructuredMessage) => boolean;
  readonly signal: AbortSignal;
}

/**
 * Reads what was missed: nothing is replayed on a new connection (documented, GUEST-NO-REPLAY). Asks the socket for a JWT,
 * which lives about a minute (third-party, GUEST-JWT-LIFE), then pages backwards until something known turns up.
 */
export async function readHistory(options: HistoryOptions): Promise<Settled<HistoryRead>> {
  const { ports, api, frames, line, socket, isKnown, signal } = options;
  // One place for the token and the first page: the token would not outlive a wait for the second.
  const refusal = await line.enter('other', ['connection', 'history'], signal);
  if (refusal) return { ...refusal, value: undefined };
  const answer = await socket.request(frames.jwt(ports.ids.uuid()), { timeoutMs: JWT_TIMEOUT_MS, signal });
  if (answer.value?.class !== 'JwtResponse') return { ...answer, value: undefined };
  const headers = { authorization: `bearer ${answer.value.body.jwt}` };
  const newestFirst: StructuredMessage[] = [];
  let complete = false;
  for (let pageNumber = 1; pageNumber <= HISTORY_PAGES_MAX && !complete; pageNumber++) {
    const full = pageNumber > 1 && (await line.enter('other', ['history'], signal));
    if (full) return { ...full, value: undefined };
    const url = `${api}${GUEST_HISTORY_PATH}?pageNumber=${pageNumber}&pageSize=${HISTORY_PAGE_SIZE}`;
    const page = await requestJson(ports, { method: 'GET', url, headers, guard: parseGuestHistoryPage, signal });
    if (!page.value) return { ...page, value: undefined };
    const { entities } = page.value;
    newestFirst.push(...entities);
    complete = entities.length < HISTORY_PAGE_SIZE || entities.some(isKnown);
  }
  return { outcome: 'sent', reason: 'The history was read.', value: { messages: newestFirst.reverse(), complete } };
}
