import * as z from 'zod';
import type { MessageStatus } from '../domain/event.ts';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema, TEXT_MAX } from '../http/v1/conversation-schemas.ts';
import { messageHeaders } from '../http/v1/signal-routes.ts';
import { fieldReport, ownActor } from './field-report.ts';

/** How long the answer waits for Genesys to have the message. */
const DELIVERY_WAIT_MS = 5_000;

const STATUS_WORDS = { sent: 'delivered', accepted: 'queued', failed: 'failed' } as const satisfies Record<
  MessageStatus,
  string
>;

const bodySchema = z
  .object({
    channelId: idSchema.meta({ description: 'Any name of the conversation.' }),
    type: z.literal('text').default('text'),
    content: z.string().max(TEXT_MAX).default(''),
    typingIndicator: z.boolean().optional(),
  })
  .refine(({ content, typingIndicator }) => content.trim() !== '' || typingIndicator !== undefined, {
    path: ['content'],
    message: 'is empty, and there is no typingIndicator: one of them must say something',
  })
  .meta({ id: 'F6Message', examples: [{ channelId: 'order-4711', content: '', typingIndicator: true }] });

const answerSchema = z
  .object({
    id: z.string(),
    status: z.enum(['delivered', 'queued', 'failed', 'suppressed']).meta({
      description: '`queued`: it waits for Genesys. `suppressed`: the signal did not go out; `reason` says why.',
    }),
    conversationId: z.string(),
    outcome: z.string().optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'F6Result' });

/** F6: a message without content that means typing. It never becomes a message. */
export const typingIndicator: Routes = (app, { relay, ports }) => {
  app.post(
    '/api/v2/webmessaging/guests/messages',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F6',
          'postGuestMessage',
          'a message, or an empty one that means typing',
          'Empty content with `typingIndicator` is a signal and never enters the transcript; content is sent as a message.',
        ),
        headers: messageHeaders,
        body: bodySchema,
        response: { 200: answerSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { channelId, content: text, typingIndicator: typing = true } = request.body;
      const conversation = { id: channelId };
      const participant = ownActor(principal);
      if (text.trim() === '') {
        const { outcome, reason, conversationId } = await relay.typing(principal, {
          conversation,
          participant,
          typing,
        });
        const isShown = outcome === 'sent' || outcome === 'coalesced';
        const status = isShown ? ('delivered' as const) : ('suppressed' as const);
        return { id: ports.ids.uuid(), status, conversationId, outcome, reason };
      }
      const idempotencyKey = request.headers['idempotency-key'];
      const accepted = await relay.message(principal, { conversation, participant, text, idempotencyKey });
      const { messageId, conversationId } = accepted;
      // A repeated one may be there already, and then nobody tells of it again.
      const isWaiting = accepted.status === 'accepted';
      const status = isWaiting ? await relay.delivered(messageId, DELIVERY_WAIT_MS) : accepted.status;
      return { id: messageId, status: STATUS_WORDS[status], conversationId };
    },
  );
};
