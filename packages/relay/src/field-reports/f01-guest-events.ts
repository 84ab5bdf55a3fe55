import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { messageHeaders, messageSchema } from '../http/v1/signal-routes.ts';
import { conversationParams, fieldReport, requireSame } from './field-report.ts';
import { applyEvent, reportedResultSchema } from './reported-event.ts';

const bodySchema = z
  .object({
    eventType: z.enum(['typing', 'read', 'read-receipt', 'message']),
    conversationId: idSchema.optional(),
    userId: z.unknown().optional().meta({ description: 'Not used: the token says who calls.' }),
    messageId: idSchema.optional().meta({ description: 'Of `read`. Default: everything that was delivered.' }),
    text: messageSchema.shape.text.optional().meta({ description: 'Of `message`.' }),
  })
  .refine(({ eventType, text }) => eventType !== 'message' || text !== undefined, {
    path: ['text'],
    message: 'is needed with the eventType "message"',
  })
  .meta({
    id: 'F1Event',
    examples: [{ eventType: 'typing', conversationId: 'order-4711', userId: 'guest-1' }],
  });

/** F1: events of the guest, over REST. */
export const guestEvents: Routes = (app, { relay }) => {
  app.post(
    '/api/v2/webmessaging/guests/conversations/:conversationId/events',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F1',
          'postGuestEvent',
          'events of the guest',
          'The guest types, has read, or writes. Genesys has no such call; the relay sends the frame of the guest’s socket that does it. Reads stay with the relay: Genesys takes them from nobody.',
        ),
        params: conversationParams,
        headers: messageHeaders,
        body: bodySchema,
        response: { 202: reportedResultSchema },
      },
    },
    async (request, reply) => {
      const { conversationId: id } = request.params;
      const { eventType: type, conversationId, messageId, text = '' } = request.body;
      requireSame('conversationId', conversationId, id);
      const idempotencyKey = request.headers['idempotency-key'];
      const event = { type, messageId, text, idempotencyKey };
      return reply.code(202).send(await applyEvent(relay, principalOf(request), { id }, event));
    },
  );
};
