import type { Fields } from './fields.ts';

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

export function readEvent(fields: Fields): MessageEvent {
  const name = fields.string('eventType');
  if (name === 'Typing') {
    const typing = fields.object('typing', (each) => ({
      type: each.string('type'),
      // The schema and the mobile SDK say `duration`, the web SDK's documentation `durationMs` (GUEST-TYPING-DURATION).
      duration: each.optional('duration', each.number) ?? each.optional('durationMs', each.number),
    }));
    return { eventType: 'Typing', typing };
  }
  if (name === 'Presence') {
    return { eventType: 'Presence', presence: fields.object('presence', (each) => ({ type: each.string('type') })) };
  }
  return { eventType: 'Other', name };
}

function readParty(fields: Fields): ChannelParty {
  return {
    firstName: fields.optional('firstName', fields.string),
    lastName: fields.optional('lastName', fields.string),
    nickname: fields.optional('nickname', fields.string),
    image: fields.optional('image', fields.string),
  };
}

function readChannel(fields: Fields): MessageChannel {
  return {
    time: fields.optional('time', fields.string),
    messageId: fields.optional('messageId', fields.string),
    type: fields.optional('type', fields.string),
    from: fields.optionalObject('from', readParty),
    to: fields.optionalObject('to', readParty),
  };
}

export function readStructuredMessage(fields: Fields): StructuredMessage {
  return {
    id: fields.string('id'),
    type: fields.string('type'),
    direction: fields.oneOf('direction', ['Inbound', 'Outbound']),
    text: fields.optional('text', fields.string),
    events: fields.optionalList('events', readEvent),
    content: fields.optionalList('content', (each) => {
      const contentType = each.string('contentType');
      return { contentType, item: each.raw(`${contentType.charAt(0).toLowerCase()}${contentType.slice(1)}`) };
    }),
    channel: fields.optionalObject('channel', readChannel),
    metadata: fields.optional('metadata', fields.stringMap),
    originatingEntity: fields.optional('originatingEntity', fields.string),
  };
}

/**
 * The key under which a message is the same message live, in its copies and in history: `channel.messageId`, else `id`
 * (third-party, GUEST-MESSAGE-KEY: bots' messages had no `messageId` live).
 */
export function messageKey(message: StructuredMessage): string {
  return message.channel?.messageId ?? message.id;
}
