import { DECLARED_LIFETIME_MS } from '@backchannel/signals';
import * as z from 'zod';
import { WATERMARKS } from '../../domain/event.ts';
import type { Principal } from '../../domain/principal.ts';
import { RelayProblem } from '../../domain/problem.ts';
import type { Routes } from '../context.ts';
import { principalOf } from '../route-access.ts';
import { conversationPath, idSchema, participantSchema, TEXT_MAX } from './conversation-schemas.ts';

/** Longest `Idempotency-Key`. */
const KEY_MAX = 255;

export const typingSchema = z
  .strictObject({
    participant: participantSchema.optional(),
    typing: z.boolean().meta({ description: 'Whether somebody types now. Say `true` again every 4 s while it lasts.' }),
    durationMs: z
      .int()
      .min(100)
      .max(DECLARED_LIFETIME_MS)
      .optional()
      .meta({ description: `How long it holds unless it is said again. Default and most: ${DECLARED_LIFETIME_MS}.` }),
    occurredAt: z.iso.datetime({ offset: true }).optional().meta({
      description:
        'When it was true, if the call comes late (from a queue). What is over by then is not told: `suppressed:stale`.',
    }),
  })
  .meta({ id: 'Typing', examples: [{ participant: 'guest', typing: true }] });

export const signalResultSchema = z
  .object({
    outcome: z.string().meta({ description: 'What became of it: `sent`, `coalesced`, `suppressed:…`, `offline`, …' }),
    reason: z.string().meta({ description: 'One sentence for a person.' }),
    conversationId: z.string(),
    participant: z.string(),
  })
  .meta({ id: 'SignalResult' });

export const messageSchema = z
  .strictObject({
    participant: participantSchema.optional(),
    text: z.string().min(1).max(TEXT_MAX).regex(/\S/, 'must not be blank'),
  })
  .meta({ id: 'Message', examples: [{ participant: 'guest', text: 'Where is my parcel?' }] });

export const messageResultSchema = z
  .object({
    messageId: z.string(),
    conversationId: z.string(),
    participant: z.string(),
    sequence: z.number().meta({ description: 'Its place in the conversation.' }),
    status: z.enum(['accepted', 'sent', 'failed']),
    repeated: z.boolean().meta({
      description: 'The `Idempotency-Key` was used before for the same message: nothing new happened.',
      examples: [false],
    }),
  })
  .meta({ id: 'MessageResult' });

export const receiptSchema = z
  .strictObject({
    participant: participantSchema.optional().meta({ description: 'The reader.' }),
    watermark: z
      .enum(WATERMARKS)
      .meta({ description: '`seen` is what people call read. Each includes those before it.' }),
    messageId: idSchema
      .optional()
      .meta({ description: 'The relay’s id or Genesys’s. Default: up to the newest message of somebody else.' }),
  })
  .meta({ id: 'Receipt', examples: [{ participant: 'guest', watermark: 'seen' }] });

export const receiptResultSchema = z
  .object({
    outcome: z
      .enum(['sent', 'coalesced'])
      .meta({ description: '`coalesced`: it was there already; nothing moves backwards.' }),
    reason: z.string(),
    conversationId: z.string(),
    participant: z.string(),
    watermark: z.enum(WATERMARKS).meta({ examples: ['seen'] }),
    upTo: z.number(),
    messageId: z.string().optional(),
  })
  .meta({ id: 'ReceiptResult' });

const explainSchema = z
  .object({
    lines: z.array(
      z.object({
        time: z.string(),
        participant: z.string(),
        what: z.enum(['typing', 'message', 'receipt', 'link']),
        outcome: z.string(),
        reason: z.string(),
      }),
    ),
  })
  .meta({ id: 'Explanation' });

export const messageHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(KEY_MAX)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without blanks')
    .optional()
    .meta({ description: 'Same key, same message: a retry never sends it twice.' }),
});

/** For whom the call acts: whom it names, else whom its token stands for. */
export function actorOf(principal: Principal, named: string | undefined): string {
  if (named !== undefined) return named;
  if (principal.kind === 'conversation') return principal.participant;
  throw new RelayProblem('request.invalid', 400, 'The call does not say for whom it acts.', {
    fix: 'Add "participant": "guest", or "agent:{userId}".',
    errors: [{ path: 'participant', detail: 'is needed with client credentials; it is missing' }],
  });
}

/** Typing, receipts and messages: each call becomes one command, whose answer it gives. */
export const signalRoutes: Routes = (app, { relay }) => {
  app.post(
    '/v1/conversations/:id/typing',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        tags: ['Signals'],
        operationId: 'postTyping',
        summary: 'Somebody types, or has stopped',
        description:
          'Streams are told at once. Genesys is told when it helps: the relay keeps to its limits, renews what still holds, and says in `outcome` and `reason` what became of this call. A signal never opens a conversation and never enters the transcript. It is no error when a signal is not sent.',
        params: conversationPath,
        body: typingSchema,
        response: { 202: signalResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { participant, typing, durationMs, occurredAt } = request.body;
      const result = await relay.typing(principal, {
        conversation: request.params,
        participant: actorOf(principal, participant),
        typing,
        durationMs,
        occurredAtMs: occurredAt === undefined ? undefined : Date.parse(occurredAt),
      });
      return reply.code(202).send(result);
    },
  );

  app.post(
    '/v1/conversations/:id/receipts',
    {
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        tags: ['Signals'],
        operationId: 'postReceipt',
        summary: 'Somebody has got, seen or answered messages',
        description:
          'Moves the reader’s watermark forward; never back. Genesys takes no read receipt from anybody, so it stays on the relay’s own plane: its streams and `watermarks`.',
        params: conversationPath,
        body: receiptSchema,
        response: { 202: receiptResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { participant, watermark, messageId } = request.body;
      const result = await relay.receipt(principal, {
        conversation: request.params,
        participant: actorOf(principal, participant),
        watermark,
        messageId,
      });
      return reply.code(202).send(result);
    },
  );

  app.post(
    '/v1/conversations/:id/messages',
    {
      config: { access: 'bearer', scopes: ['messages:write'] },
      schema: {
        tags: ['Messages'],
        operationId: 'postMessage',
        summary: 'Send a message',
        description:
          'The answer comes when the message is on disk: from then on the relay delivers it, in order, once Genesys can be reached. A `message-status` event says when Genesys has it. Send an `Idempotency-Key` to be able to repeat the call safely.',
        params: conversationPath,
        headers: messageHeaders,
        body: messageSchema,
        response: { 202: messageResultSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { participant, text } = request.body;
      const result = await relay.message(principal, {
        conversation: request.params,
        participant: actorOf(principal, participant),
        text,
        idempotencyKey: request.headers['idempotency-key'],
      });
      return reply.code(202).send(result);
    },
  );

  app.get(
    '/v1/conversations/:id/explain',
    {
      config: { access: 'bearer', scopes: ['signals:read'] },
      schema: {
        tags: ['Conversations'],
        operationId: 'explainConversation',
        summary: 'Why was it (not) sent?',
        description:
          'What became of the last 500 signals and messages, and why; newest last. No texts, no keystroke times.',
        params: conversationPath,
        response: { 200: explainSchema },
      },
    },
    async (request) => ({ lines: [...(await relay.explain(principalOf(request), request.params))] }),
  );
};
