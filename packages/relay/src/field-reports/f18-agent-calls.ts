import { DECLARED_LIFETIME_MS } from '@backchannel/signals';
import type { RouteShorthandOptions } from 'fastify';
import * as z from 'zod';
import type { RelayCommands, SignalResult } from '../domain/commands.ts';
import type { Actor } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { idSchema } from '../http/v1/conversation-schemas.ts';
import { messageHeaders, messageSchema } from '../http/v1/signal-routes.ts';
import { conversationParams, fieldReport } from './field-report.ts';
import { platformErrorResponse, sendPlatformError } from './platform-errors.ts';
import { presentParticipant } from './present-participant.ts';

const PATH = '/api/v2/conversations/messages/:conversationId/communications/:communicationId';

/** How long the answer to a message waits for Genesys's own id of it: less than the official SDK waits for an answer (16 s). */
const MESSAGE_WAIT_MS = 10_000;
/** When typing that the limits left no room for may be tried again: by then the indicator before it is over. */
const TYPING_RETRY_MS = 5_000;

const params = conversationParams.extend({ communicationId: idSchema });

const typingBody = z
  .object({
    typing: z.object({
      type: z.literal('On', 'must be "On", the only value there is: an indicator ends with its duration'),
      // As Genesys has it: whole (documented, AGENT-TYPING-BODY).
      duration: z.int().positive().optional().meta({ description: 'Milliseconds.' }),
    }),
    dateSent: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ id: 'F18Typing', examples: [{ typing: { type: 'On', duration: 5000 } }] });

const messageBody = z
  .object({ textBody: messageSchema.shape.text })
  .meta({ id: 'F18Message', examples: [{ textBody: 'How can I help?' }] });

const messageDataSchema = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    timestamp: z.string(),
    direction: z.literal('outbound'),
    messengerType: z.literal('webmessaging'),
    status: z.enum(['queued']),
    normalizedMessage: z.object({
      id: z.string(),
      type: z.literal('Text'),
      text: z.string(),
      direction: z.literal('Outbound'),
      originatingEntity: z.literal('Human'),
      channel: z.object({ platform: z.literal('WebMessaging'), type: z.literal('Private'), time: z.string() }),
    }),
    normalizedReceipts: z.array(z.never()),
    selfUri: z.string(),
  })
  .meta({ id: 'F18MessageData' });

/** F18: the calls that Genesys really has for an agent, from the official SDK with its gateway set to the relay. */
export const agentCalls: Routes = (app, context) => {
  const { relay, ports } = context;
  const errorHandler: RouteShorthandOptions['errorHandler'] = (error, request, reply) =>
    void sendPlatformError(request, reply, error, context);

  app.post(
    `${PATH}/typing`,
    {
      errorHandler,
      config: { access: 'bearer', scopes: ['signals:write'] },
      schema: {
        ...fieldReport(
          'F18',
          'postAgentTyping',
          'an agent types (Genesys’s own call)',
          'As `postConversationsMessageCommunicationTyping` of the official SDK: 204 without a body, errors in Genesys’s envelope. It goes through the relay’s limits: what an indicator that still shows says already is not sent again, and is 204 as well.',
        ),
        params,
        body: typingBody,
        response: { 204: z.void().meta({ description: 'Shown.' }), default: platformErrorResponse },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { conversationId: id } = request.params;
      const { typing, dateSent } = request.body;
      const participant = await agentOf(relay, principal, request.params);
      const result = await relay.typing(principal, {
        conversation: { id },
        participant,
        typing: true,
        durationMs: Math.min(typing.duration ?? DECLARED_LIFETIME_MS, DECLARED_LIFETIME_MS),
        occurredAtMs: dateSent === undefined ? undefined : Date.parse(dateSent),
      });
      requireShown(result);
      return reply.code(204).send();
    },
  );

  app.post(
    `${PATH}/messages`,
    {
      errorHandler,
      config: { access: 'bearer', scopes: ['messages:write'] },
      schema: {
        ...fieldReport(
          'F18',
          'postAgentCommunicationMessage',
          'an agent writes (Genesys’s own call)',
          'As `postConversationsMessageCommunicationMessages` of the official SDK: the answer is Genesys’s `MessageData`, with Genesys’s id when it has the message within 10 s, else with the relay’s; it is delivered either way.',
        ),
        params,
        headers: messageHeaders,
        body: messageBody,
        response: { 200: messageDataSchema, default: platformErrorResponse },
      },
    },
    async (request): Promise<z.infer<typeof messageDataSchema>> => {
      const principal = principalOf(request);
      const { conversationId } = request.params;
      const { textBody: text } = request.body;
      const participant = await agentOf(relay, principal, request.params);
      const timestamp = ports.wallTime();
      const accepted = await relay.message(principal, {
        conversation: { id: conversationId },
        participant,
        text,
        idempotencyKey: request.headers['idempotency-key'],
      });
      const { messageId } = accepted;
      // A repeated one may be there already, and then nobody tells of it again.
      if (accepted.status === 'accepted') await relay.delivered(messageId, MESSAGE_WAIT_MS);
      const { platformIds, status, reason } = await relay.findMessage(principal, messageId);
      if (status === 'failed') throw failed(reason);
      const id = platformIds[0] ?? messageId;
      return {
        id,
        conversationId,
        timestamp,
        direction: 'outbound',
        messengerType: 'webmessaging',
        status: 'queued',
        normalizedMessage: {
          id,
          type: 'Text',
          text,
          direction: 'Outbound',
          originatingEntity: 'Human',
          channel: { platform: 'WebMessaging', type: 'Private', time: timestamp },
        },
        normalizedReceipts: [],
        selfUri: `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/messages/${encodeURIComponent(id)}`,
      };
    },
  );
};

/** Whose communication it is: an agent's, or Genesys would not know it either. */
async function agentOf(
  relay: RelayCommands,
  principal: Principal,
  { conversationId: id, communicationId }: z.infer<typeof params>,
): Promise<Actor> {
  const participant = await presentParticipant(relay, principal, { id }, communicationId);
  if (participant !== 'guest') return participant;
  throw new RelayProblem('participant.unknown', 404, 'That is the communication of the guest.', {
    fix: 'Agents speak through their own: participants[].messages[].id of the agent in GET /api/v2/conversations/{conversationId}.',
  });
}

/** Genesys answers 204 or says why not; an outcome that showed nothing is no 204. */
function requireShown({ outcome, reason }: SignalResult): void {
  switch (outcome) {
    case 'sent':
    case 'coalesced':
      return;
    case 'suppressed:budget':
    case 'suppressed:gap':
    case 'suppressed:quiet':
      throw new RelayProblem('rate.limited', 429, `Not sent: ${reason}`, {
        fix: 'Leave it: an indicator that comes late is untrue.',
        retryAfterMs: TYPING_RETRY_MS,
      });
    case 'suppressed:no-conversation':
      throw new RelayProblem('agent.absent', 409, `Not sent: ${reason}`, {
        fix: 'Type once the agent has accepted the conversation.',
      });
    case 'suppressed:stale':
      throw new RelayProblem('request.invalid', 400, `Not sent: ${reason}`, { fix: 'Leave dateSent out.' });
    default:
      throw new RelayProblem('upstream.failed', 503, `Not sent: ${reason}`, { fix: 'Try again in a moment.' });
  }
}

const failed = (reason = 'Genesys refused it.'): RelayProblem =>
  new RelayProblem('request.invalid', 400, `The message can’t be delivered: ${reason}`, {
    fix: 'Correct what Genesys says of it; the relay does not send it again.',
  });
