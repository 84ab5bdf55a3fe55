import { explainProblem, type OpenReason, type OpenWebhook, parseJson, parseOpenWebhook } from '@backchannel/protocol';
import { bytesOf, type RawBody } from './verify-webhook.ts';

/** How long an agent's typing holds when the webhook does not say, in ms (documented, GUEST-TYPING-DURATION). */
const TYPING_DURATION_MS = 5_000;

interface WebhookFacts {
  /** The platform's id of it. */
  readonly id: string;
  /** The end user whom it is about: the `id` that `OpenMessagingChannel.guest` is given. */
  readonly guestId: string | undefined;
  readonly conversationId: string | undefined;
  /** ISO 8601, by the platform's clock. */
  readonly time: string | undefined;
}

/** An agent or a bot has said something. Answer with a receipt once your channel has it. */
export interface WebhookText extends WebhookFacts {
  readonly kind: 'text';
  /** Empty when the message is content alone. */
  readonly text: string;
  /** Quick replies, cards and files as they came: each has a `contentType` and a field named like it. */
  readonly content: readonly unknown[];
  readonly from: 'agent' | 'bot';
}

/** An agent types (third-party, OPEN-WEBHOOK-TYPING). It holds for `durationMs`, or until the agent's next text. */
export interface WebhookTyping extends WebhookFacts {
  readonly kind: 'typing';
  readonly durationMs: number;
}

/** What became of a message (third-party, OPEN-WEBHOOK-RECEIPT). */
export interface WebhookReceipt extends WebhookFacts {
  readonly kind: 'receipt';
  /** `inbound`: about a message of yours; `messageId` is then the id that you gave it. */
  readonly about: 'inbound' | 'outbound';
  readonly messageId: string;
  /** `Published` for a message of yours that arrived, else `Sent`, `Delivered`, `Failed`, … */
  readonly status: string;
  readonly reasons: readonly OpenReason[];
  readonly isFinal: boolean;
}

/** Something that this version has no use for: answer 2xx all the same. */
export interface WebhookOther extends WebhookFacts {
  readonly kind: 'other';
  readonly type: string;
}

/** A body that is none of the platform's webhooks. Answer 2xx if it was signed: another status ends the chat. */
export interface WebhookUnreadable {
  readonly kind: 'unreadable';
  readonly reason: string;
}

/** What a webhook says, told apart by `kind`. */
export type WebhookEvent = WebhookText | WebhookTyping | WebhookReceipt | WebhookOther | WebhookUnreadable;

/** Reads the body of a webhook. Verify it first: this looks at no signature. Never throws for what stands in the body. */
export function readWebhook(rawBody: RawBody): WebhookEvent {
  return readWithKey(rawBody).event;
}

/** The event, and a text that is the same for the same webhook posted again. */
export function readWithKey(rawBody: RawBody): { readonly event: WebhookEvent; readonly key: string | undefined } {
  const parsed = parseJson(new TextDecoder().decode(bytesOf(rawBody)), parseOpenWebhook);
  if (!parsed.ok) return { event: { kind: 'unreadable', reason: explainProblem(parsed.problem) }, key: undefined };
  const { id, type, status, channel } = parsed.value;
  return { event: eventOf(parsed.value), key: JSON.stringify([type, id, status, channel.time]) };
}

function eventOf(webhook: OpenWebhook): WebhookEvent {
  const { id, type, channel, conversationId } = webhook;
  // Whichever end is not the integration: who stands where in a receipt about an inbound message is only inferred.
  const guest = channel.to && channel.to.id !== channel.id ? channel.to : channel.from;
  const facts: WebhookFacts = { id, guestId: guest?.id, conversationId, time: channel.time };
  if (type === 'Text' || type === 'Structured') {
    const { text = '', content, originatingEntity } = webhook;
    return { kind: 'text', ...facts, text, content, from: originatingEntity === 'Bot' ? 'bot' : 'agent' };
  }
  if (type === 'Receipt') {
    const { direction, status = '', reasons, isFinalReceipt: isFinal } = webhook;
    const about = direction === 'Inbound' ? 'inbound' : 'outbound';
    return { kind: 'receipt', ...facts, about, messageId: channel.messageId ?? id, status, reasons, isFinal };
  }
  const typing = webhook.events.find(({ eventType }) => eventType === 'Typing')?.typing;
  if (typing && (typing.type ?? 'On') === 'On') {
    const { duration = 0 } = typing;
    return { kind: 'typing', ...facts, durationMs: duration > 0 ? duration : TYPING_DURATION_MS };
  }
  return { kind: 'other', ...facts, type };
}
