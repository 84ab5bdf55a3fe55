import * as z from 'zod';
import type { ConversationView } from '../domain/commands.ts';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { fieldReport } from './field-report.ts';

const sessionSchema = z
  .object({
    id: z.string(),
    status: z.enum(['ACTIVE', 'CONNECTED', 'DISCONNECTED']).meta({
      description: '`CONNECTED` once an agent has answered, `ACTIVE` before, `DISCONNECTED` when it is over.',
    }),
    conversationId: z.string(),
    guestId: z.string().meta({ description: 'The guest, as the relay names it; your own name of it works too.' }),
    deploymentId: z.string(),
  })
  .meta({ id: 'F4Session' });

function statusOf({ binding, participants }: ConversationView): z.infer<typeof sessionSchema>['status'] {
  if (binding.state === 'ended') return 'DISCONNECTED';
  const isAnswered = participants.some(({ purpose, state }) => purpose === 'agent' && state === 'connected');
  return isAnswered ? 'CONNECTED' : 'ACTIVE';
}

/** F4: whether a session lives. The Node.js program asks this before it does anything else. */
export const session: Routes = (app, { relay }) => {
  app.get(
    '/api/v2/messaging/sessions/:sessionId',
    {
      config: { access: 'bearer', scopes: ['signals:read'] },
      schema: {
        ...fieldReport(
          'F4',
          'getSession',
          'whether a session lives',
          'On Genesys a session is a guest’s socket, and no call reads it. Under `provisioning: automatic` an unknown session is made.',
        ),
        params: z.object({ sessionId: idSchema }),
        response: { 200: sessionSchema },
      },
    },
    async (request) => {
      const { sessionId: id } = request.params;
      const view = await relay.conversation(principalOf(request), { id }, { provision: true });
      const { conversationId, guestParticipantId: guestId, guest } = view.binding;
      return { id, status: statusOf(view), conversationId, guestId, deploymentId: guest.deploymentId };
    },
  );
};
