import type { Conversation, GuestLink, Participant } from './entities.ts';

/** The guest's participant: every conversation begins with one. */
export function customerOf(conversation: Conversation): Participant {
  const customer = conversation.participants.find((each) => each.purpose === 'customer');
  if (customer === undefined)
    throw new Error(`Conversation ${conversation.id} has no customer: it was not opened by Conversations.open.`);
  return customer;
}

/** The guest's open connections, as long as this is the conversation that they are in. */
export const guestLinksOf = (conversation: Conversation): readonly GuestLink[] =>
  conversation.session.conversation === conversation ? conversation.session.links : [];

/** The agents that have not left. */
export const activeAgentsOf = (conversation: Conversation): readonly Participant[] =>
  conversation.participants.filter((each) => each.purpose === 'agent' && each.endedAtMs === undefined);
