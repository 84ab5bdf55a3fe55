import { BOUNDS } from '../bounds.ts';
import { wireMessage } from '../guest/guest-frames.ts';
import { readGuestJwt } from '../guest/guest-jwt.ts';
import { noteOf } from '../limit-note.ts';
import type { World } from '../world/world.ts';
import type { Answer } from './operation.ts';
import { PAGE_SIZE, positive } from './paging.ts';
import { PlatformRefusal, tooManyRequests } from './platform-refusal.ts';

/**
 * The guest's own history, newest first; typing is never in it (documented, GUEST-HISTORY, GUEST-HISTORY-NO-TYPING).
 * The bearer is the JWT of `getJwt`, not an access token.
 */
export function guestHistory(world: World, bearer: string | undefined, query: URLSearchParams): Answer {
  if (bearer === undefined) throw new PlatformRefusal('authentication.required');
  const jwt = readGuestJwt(world.state.jwtKey, bearer);
  if (jwt === undefined) {
    const note =
      'The bearer is not a JWT of this emulator: guests get one by the frame getJwt; access tokens do not work here.';
    throw new PlatformRefusal('bad.credentials', { note });
  }
  if (jwt.exp <= world.timeline.epochSeconds(world.timeline.nowMs())) throw new PlatformRefusal('credentials.expired');
  world.expireDue();
  const session = world.state.sessions.findById(jwt.sessionId);
  if (session === undefined)
    throw new PlatformRefusal('bad.credentials', { note: 'The session of the JWT no longer exists.' });
  const waitMs = world.limits.take('guestHistoryPerSession', session.windows, world.timeline.nowMs());
  if (waitMs > 0) throw tooManyRequests(waitMs, noteOf('guestHistoryPerSession'));

  const pageNumber = positive(query, 'pageNumber', 1, Number.MAX_SAFE_INTEGER);
  const pageSize = positive(query, 'pageSize', PAGE_SIZE, BOUNDS.historyPageSize);
  const conversations = session.conversation === undefined ? [] : [...session.past, session.conversation];
  const messages = conversations.flatMap((each) => each.messages);
  const page = messages.toReversed().slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  if (session.conversation !== undefined) world.guestRead(session.conversation, page);
  const entities = page.map((each) => wireMessage(each, world.timeline));
  const total = messages.length;
  return {
    status: 200,
    body: { entities, pageSize, pageNumber, total, pageCount: Math.ceil(total / pageSize) },
    conversationId: session.conversation?.id,
  };
}
