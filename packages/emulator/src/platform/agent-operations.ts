import {
  explainProblem,
  type Problem,
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  USERS_ME_PATH,
} from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import { noteOf } from '../limit-note.ts';
import { outboundTypingNote } from '../open/open-bodies.ts';
import { conversationView, messageConversationView, messageDataView } from '../views/conversation-view.ts';
import { activeAgentsOf } from '../world/conversation-parts.ts';
import type { Conversation, Participant } from '../world/entities.ts';
import { typingDuration } from '../world/typing-duration.ts';
import { conversationOf, userOf } from './lookups.ts';
import type { Call, Operation } from './operation.ts';
import { PAGE_SIZE, positive } from './paging.ts';
import { PlatformRefusal, tooManyRequests } from './platform-refusal.ts';

const MESSAGES = '/api/v2/conversations/messages';
const SPEAK = ['conversation:message:create', 'conversation:webmessaging:create'] as const;

/** The agent's leg that is addressed, if the caller may speak through it. */
function legOf(call: Call, conversation: Conversation): Participant {
  const { world, token } = call;
  const id = call.params.communicationId;
  const leg = conversation.participants.find((each) => each.purpose === 'agent' && each.communication.id === id);
  if (leg === undefined) {
    const other = conversation.participants.find((each) => each.communication.id === id);
    const note =
      other === undefined
        ? 'The conversation has no such communication: it stands in participants[].messages[].id of the agent.'
        : `That is the communication of the ${other.purpose}: agents speak through their own.`;
    throw new PlatformRefusal('not.found', { note });
  }
  if (leg.communication.state !== 'connected') {
    const note =
      leg.communication.state === 'alerting'
        ? 'The agent has not answered: PATCH …/participants/{participantId} with {"state":"connected"} first.'
        : 'The agent has left: who has the conversation now is the last agent participant.';
    throw new PlatformRefusal('general.conflict', { note });
  }
  if (token.agent === undefined) {
    if (!world.switches.clientCredentialsActAsAgent) throw new PlatformRefusal('not.a.user');
  } else if (leg.userId !== token.agent.id && world.switches.onlyOwnCommunication) {
    throw new PlatformRefusal('not.authorized', {
      note: 'The communication belongs to another user (assumed, AGENT-OWN-COMMUNICATION).',
    });
  }
  return leg;
}

/** A typing type other than On is the one mistake that has a documented error of its own. */
function typingRefusal(body: unknown, problem: Problem): PlatformRefusal {
  const note = explainProblem(problem);
  const typing = typeof body === 'object' && body !== null && 'typing' in body ? body.typing : undefined;
  const type = typeof typing === 'object' && typing !== null && 'type' in typing ? typing.type : undefined;
  return typeof type === 'string' && type !== 'On'
    ? new PlatformRefusal('invalid.value', {
        values: [type.slice(0, 60), 'type', 'On'],
        note: `${note}. There is no Off: an indicator ends with its duration or with the message.`,
      })
    : new PlatformRefusal('bad.request', {
        note: problem.path === '$.typing.duration' ? `${note}. ${ROUND_IT}` : note,
      });
}

const ROUND_IT =
  'Round it, or leave it out: the model says an integer of milliseconds (AGENT-TYPING-BODY). That anything else is refused is assumed (AGENT-TYPING-FRACTION).';

/** The conversations that the user of the token is in now, oldest first (documented, CONVERSATION-LIST). */
function ownConversations(call: Call): readonly Conversation[] {
  const user = userOf(call);
  return [...call.world.state.conversations.list()].filter((each) =>
    activeAgentsOf(each).some(({ userId }) => userId === user.id),
  );
}

/** One page with everything, unless pages are switched on (assumed, CONVERSATION-LIST-PAGES). */
function pageOf({ world, query }: Call, all: readonly Conversation[]) {
  const total = all.length;
  if (!world.switches.pageConversationList) {
    return { entities: all, page: { pageSize: total, pageNumber: 1, total, pageCount: 1 } };
  }
  const pageNumber = positive(query, 'pageNumber', 1, Number.MAX_SAFE_INTEGER);
  const pageSize = positive(query, 'pageSize', PAGE_SIZE, BOUNDS.historyPageSize);
  return {
    entities: all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize),
    page: { pageSize, pageNumber, total, pageCount: Math.ceil(total / pageSize) },
  };
}

