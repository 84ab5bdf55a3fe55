import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { signalResultSchema } from '../http/v1/signal-routes.ts';
import { conversationParams, fieldReport } from './field-report.ts';
import { presentParticipant } from './present-participant.ts';

const bodySchema = z
  .object({
    state: z.enum(['typing', 'connected', 'disconnected', 'closed']).meta({ description: 'All but `typing` end it.' }),
    routing: z.unknown().optional().meta({ description: 'Not used.' }),
  })
  .meta({ id: 'F9State', examples: [{ routing: { priority: 0 }, state: 'typing' }] });

/** F9: typing as the state of a participant. */
export const participantState: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/conversations/:conversationId/participants/:participantId',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F9',
          'postParticipantState',
          'typing as the state of a participant',
          'The ids are those of F17. The other side sees dots; the state changes nothing else. Who is not in the conversation is 404, never a silent success. On Genesys this path takes PATCH only, and no state means typing.',
        ),
        params: conversationParams.extend({ participantId: idSchema }),
        body: bodySchema,
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { conversationId: id, participantId } = request.params;
      const participant = await presentParticipant(relay, principal, { id }, participantId, { provision: true });
      const typing = request.body.state === 'typing';
      return reply.code(202).send(await relay.typing(principal, { conversation: { id }, participant, typing }));
    },
  );
};
