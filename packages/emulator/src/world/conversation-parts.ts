import type { Conversation, GuestLink, Message, Participant, Session } from './entities.ts';

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

/** The agents that have not left, also those whom it still alerts. */
export const activeAgentsOf = (conversation: Conversation): readonly Participant[] =>
  conversation.participants.filter((each) => each.purpose === 'agent' && each.endedAtMs === undefined);

/** Whether an agent has answered and not left. */
export const isAnswered = (conversation: Conversation): boolean =>
  activeAgentsOf(conversation).some(({ communication }) => communication.state === 'connected');

/** The conversation that the guest is in; one that is over is none (assumed, CONVERSATION-END-LAST-AGENT). */
export const liveConversationOf = ({ conversation }: Session): Conversation | undefined =>
  conversation?.endedAtMs === undefined ? conversation : undefined;

/** Outbound messages that nobody has confirmed. */
export const undeliveredOf = (conversation: Conversation): readonly Message[] =>
  conversation.messages.filter(({ status }) => status === 'sent');
