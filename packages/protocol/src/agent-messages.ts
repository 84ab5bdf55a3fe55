import { boolean, defaulted, guard, id, list, map, object, oneOf, optional, text, wholeNumber } from './reader.ts';

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
    /**
     * Whole milliseconds (documented, AGENT-TYPING-BODY). Whether Genesys honours it end to end is unknown (assumed,
     * AGENT-TYPING-DURATION).
     */
    readonly duration?: number | undefined;
  };
  /** ISO 8601. */
  readonly dateSent?: string | undefined;
}

/** Body of an agent's message: one kind of content per request. Only text here. */
export interface AgentMessageRequest {
  readonly textBody: string;
}

/** What the platform tells about the delivery of an outbound message (documented, MESSAGE-RECEIPTS). */
export interface MessageReceipt {
  /** `Sent`, `Delivered`, `Failed`, and from other channels `Read`, `Published`, `Removed`. */
  readonly status: string;
  /** Whether no other will follow. */
  readonly isFinalReceipt: boolean;
  /** Why it failed. */
  readonly reasons: readonly ReceiptReason[];
}

/** Why a message could not be delivered, in the platform’s words. */
export interface ReceiptReason {
  /** `MessageExpired`, `RateLimited`, `GeneralError`, … */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
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
  /** Oldest first; empty for inbound messages and until something is known. */
  readonly receipts: readonly MessageReceipt[];
}

/**
 * Reads the body of agent typing, as the platform does: `On` is the only type (AGENT-TYPING-ON-ONLY), and a duration is a
 * whole number, of any sign and size (AGENT-TYPING-BODY).
 */
export const parseAgentTypingRequest = guard(
  object<AgentTypingRequest>({
    typing: object({ type: oneOf('On'), duration: optional(wholeNumber) }),
    dateSent: optional(text),
  }),
);

/** Reads the body of an agent’s message, as the platform does. */
export const parseAgentMessageRequest = guard(object<AgentMessageRequest>({ textBody: id }));

type Normalized = Pick<MessageData, 'text' | 'originatingEntity'>;

const receipt = object<MessageReceipt>({
  status: defaulted(text, ''),
  isFinalReceipt: defaulted(boolean, false),
  reasons: defaulted(list(object<ReceiptReason>({ code: optional(text), message: optional(text) })), []),
});

const messageData = map(
  object<
    Omit<MessageData, keyof Normalized | 'receipts'> & {
      normalizedMessage: Normalized | undefined;
      normalizedReceipts: readonly MessageReceipt[];
    }
  >({
    id,
    conversationId: optional(text),
    direction: text,
    timestamp: text,
    status: text,
    normalizedMessage: optional(object<Normalized>({ text: optional(text), originatingEntity: optional(text) })),
    normalizedReceipts: defaulted(list(receipt), []),
  }),
  ({ normalizedMessage, normalizedReceipts, ...rest }): MessageData => ({
    ...rest,
    ...normalizedMessage,
    receipts: normalizedReceipts,
  }),
);

/** Reads `MessageData`. The text stands in `normalizedMessage.text`; the old `textBody` is gone since SDK 262. */
export const parseMessageData = guard(messageData);

/** Reads the answer to a request for several messages: `{ entities: [MessageData] }` (documented, MESSAGE-BULK). */
export const parseMessageListing = guard<readonly MessageData[]>(
  map(
    object<{ entities: readonly MessageData[] }>({ entities: defaulted(list(messageData), []) }),
    ({ entities }) => entities,
  ),
);
