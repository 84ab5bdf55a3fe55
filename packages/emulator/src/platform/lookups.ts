import type { Agent } from '../world/agents.ts';
import type { Conversation, Participant } from '../world/entities.ts';
import type { Call } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

/** A client-credentials token has no user (documented, USERS-ME). */
export function userOf({ token }: Call): Agent {
  if (token.agent === undefined) throw new PlatformRefusal('not.a.user');
  return token.agent;
}

export function conversationOf({ world, params }: Call): Conversation {
  const conversation = world.state.conversations.find(params.conversationId ?? '');
  if (conversation === undefined) throw new PlatformRefusal('conversation.error.conversation.not.found');
  return conversation;
}

/** Who calls may act for agents: a client as far as that is assumed, a user who is in the conversation. */
export function checkMayAct({ world, token }: Call, conversation: Conversation): void {
  if (token.agent === undefined) {
    if (!world.switches.clientCredentialsActAsAgent) throw new PlatformRefusal('not.a.user');
    return;
  }
  const { id } = token.agent;
  if (!world.switches.onlyOwnCommunication || conversation.participants.some(({ userId }) => userId === id)) return;
  throw new PlatformRefusal('not.authorized', {
    note: 'The user of the token is not in this conversation (assumed, PARTICIPANT-OWN).',
  });
}

/** The participant that is addressed, if the caller may change it: its own, the customer or the queue, no other agent. */
export function participantOf(call: Call, conversation: Conversation): Participant {
  checkMayAct(call, conversation);
  const participant = conversation.participants.find(({ id }) => id === call.params.participantId);
  if (participant === undefined) {
    const byLeg = conversation.participants.find(({ communication }) => communication.id === call.params.participantId);
    const note =
      byLeg === undefined
        ? 'The conversation has no such participant: it stands in participants[].id.'
        : 'That is a communicationId: a participant is addressed by participants[].id.';
    throw new PlatformRefusal('not.found', { note });
  }
  const user = call.token.agent;
  const others = user !== undefined && participant.userId !== undefined && participant.userId !== user.id;
  if (others && call.world.switches.onlyOwnCommunication) {
    throw new PlatformRefusal('not.authorized', {
      note: 'The participant is another user (assumed, PARTICIPANT-OWN).',
    });
  }
  return participant;
}
