import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { messageHeaders, messageResultSchema, messageSchema } from '../http/v1/signal-routes.ts';
import { fieldReport } from './field-report.ts';

const bodySchema = z
  .object({
    conversationId: idSchema,
    text: messageSchema.shape.text,
    participantId: idSchema.optional().meta({ description: 'Default: the agent who is connected.' }),
  })
  .meta({ id: 'F16Message', examples: [{ conversationId: 'order-4711', text: 'How can I help?' }] });

/** F16: a message of the agent, or of the participant who is named. */
export const agentMessages: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/conversations/messaging/messages',
    {
      config: { access: 'bearer', scopes: ['messages:write'] },
      schema: {
        ...fieldReport(
          'F16',
          'postAgentMessage',
          'a message of the agent',
          'With the guest’s `participantId` it is the guest’s message. 409 while no agent is connected: nobody could have written it.',
        ),
        headers: messageHeaders,
        body: bodySchema,
        response: { 202: messageResultSchema.extend({ id: z.string() }) },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { conversationId, text, participantId } = request.body;
      const own = principal.kind === 'conversation' ? principal.participant : 'agent';
      const result = await relay.message(principal, {
        conversation: { id: conversationId },
        participant: participantId ?? own,
        text,
        idempotencyKey: request.headers['idempotency-key'],
      });
      return reply.code(202).send({ id: result.messageId, ...result });
    },
  );
};
