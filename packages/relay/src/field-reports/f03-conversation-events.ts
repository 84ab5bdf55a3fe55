import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { conversationParams, fieldReport } from './field-report.ts';
import { applyEvent, reportedResultSchema } from './reported-event.ts';

const bodySchema = z
  .object({
    type: z.enum(['typing', 'read', 'read-receipt']),
    messageId: idSchema.optional().meta({ description: 'Default: up to the newest message that was delivered.' }),
  })
  .meta({ id: 'F3Event', examples: [{ type: 'read-receipt' }] });

/** F3: the same as F1, as the Rails bridge writes it. */
export const conversationEvents: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/conversations/messaging/conversations/:conversationId/events',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F3',
          'postConversationEvent',
          'typing and read receipts of the guest',
          'What a bridge of another chat tells of its guest.',
        ),
        params: conversationParams,
        body: bodySchema,
        response: { 202: reportedResultSchema },
      },
    },
    async (request, reply) => {
      const conversation = { id: request.params.conversationId };
      return reply.code(202).send(await applyEvent(relay, principalOf(request), conversation, request.body));
    },
  );
};
