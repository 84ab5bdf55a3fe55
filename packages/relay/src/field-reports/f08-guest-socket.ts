import * as z from 'zod';
import type { ConversationRef, RelayCommands } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import type { Routes } from '../http/context.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { guestRef } from './f08-guests.ts';
import { fieldFrames } from './field-frames.ts';
import { fieldReport } from './field-report.ts';
import { type CommandFrame, FieldSocket } from './field-socket.ts';
import { ResumePoints } from './resume-points.ts';
import { speaksWebSocket, welcome } from './welcome.ts';

const TOKEN_MAX = 4_096;

const DESCRIPTION = `The WebSocket of a guest: \`connection.url\` of F8. The guest's token is in the address, or in a first frame \`{"type":"authenticate","token":"<token>"}\`. It takes:

- \`{"type":"typing","data":{"isTyping":true}}\`; \`false\` ends it
- \`{"type":"message","data":{"text":"…"}}\`
- \`{"type":"read","data":{"messageId":"…"}}\`; without an id everything that was delivered

and tells the events of the conversation in the frames of F10. A frame that can't be done is answered by \`{"event_type":"error","payload":{"code":"…","message":"…","fix":"…"}}\`. Close 4001: no token, a wrong one, or one that has expired; POST …/tokens gives a new one. Close 1013: a limit is reached; the reason says when to try again.`;

const paramsSchema = z.object({ guestId: idSchema });
const querySchema = z.object({ token: z.string().min(1).max(TOKEN_MAX).optional() });

/** F8: the guest's own socket. */
export const guestSocket: Routes = (app, context) => {
  const { relay, access } = context;
  const encode = fieldFrames(relay);
  const resume = new ResumePoints(context);
  app.route({
    method: 'GET',
    url: '/api/v2/webmessaging/guests/:guestId/connection',
    exposeHeadRoute: false,
    config: { access: 'own', scopes: ['signals:read'], stream: true },
    schema: {
      ...fieldReport('F8', 'guestSocket', 'the socket of a guest', DESCRIPTION),
      params: paramsSchema,
      querystring: querySchema,
    },
    handler: speaksWebSocket,
    wsHandler: (socket, request) => {
      const { guestId } = request.params as z.infer<typeof paramsSchema>;
      const { token } = request.query as z.infer<typeof querySchema>;
      const { authorization } = request.headers;
      const byHeader = authorization === undefined ? undefined : () => access.authenticate({ authorization });
      welcome(socket, context, {
        credential: token === undefined ? byHeader : () => access.authenticateToken(token),
        known: (principal) =>
          void new FieldSocket({
            socket,
            context,
            principal,
            encode,
            resume,
            subject: `f08:${principal.clientId}:${guestId}`,
            conversation: () => relay.entitled(principal, guestRef(guestId), 'guest'),
            act: (frame, caller, conversation) => act(relay, caller, conversation, frame),
          }),
      });
    },
  });
};

/** What the guest says on its socket. */
function act(
  relay: RelayCommands,
  principal: Principal,
  conversation: ConversationRef,
  frame: CommandFrame,
): Promise<unknown> {
  const guest = { conversation, participant: 'guest' } as const;
  switch (frame.type) {
    case 'typing':
      return relay.typing(principal, { ...guest, typing: frame.data.isTyping });
    case 'message':
      return relay.message(principal, { ...guest, text: frame.data.text });
    case 'read':
      return relay.receipt(principal, { ...guest, watermark: 'seen', messageId: frame.data.messageId });
  }
}
