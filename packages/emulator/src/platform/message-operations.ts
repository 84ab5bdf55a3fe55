import { explainProblem, parseMessageIds } from '@backchannel/protocol';
import { noteOf } from '../limit-note.ts';
import { messageDataView } from '../views/conversation-view.ts';
import type { Conversation, Message } from '../world/entities.ts';
import { conversationOf } from './lookups.ts';
import type { Call, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

const MESSAGES = '/api/v2/conversations/messages';

/** Any of these lets a token read messages. */
const READ = ['conversation:message:view', 'conversation:webmessaging:view'] as const;

const dataOf = ({ world }: Call, conversation: Conversation, message: Message) =>
  messageDataView(conversation, message, world.state.deployment, world.timeline);

/** Reading messages and what became of them. */
export const MESSAGE_OPERATIONS: readonly Operation[] = [
  {
    id: 'getConversationsMessageMessage',
    method: 'GET',
    path: `${MESSAGES}/{conversationId}/messages/{messageId}`,
    permissions: READ,
    run(call) {
      const conversation = conversationOf(call);
      const message = conversation.messages.find((each) => each.id === call.params.messageId);
      if (message === undefined) throw new PlatformRefusal('not.found');
      return { status: 200, body: dataOf(call, conversation, message), conversationId: conversation.id };
    },
  },
  {
    id: 'getConversationsMessageDetails',
    method: 'GET',
    path: `${MESSAGES}/{messageId}/details`,
    permissions: READ,
    run(call) {
      for (const conversation of call.world.state.conversations.list()) {
        const message = conversation.messages.find((each) => each.id === call.params.messageId);
        if (message === undefined) continue;
        return { status: 200, body: dataOf(call, conversation, message), conversationId: conversation.id };
      }
      throw new PlatformRefusal('not.found');
    },
  },
  {
    id: 'postConversationsMessageMessagesBulk',
    method: 'POST',
    path: `${MESSAGES}/{conversationId}/messages/bulk`,
    permissions: READ,
    run(call) {
      const conversation = conversationOf(call);
      const request = parseMessageIds(call.body);
      if (!request.ok) {
        const note = `${explainProblem(request.problem)}. The body is a list of message ids: ["…","…"] (MESSAGE-BULK).`;
        throw new PlatformRefusal('bad.request', { note });
      }
      const idsMax = call.world.limits.of('bulkMessages');
      if (request.value.length > idsMax) {
        throw new PlatformRefusal('bad.request', {
          note: `The list has ${request.value.length} ids. ${noteOf('bulkMessages')}`,
        });
      }
      const asked = new Set(request.value);
      const found = conversation.messages.filter(({ id }) => asked.has(id));
      return {
        status: 200,
        body: { entities: found.map((message) => dataOf(call, conversation, message)) },
        conversationId: conversation.id,
        note:
          found.length === asked.size
            ? undefined
            : `${asked.size - found.length} of the ids are not in this conversation (assumed, MESSAGE-BULK-UNKNOWN).`,
      };
    },
  },
];
