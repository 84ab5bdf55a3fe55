import type { AgentConversationSnapshot } from '@backchannel/client/agent';

/** Hexadecimal digits of an id that tell conversations apart at a glance; the wire's filter finds them too. */
const SHORT_ID = 8;

/** How an agent's desk calls a guest. */
export interface GuestLabel {
  readonly name: string;
  /** What tells this conversation from others whose guests are called the same. */
  readonly mark: string | undefined;
}

type Guests = Pick<AgentConversationSnapshot, 'id' | 'guestName' | 'participants'>;

/**
 * The names of guests, by conversation. `known`: names that conversations go by elsewhere on the page, such as the relay's.
 * Where there is none, guests of one name are told apart by the beginning of their conversation's id.
 */
export function guestLabels(
  conversations: readonly Guests[],
  known: ReadonlyMap<string, string>,
): ReadonlyMap<string, GuestLabel> {
  const names = new Map(conversations.map((conversation) => [conversation.id, nameOf(conversation)]));
  const all = [...names.values()];
  return new Map(
    [...names].map(([id, name]) => {
      const isShared = all.filter((each) => each === name).length > 1;
      return [id, { name, mark: known.get(id) ?? (isShared ? id.slice(0, SHORT_ID) : undefined) }];
    }),
  );
}

/** A guest who has not signed in has no name at Genesys; the relay sends a nickname along as an attribute. */
function nameOf({ guestName, participants }: Guests): string {
  const customer = participants.find(({ purpose }) => purpose === 'customer');
  return customer?.attributes.nickname?.trim() || guestName || 'Guest';
}
