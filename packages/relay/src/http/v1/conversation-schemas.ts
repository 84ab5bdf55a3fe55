import * as z from 'zod';
import { WATERMARKS } from '../../domain/event.ts';

/**
 * No control characters: an id may end up in a header or a log. Spelled out, because every tool that reads the OpenAPI
 * document understands it then.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const PRINTABLE = /^[^\u0000-\u001f\u007f-\u009f]+$/;
export const ID_MAX = 200;
/** What a guest may send at once (third-party, GUEST-TEXT-MAX counts bytes; the platform's own answer decides). */
export const TEXT_MAX = 4_096;
const ATTRIBUTES_MAX = 50;

export const idSchema = z.string().min(1).max(ID_MAX).regex(PRINTABLE, 'must have no control characters');

export const conversationPath = z.object({
  id: idSchema.meta({ description: 'Your own name of the conversation: whatever your chat calls it.' }),
});

export const participantSchema = z
  .string()
  .min(1)
  .max(ID_MAX)
  .regex(PRINTABLE, 'must have no control characters')
  .meta({
    description:
      '`guest`, `agent:{userId}`, `agent` (who is connected now), or an id from `participants`. Needed with client credentials; a conversation token stands for its own participant.',
    examples: ['guest', 'agent:0f4b1f2e-8d8e-4d2c-9a44-a0a8e2b9f1c7'],
  });

export const bindSchema = z
  .strictObject({
    guest: z
      .strictObject({
        kind: z.literal('webmessaging').default('webmessaging'),
        deploymentId: idSchema.optional().meta({ description: 'Default: the deployment of the configuration.' }),
        nickname: z.string().max(ID_MAX).optional().meta({
          description:
            'What the guest is called, from the call that makes the conversation. Genesys gets it as the custom attribute `nickname`.',
        }),
        attributes: z
          .record(z.string().max(ID_MAX), z.string().max(1_000))
          .refine(
            (attributes) => Object.keys(attributes).length <= ATTRIBUTES_MAX,
            `must have at most ${ATTRIBUTES_MAX} members`,
          )
          .optional()
          .meta({ description: 'Custom attributes of the guest’s first frame; the agent’s desktop shows them.' }),
        token: z
          .string()
          .min(1)
          .max(ID_MAX)
          .optional()
          .meta({ description: 'Token of a guest session that exists, to take it over.' }),
      })
      .default({ kind: 'webmessaging' }),
    genesysConversationId: z.uuid().optional().meta({
      description:
        'What Genesys calls it, if you know; else it is found by itself. It is looked up at Genesys first, which takes its turn: 429 while 20 calls of yours wait for that.',
    }),
    session: idSchema.optional().meta({ description: 'Another name of the conversation, for F4 and F5.' }),
    guestId: idSchema.optional().meta({ description: 'Your name of the guest, for F5 and F8.' }),
  })
  .nullish()
  .meta({ id: 'Bind', examples: [{ guest: { nickname: 'Ada' } }] });

const participantOut = z.string().meta({ description: '`guest`, `bot`, `agent`, or `agent:{userId}`.' });

export const conversationSchema = z
  .object({
    id: z.string(),
    state: z.enum(['open', 'ended']),
    endedBecause: z.string().optional(),
    provisioned: z.boolean().meta({ description: 'Made by automatic provisioning, not by a PUT.', examples: [false] }),
    createdAt: z.iso.datetime(),
    genesysConversationId: z.string().optional().meta({ description: 'Once it is known.' }),
    guest: z.object({
      kind: z.literal('webmessaging'),
      deploymentId: z.string(),
      participantId: z.string(),
      nickname: z.string().optional(),
      connection: z
        .object({ state: z.string(), reason: z.string().optional() })
        .meta({ description: 'Of the guest to Genesys.' }),
    }),
    participants: z.array(
      z.object({
        id: z.string(),
        participant: z.string().meta({
          description: '`guest`, `agent:{userId}`, `agent`, `bot`, `queue` (purpose `acd`), or `workflow` (a flow).',
        }),
        purpose: z.enum(['customer', 'agent', 'acd', 'workflow', 'bot']),
        userId: z.string().optional(),
        name: z.string().optional(),
        communicationId: z.string().optional(),
        state: z.enum(['alerting', 'connected', 'disconnected']),
      }),
    ),
    typing: z.array(participantOut).meta({ description: 'Who types now.' }),
    watermarks: z.array(
      z.object({
        participant: participantOut,
        watermark: z.enum(WATERMARKS).meta({ examples: ['seen'] }),
        upTo: z.number().meta({ description: 'Sequence of the newest message that it covers.' }),
        evidence: z.enum(['reported', 'reply', 'typing', 'delivery']),
        at: z.iso.datetime(),
      }),
    ),
    queued: z.number().meta({ description: 'Messages that wait for Genesys.' }),
    sequence: z.number().meta({ description: 'Of its newest event.' }),
  })
  .meta({ id: 'Conversation' });
export type ConversationBody = z.infer<typeof conversationSchema>;

export const conversationsQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export const conversationsSchema = z
  .object({ conversations: z.array(conversationSchema) })
  .meta({ id: 'Conversations' });
