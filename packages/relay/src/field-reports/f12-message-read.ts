import * as z from 'zod';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { receiptResultSchema } from '../http/v1/signal-routes.ts';
import { fieldReport } from './field-report.ts';

const bodySchema = z
  .object({
    read: z.literal(true, 'must be true: what was read can’t become unread'),
    participantId: idSchema.optional().meta({ description: 'The reader, where it could be several agents.' }),
  })
  .nullish()
  .meta({ id: 'F12Read', examples: [{ read: true }] });

/** F12: a message was read, by whoever did not write it. */
export const messageRead: Routes = (app, { relay }) => {
  app.put(
    '/api/v2/conversations/messaging/messages/:messageId/read',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F12',
          'putMessageRead',
          'a message was read',
          'The reader of an agent’s message is the guest, and of a guest’s message the agent who is connected; a conversation token reads for itself. The second call changes nothing: `outcome` is `coalesced`. Genesys takes no read receipt from anybody, so this is told on the relay’s streams.',
        ),
        params: z.object({ messageId: idSchema }),
        body: bodySchema,
        response: { 200: receiptResultSchema.extend({ id: z.string(), read: z.literal(true), changed: z.boolean() }) },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { messageId } = request.params;
      const { conversation, participant: author } = await relay.findMessage(principal, messageId);
      const own = principal.kind === 'conversation' ? principal.participant : undefined;
      const participant = request.body?.participantId ?? own ?? (author === 'guest' ? 'agent' : 'guest');
      const result = await relay.receipt(principal, { conversation, participant, watermark: 'seen', messageId });
      return { id: messageId, read: true as const, changed: result.outcome === 'sent', ...result };
    },
  );
};
