import { Fields } from './fields.ts';
import type { Parsed } from './parsed.ts';

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

export function parseAgentTypingRequest(value: unknown): Parsed<AgentTypingRequest> {
  const fields = Fields.of(value);
  return fields.end({
    typing: fields.object('typing', (typing) => ({
      type: typing.oneOf('type', ['On']),
      duration: typing.optional('duration', typing.number),
    })),
    dateSent: fields.optional('dateSent', fields.string),
  });
}

export function parseAgentMessageRequest(value: unknown): Parsed<AgentMessageRequest> {
  const fields = Fields.of(value);
  return fields.end({ textBody: fields.id('textBody') });
}

/** Reads `MessageData`. The text stands in `normalizedMessage.text`; the old `textBody` is gone since SDK 262. */
export function parseMessageData(value: unknown): Parsed<MessageData> {
  const fields = Fields.of(value);
  const normalized = fields.optionalObject('normalizedMessage', (message) => ({
    text: message.optional('text', message.string),
    originatingEntity: message.optional('originatingEntity', message.string),
  }));
  return fields.end({
    id: fields.id('id'),
    conversationId: fields.optional('conversationId', fields.string),
    direction: fields.string('direction'),
    timestamp: fields.string('timestamp'),
    status: fields.string('status'),
    ...normalized,
  });
}
