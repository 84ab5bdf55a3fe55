import { defaulted, guard, id, list, map, object, optional, text, texts } from './reader.ts';

/** Path of one conversation with its participants and their communications (documented, CONVERSATION-GET). */
export const conversationPath = (conversationId: string): string =>
  `/api/v2/conversations/${encodeURIComponent(conversationId)}`;

/** Path of the logged-in user's message conversations; needs a user token (documented, CONVERSATION-LIST). */
export const MESSAGE_CONVERSATIONS_PATH = '/api/v2/conversations/messages';

/** Path of the logged-in user; answers 400 `not.a.user` to client credentials (documented, USERS-ME). */
export const USERS_ME_PATH = '/api/v2/users/me';

/** A participant's leg. On the wire it is called a message: `participants[].messages[]` (documented, CONVERSATION-LEGS). */
export interface Communication {
  /** The communicationId that agent typing and messages are addressed to. */
  readonly id: string;
  /** `alerting connected parked disconnected …`. */
  readonly state: string;
  /** `webmessaging`, `open`, … */
  readonly type?: string | undefined;
  /** The communication at the other end. */
  readonly peerId?: string | undefined;
  readonly messages: readonly MessageReference[];
}

/** A message as a conversation refers to it; the text has to be fetched. */
export interface MessageReference {
  readonly messageId: string;
  readonly messageTime?: string | undefined;
  readonly messageStatus?: string | undefined;
}

/** Somebody in a conversation: `customer`, `acd` (the queue), `agent`, …; whoever comes back is another participant. */
export interface Participant {
  readonly id: string;
  /** `customer`, `agent`, `acd`, `workflow`, … */
  readonly purpose: string;
  readonly name?: string | undefined;
  readonly userId?: string | undefined;
  /** ISO 8601; present once the participant has left. */
  readonly endTime?: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly communications: readonly Communication[];
}

/** A conversation, as far as this package reads it (documented, CONVERSATION-GET). */
export interface Conversation {
  readonly id: string;
  /** ISO 8601. */
  readonly startTime?: string | undefined;
  readonly participants: readonly Participant[];
}

const reference = object<MessageReference>({
  messageId: text,
  messageTime: optional(text),
  messageStatus: optional(text),
});

const communication = object<Communication>({
  id,
  state: defaulted(text, ''),
  type: optional(text),
  peerId: optional(text),
  messages: defaulted(list(reference), []),
});

const participant = map(
  object<Omit<Participant, 'communications'> & { messages: readonly Communication[] }>({
    id,
    purpose: defaulted(text, ''),
    name: optional(text),
    userId: optional(text),
    endTime: optional(text),
    attributes: defaulted(texts, {}),
    messages: defaulted(list(communication), []),
  }),
  ({ messages, ...rest }): Participant => ({ ...rest, communications: messages }),
);

/** Reads `GET /api/v2/conversations/{id}`. */
export const parseConversation = guard(
  object<Conversation>({ id, startTime: optional(text), participants: defaulted(list(participant), []) }),
);

/** Reads the ids of a listing `{ entities: [{ id }] }`, such as the user's message conversations. */
export const parseIdListing = guard<readonly string[]>(
  map(
    object<{ entities: readonly { readonly id: string }[] }>({ entities: defaulted(list(object({ id })), []) }),
    ({ entities }) => entities.map((entity) => entity.id),
  ),
);

/** Reads `GET /api/v2/users/me`. */
export const parseUserMe = guard(
  object<{ readonly id: string; readonly name?: string | undefined }>({ id, name: optional(text) }),
);

/**
 * The leg through which an agent speaks: the **last** agent participant that has not left (a re-assigned agent is a new
 * participant), its first communication that is not disconnected. Source: the official translator blueprint (documented,
 * CONVERSATION-LEGS). `undefined` while no agent is connected.
 */
export function agentLeg(
  conversation: Conversation,
  userId?: string,
): { readonly participant: Participant; readonly communication: Communication } | undefined {
  for (const participant of conversation.participants.toReversed()) {
    if (participant.purpose !== 'agent' || participant.endTime !== undefined) continue;
    if (userId !== undefined && participant.userId !== userId) continue;
    const communication = participant.communications.find((each) => each.state !== 'disconnected');
    if (communication) return { participant, communication };
  }
  return undefined;
}
