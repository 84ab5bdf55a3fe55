import * as z from 'zod';
import type { ConversationView, ParticipantView } from '../domain/commands.ts';
import type { Routes } from '../http/context.ts';
import { principalOf } from '../http/route-access.ts';
import { conversationParams, fieldReport } from './field-report.ts';

const communicationSchema = z.object({ id: z.string(), state: z.string(), type: z.literal('webmessaging') });

const conversationSchema = z
  .object({
    id: z.string().meta({ description: 'As you asked for it.' }),
    genesysConversationId: z.string().optional(),
    participants: z.array(
      z.object({
        id: z.string().meta({ description: 'What F9, F13 and F16 take.' }),
        purpose: z.enum(['customer', 'agent', 'acd', 'workflow', 'bot']),
        userId: z.string().optional(),
        name: z.string().optional(),
        state: z.string(),
        messages: z.array(communicationSchema).meta({ description: 'Communications: what F18 takes.' }),
      }),
    ),
  })
  .meta({ id: 'F17Conversation' });

const communicationOf = ({ communicationId, state }: ParticipantView): z.infer<typeof communicationSchema>[] =>
  communicationId === undefined ? [] : [{ id: communicationId, state, type: 'webmessaging' }];

/** The guest keeps the id that it was given first (F8), also when Genesys's own is known: whoever filters by it goes on. */
function bodyOf(id: string, { binding, participants }: ConversationView): z.infer<typeof conversationSchema> {
  return {
    id,
    genesysConversationId: binding.genesysConversationId,
    participants: participants.map((view) => ({
      id: view.participant === 'guest' ? binding.guestParticipantId : view.id,
      purpose: view.purpose,
      userId: view.userId,
      name: view.name,
      state: view.state,
      messages: communicationOf(view),
    })),
  };
}

/** F17: who takes part, in the shape of Genesys's own call of that path. */
export const conversation: Routes = (app, { relay }) => {
  app.get(
    '/api/v2/conversations/:conversationId',
    {
      config: { access: 'bearer', scopes: ['signals:read'] },
      schema: {
        ...fieldReport(
          'F17',
          'getFieldConversation',
          'who takes part',
          'In the shape of Genesys’s call of the same path, as far as the relay knows it. The ids are what F9, F13, F16 and F18 take.',
        ),
        params: conversationParams,
        response: { 200: conversationSchema },
      },
    },
    async (request) => {
      const { conversationId: id } = request.params;
      return bodyOf(id, await relay.conversation(principalOf(request), { id }, { provision: true }));
    },
  );
};
