import { defaulted, list, map, number, object, oneOf, optional, own, type Reader, text, texts } from './reader.ts';

/** One entry of `events[]`. Kinds that this version does not know keep their name and nothing else (GUEST-TOLERANCE). */
export type MessageEvent =
  | { readonly eventType: 'Typing'; readonly typing: TypingEvent }
  | { readonly eventType: 'Presence'; readonly presence: { readonly type: string } }
  | { readonly eventType: 'Other'; readonly name: string };

/**
 * `type` is `On` and nothing else in the published schema (documented, GUEST-TYPING-ON-ONLY); a test fixture of the official
 * mobile SDK carries `Off`, so a reader keeps whatever stands there.
 */
export interface TypingEvent {
  readonly type: string;
  /** Milliseconds; absent means 5,000 (documented, GUEST-TYPING-DURATION). */
  readonly duration?: number | undefined;
}

/** Who a message is from or to, as far as the platform tells. All fields optional; `{}` when an agent is not humanised. */
export interface ChannelParty {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly nickname?: string | undefined;
  readonly image?: string | undefined;
}

/** Addressing of a message. `time` is ISO 8601 with milliseconds, in UTC. */
export interface MessageChannel {
  readonly time?: string | undefined;
  readonly messageId?: string | undefined;
  readonly type?: string | undefined;
  readonly from?: ChannelParty | undefined;
  readonly to?: ChannelParty | undefined;
}

/** The body of a `StructuredMessage` frame and an entity of the guest's history. */
export interface StructuredMessage {
  /** Server id; absent in no fixture. */
  readonly id: string;
  /** `Text`, `Structured` or `Event`; the schema also names `Message` and `Receipt`. */
  readonly type: string;
  /** `Inbound` = from the guest (its own copy), `Outbound` = to the guest. */
  readonly direction: 'Inbound' | 'Outbound';
  readonly text?: string | undefined;
  readonly events: readonly MessageEvent[];
  /** Content items, unread: each is an object with a `contentType`. */
  readonly content: readonly { readonly contentType: string; readonly item: unknown }[];
  readonly channel?: MessageChannel | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** `Human` or `Bot`; fixtures also carry the empty text. */
  readonly originatingEntity?: string | undefined;
}

const typing = map(
  // The schema and the mobile SDK say `duration`, the web SDK's documentation `durationMs` (GUEST-TYPING-DURATION).
  object<TypingEvent & { durationMs: number | undefined }>({
    type: text,
    duration: optional(number),
    durationMs: optional(number),
  }),
  ({ type, duration, durationMs }): TypingEvent => ({ type, duration: duration ?? durationMs }),
);

const typingEvent = object<{ typing: TypingEvent }>({ typing });
const presenceEvent = object<{ presence: { readonly type: string } }>({ presence: object({ type: text }) });

export const messageEvent: Reader<MessageEvent> = (value, path, report) => {
  const { eventType } = object<{ eventType: string }>({ eventType: text })(value, path, report);
  if (eventType === 'Typing') return { eventType, ...typingEvent(value, path, report) };
  if (eventType === 'Presence') return { eventType, ...presenceEvent(value, path, report) };
  return { eventType: 'Other', name: eventType };
};

/** Content stands in a field that is named like its type, with a small first letter. */
const contentItem: Reader<{ readonly contentType: string; readonly item: unknown }> = (value, path, report) => {
  const { contentType } = object<{ contentType: string }>({ contentType: text })(value, path, report);
  return { contentType, item: own(value, contentType.charAt(0).toLowerCase() + contentType.slice(1)) };
};

const party = object<ChannelParty>({
  firstName: optional(text),
  lastName: optional(text),
  nickname: optional(text),
  image: optional(text),
});

export const structuredMessage = object<StructuredMessage>({
  id: text,
  type: text,
  direction: oneOf('Inbound', 'Outbound'),
  text: optional(text),
  events: defaulted(list(messageEvent), []),
  content: defaulted(list(contentItem), []),
  channel: optional(
    object<MessageChannel>({
      time: optional(text),
      messageId: optional(text),
      type: optional(text),
      from: optional(party),
      to: optional(party),
    }),
  ),
  metadata: optional(texts),
  originatingEntity: optional(text),
});

/**
 * The key under which a message is the same message live, in its copies and in history: `channel.messageId`, else `id`
 * (third-party, GUEST-MESSAGE-KEY: bots' messages had no `messageId` live).
 */
export function messageKey(message: StructuredMessage): string {
  return message.channel?.messageId ?? message.id;
}
