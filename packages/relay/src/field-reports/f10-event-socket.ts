import type { Principal } from '../domain/principal.ts';
import type { Routes } from '../http/context.ts';
import { fieldFrames } from './field-frames.ts';
import { fieldReport } from './field-report.ts';
import { FieldSocket } from './field-socket.ts';
import { ResumePoints } from './resume-points.ts';
import { speaksWebSocket, welcome } from './welcome.ts';

const DESCRIPTION = `A WebSocket with the events of every participant, the caller's own too: filter by \`participant_id\`. The first frame is \`{"type":"authenticate","token":"<token>"}\` (or \`Authorization\` with the upgrade); nothing is sent before it. Then:

- \`{"event_type":"typing","conversation_id":"…","participant_id":"…","payload":{"typing":true}}\`
- \`{"event_type":"message","conversation_id":"…","message_id":"…","participant_id":"…","payload":{"text":"…"}}\`
- \`{"event_type":"read","conversation_id":"…","message_id":"…","participant_id":"…","payload":{"read":true}}\`

Close 4001: the token is missing, wrong, or has expired; send a newer one as another \`authenticate\` frame before it does. Close 1013: a limit is reached; the reason says when to try again. Who comes back within the retention time gets every message that it missed; the relay keeps the place for each caller. A caller's sockets can't be told apart: one of several that stays away for 5 minutes while others are connected begins anew. New code uses \`/v1/stream\`, where each event carries its position.`;

/** Whose place it is: a client has one, and each browser's token one for its conversation. */
const subjectOf = (principal: Principal): string =>
  principal.kind === 'client'
    ? `f10:${principal.clientId}`
    : `f10:${principal.clientId}:${principal.bindingId}:${principal.participant}`;

/** F10: events over a WebSocket, as the React client reads them. */
export const eventSocket: Routes = (app, context) => {
  const encode = fieldFrames(context.relay);
  const resume = new ResumePoints(context);
  app.route({
    method: 'GET',
    url: '/api/v2/conversations/messaging/events',
    exposeHeadRoute: false,
    config: { access: 'own', scopes: ['signals:read'], stream: true },
    schema: fieldReport('F10', 'eventSocket', 'events over a WebSocket', DESCRIPTION),
    handler: speaksWebSocket,
    wsHandler: (socket, { headers: { authorization } }) =>
      welcome(socket, context, {
        credential: authorization === undefined ? undefined : () => context.access.authenticate({ authorization }),
        known: (principal) =>
          void new FieldSocket({ socket, context, principal, encode, resume, subject: subjectOf(principal) }),
      }),
  });
};