/** What an agent's application asks of conversations and messages. */
export const AGENT_OPERATIONS: readonly Operation[] = [
  {
    id: 'getUsersMe',
    method: 'GET',
    path: USERS_ME_PATH,
    permissions: [],
    run(call) {
      const { id, name, email } = userOf(call);
      return {
        status: 200,
        body: { id, name, email, username: email, state: 'active', version: 1, selfUri: `/api/v2/users/${id}` },
      };
    },
  },
  {
    id: 'getConversationsMessages',
    method: 'GET',
    path: MESSAGES,
    permissions: [],
    run(call) {
      const { queueId } = call.world.state;
      const { entities, page } = pageOf(call, ownConversations(call));
      return {
        status: 200,
        body: {
          entities: entities.map((each) => messageConversationView(each, queueId, call.world.timeline)),
          ...page,
          selfUri: MESSAGES,
        },
      };
    },
  },
  {
    id: 'getConversations',
    method: 'GET',
    path: '/api/v2/conversations',
    permissions: [],
    run(call) {
      const { queueId } = call.world.state;
      const type = call.query.get('communicationType');
      // All that is served here are messages.
      const own = type === null || type.toLowerCase() === 'message' ? ownConversations(call) : [];
      const { entities, page } = pageOf(call, own);
      return {
        status: 200,
        body: {
          entities: entities.map((each) => conversationView(each, queueId, call.world.timeline)),
          ...page,
          selfUri: '/api/v2/conversations',
        },
      };
    },
  },
  {
    id: 'getConversation',
    method: 'GET',
    path: '/api/v2/conversations/{conversationId}',
    permissions: ['conversation:communication:view'],
    run(call) {
      const conversation = conversationOf(call);
      return {
        status: 200,
        body: conversationView(conversation, call.world.state.queueId, call.world.timeline),
        conversationId: conversation.id,
      };
    },
  },
  {
    id: 'getConversationsMessage',
    method: 'GET',
    path: `${MESSAGES}/{conversationId}`,
    permissions: [],
    run(call) {
      const conversation = conversationOf(call);
      return {
        status: 200,
        body: messageConversationView(conversation, call.world.state.queueId, call.world.timeline),
        conversationId: conversation.id,
      };
    },
  },
  {
    id: 'postConversationsMessageCommunicationTyping',
    method: 'POST',
    path: `${MESSAGES}/{conversationId}/communications/{communicationId}/typing`,
    permissions: SPEAK,
    run(call) {
      const { world } = call;
      const conversation = conversationOf(call);
      legOf(call, conversation);
      const request = parseAgentTypingRequest(call.body);
      if (!request.ok) throw typingRefusal(call.body, request.problem);
      const waitMs = world.limits.take('agentTypingPerConversation', conversation.windows, world.timeline.nowMs());
      if (waitMs > 0) throw tooManyRequests(waitMs, noteOf('agentTypingPerConversation'));
      const answer = { status: world.switches.agentTypingStatus, conversationId: conversation.id };
      if (world.switches.enforceAgentTypingFlag && !world.state.deployment.showAgentTypingIndicator) {
        return { ...answer, note: 'Agent typing is dropped: showAgentTypingIndicator is off in the deployment.' };
      }
      const dropped = outboundTypingNote(world, conversation);
      if (dropped !== undefined) return { ...answer, note: dropped };
      const durationMs = typingDuration(request.value.typing.duration, world.switches.honourTypingDuration);
      return world.agentTyped(conversation, durationMs)
        ? answer
        : {
            ...answer,
            note: 'Agent typing reaches nobody: the guest has no open connection, and typing is not kept for later.',
          };
    },
  },
  {
    id: 'postConversationsMessageCommunicationMessages',
    method: 'POST',
    path: `${MESSAGES}/{conversationId}/communications/{communicationId}/messages`,
    permissions: SPEAK,
    run(call) {
      const { world } = call;
      const conversation = conversationOf(call);
      const leg = legOf(call, conversation);
      const request = parseAgentMessageRequest(call.body);
      if (!request.ok) {
        const note = `${explainProblem(request.problem)}. mediaIds and messagingTemplate are not served by this version of the emulator.`;
        throw new PlatformRefusal('bad.request', { note });
      }
      const { textBody } = request.value;
      const charactersMax = world.limits.of('agentTextCharacters');
      if (textBody.length > charactersMax) {
        throw new PlatformRefusal('bad.request', {
          note: `The text has ${textBody.length} characters. ${noteOf('agentTextCharacters')}`,
        });
      }
      const message = world.agentSaid(conversation, leg, textBody);
      const data = messageDataView(conversation, message, world.state.deployment, world.timeline);
      // The answer is written before the delivery is known (assumed, AGENT-MESSAGE-STATUS).
      return {
        status: 200,
        body: { ...data, status: 'queued', normalizedReceipts: [] },
        conversationId: conversation.id,
      };
    },
  },
];
