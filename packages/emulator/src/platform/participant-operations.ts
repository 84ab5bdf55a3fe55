import {
  explainProblem,
  PARTICIPANT_STATES,
  parseAttributesRequest,
  parseParticipantRequest,
  parseTransferRequest,
} from '@backchannel/protocol';
import { conversationView } from '../views/conversation-view.ts';
import type { Conversation, Participant } from '../world/entities.ts';
import { checkMayAct, conversationOf, participantOf } from './lookups.ts';
import type { Answer, Call, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

const CONVERSATION = '/api/v2/conversations/{conversationId}';
const MESSAGES = '/api/v2/conversations/messages/{conversationId}';

/** Changes have no body to answer with (assumed, PARTICIPANT-EMPTY-ANSWER). */
const changed = (conversation: Conversation, note?: string): Answer => ({
  status: 202,
  conversationId: conversation.id,
  note,
});

/** What the state of a body asks for; any other than these two is not known to do anything here. */
function askedState({ body }: Call): 'connected' | 'disconnected' {
  const request = parseParticipantRequest(body);
  if (!request.ok) {
    const state = typeof body === 'object' && body !== null && 'state' in body ? body.state : undefined;
    const note = `${explainProblem(request.problem)}. No state means typing: that is POST …/communications/{communicationId}/typing (PARTICIPANT-STATE).`;
    throw typeof state === 'string'
      ? new PlatformRefusal('invalid.value', {
          values: [state.slice(0, 60), 'state', PARTICIPANT_STATES.join(', ')],
          note,
        })
      : new PlatformRefusal('bad.request', { note });
  }
  const { state } = request.value;
  if (state === 'connected' || state === 'disconnected') return state;
  throw new PlatformRefusal('bad.request', {
    note: `The state ${state ?? '(none)'} is not served here: connected answers, disconnected leaves. Wrap-up, hold and recording are not served either.`,
  });
}

/** `connected` answers what alerts, `disconnected` leaves (documented, PARTICIPANT-STATE). */
function changeState(call: Call, conversation: Conversation, participant: Participant): void {
  const { participation } = call.world;
  const state = askedState(call);
  if (participant.endedAtMs !== undefined) {
    if (state === 'disconnected') return;
    throw new PlatformRefusal('general.conflict', {
      note: 'The participant has left; a new one comes with a transfer or a new message.',
    });
  }
  if (state === 'disconnected') participation.disconnectParticipant(conversation, participant);
  else participation.answer(conversation, participant);
}

function patchParticipant(call: Call): Answer {
  const conversation = conversationOf(call);
  changeState(call, conversation, participantOf(call, conversation));
  return changed(conversation);
}

function patchAttributes(call: Call): Participant {
  const conversation = conversationOf(call);
  const participant = participantOf(call, conversation);
  const request = parseAttributesRequest(call.body);
  if (!request.ok) {
    const note = `${explainProblem(request.problem)}. The body is {"attributes":{"name":"text"}}; values are texts (PARTICIPANT-ATTRIBUTES).`;
    throw new PlatformRefusal('bad.request', { note });
  }
  call.world.participation.setAttributes(conversation, participant, request.value.attributes);
  return participant;
}

/** Hands the participant's part on: `to` says which fields this path reads. */
function replace(call: Call, to: 'any' | 'agent' | 'queue'): Answer {
  const conversation = conversationOf(call);
  const participant = participantOf(call, conversation);
  const request = parseTransferRequest(call.body);
  if (!request.ok) throw new PlatformRefusal('bad.request', { note: explainProblem(request.problem) });
  const { agents, queueId } = call.world.state;
  const { userId, userName, queueId: askedQueue } = request.value;
  if (participant.endedAtMs !== undefined) {
    throw new PlatformRefusal('general.conflict', { note: 'The participant has left: there is nothing to hand on.' });
  }
  if (participant.purpose === 'customer') {
    throw new PlatformRefusal('bad.request', {
      note: 'A customer cannot be replaced: address the agent’s participant.',
    });
  }
  if (to !== 'agent' && askedQueue !== undefined && userId === undefined) {
    if (askedQueue !== queueId) {
      throw new PlatformRefusal('not.found', {
        note: `There is no queue ${askedQueue.slice(0, 60)}; the one here is ${queueId}.`,
      });
    }
    call.world.participation.transfer(conversation, participant, 'queue');
    return changed(conversation);
  }
  if (to === 'queue' || (userId === undefined && userName === undefined)) {
    const fields = { any: 'userId or queueId', agent: 'userId', queue: 'queueId' }[to];
    throw new PlatformRefusal('bad.request', { note: `A transfer needs ${fields}.` });
  }
  const agent = agents.find((each) => (userId === undefined ? each.name === userName : each.id === userId));
  if (agent === undefined) {
    const note = `There is no such user. The agents are ${agents.map(({ id, name }) => `${name} (${id})`).join(', ')}.`;
    throw new PlatformRefusal('not.found', { note });
  }
  call.world.participation.transfer(conversation, participant, agent);
  return changed(conversation);
}

/** Who is in a conversation: attributes, answering, leaving, handing on. No permission of these is documented. */
export const PARTICIPANT_OPERATIONS: readonly Operation[] = [
  {
    id: 'patchConversationsMessageParticipantAttributes',
    method: 'PATCH',
    path: `${MESSAGES}/participants/{participantId}/attributes`,
    permissions: [],
    run(call) {
      const { attributes } = patchAttributes(call);
      return { status: 200, body: { attributes }, conversationId: call.params.conversationId };
    },
  },
  {
    id: 'patchConversationParticipantAttributes',
    method: 'PATCH',
    path: `${CONVERSATION}/participants/{participantId}/attributes`,
    permissions: [],
    run(call) {
      patchAttributes(call);
      return changed(conversationOf(call));
    },
  },
  {
    id: 'patchConversationsMessageParticipant',
    method: 'PATCH',
    path: `${MESSAGES}/participants/{participantId}`,
    permissions: [],
    run: patchParticipant,
  },
  {
    id: 'patchConversationParticipant',
    method: 'PATCH',
    path: `${CONVERSATION}/participants/{participantId}`,
    permissions: [],
    run: patchParticipant,
  },
  {
    id: 'patchConversationsMessageParticipantCommunication',
    method: 'PATCH',
    path: `${MESSAGES}/participants/{participantId}/communications/{communicationId}`,
    permissions: [],
    run(call) {
      const conversation = conversationOf(call);
      const participant = participantOf(call, conversation);
      if (participant.communication.id !== call.params.communicationId) throw new PlatformRefusal('not.found');
      changeState(call, conversation, participant);
      return { status: 200, body: {}, conversationId: conversation.id };
    },
  },
  {
    id: 'postConversationsMessageParticipantReplace',
    method: 'POST',
    path: `${MESSAGES}/participants/{participantId}/replace`,
    permissions: [],
    run: (call) => replace(call, 'any'),
  },
  {
    id: 'postConversationParticipantReplace',
    method: 'POST',
    path: `${CONVERSATION}/participants/{participantId}/replace`,
    permissions: [],
    run: (call) => replace(call, 'any'),
  },
  {
    id: 'postConversationParticipantReplaceAgent',
    method: 'POST',
    path: `${CONVERSATION}/participants/{participantId}/replace/agent`,
    permissions: [],
    run: (call) => replace(call, 'agent'),
  },
  {
    id: 'postConversationParticipantReplaceQueue',
    method: 'POST',
    path: `${CONVERSATION}/participants/{participantId}/replace/queue`,
    permissions: [],
    run: (call) => replace(call, 'queue'),
  },
  {
    id: 'patchConversationsMessage',
    method: 'PATCH',
    path: MESSAGES,
    permissions: [],
    run(call) {
      const conversation = conversationOf(call);
      checkMayAct(call, conversation);
      if (askedState(call) !== 'disconnected') {
        throw new PlatformRefusal('bad.request', { note: 'A whole conversation can only be disconnected.' });
      }
      call.world.participation.disconnectConversation(conversation);
      const body = conversationView(conversation, call.world.state.queueId, call.world.timeline);
      return { status: 200, body, conversationId: conversation.id };
    },
  },
  {
    id: 'postConversationDisconnect',
    method: 'POST',
    path: `${CONVERSATION}/disconnect`,
    permissions: [],
    run(call) {
      const conversation = conversationOf(call);
      checkMayAct(call, conversation);
      call.world.participation.disconnectConversation(conversation);
      return changed(conversation);
    },
  },
];
