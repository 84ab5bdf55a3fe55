import { guard, id, map, number, object, oneOf, optional, text } from './reader.ts';

/** Path of an agent leg's messages; `POST` sends one (documented, AGENT-MESSAGE). */
export const agentMessagesPath = (conversationId: string, communicationId: string): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/communications/${encodeURIComponent(communicationId)}/messages`;

/** Path of an agent leg's typing; `POST` only (documented, AGENT-TYPING). */
export const agentTypingPath = (conversationId: string, communicationId: string): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/communications/${encodeURIComponent(communicationId)}/typing`;

/** Path of one message of a conversation. */
export const agentMessagePath = (conversationId: string, messageId: string): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/messages/${encodeURIComponent(messageId)}`;

/** Body of an agent's typing. There is no `Off` (documented, AGENT-TYPING-ON-ONLY). */
export interface AgentTypingRequest {
  readonly typing: {
    readonly type: 'On';
    /** Milliseconds. Whether Genesys honours it end to end is unknown (assumed, AGENT-TYPING-DURATION). */
    readonly duration?: number | undefined;
  };
  /** ISO 8601. */
  readonly dateSent?: string | undefined;
}

/** Body of an agent's message: one kind of content per request. Only text here. */
export interface AgentMessageRequest {
  readonly textBody: string;
}

/** A message of the platform as an agent's application sees it. */
export interface MessageData {
  readonly id: string;
  readonly conversationId?: string | undefined;
  /** `inbound` or `outbound` (lower case, unlike the guest's frames). */
  readonly direction: string;
  /** ISO 8601. */
  readonly timestamp: string;
  /** `queued sent failed received delivery-success delivery-failed read removed published`. */
  readonly status: string;
  readonly text?: string | undefined;
  /** `Human` or `Bot`. */
  readonly originatingEntity?: string | undefined;
}

export const parseAgentTypingRequest = guard(
  object<AgentTypingRequest>({
    typing: object({ type: oneOf('On'), duration: optional(number) }),
    dateSent: optional(text),
  }),
);

export const parseAgentMessageRequest = guard(object<AgentMessageRequest>({ textBody: id }));

type Normalized = Pick<MessageData, 'text' | 'originatingEntity'>;

/** Reads `MessageData`. The text stands in `normalizedMessage.text`; the old `textBody` is gone since SDK 262. */
export const parseMessageData = guard<MessageData>(
  map(
    object<Omit<MessageData, keyof Normalized> & { normalizedMessage: Normalized | undefined }>({
      id,
      conversationId: optional(text),
      direction: text,
      timestamp: text,
      status: text,
      normalizedMessage: optional(object<Normalized>({ text: optional(text), originatingEntity: optional(text) })),
    }),
    ({ normalizedMessage, ...rest }) => ({ ...rest, ...normalizedMessage }),
  ),
);
