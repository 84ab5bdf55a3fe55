import { Fields } from './fields.ts';
import { type MessageEvent, readEvent } from './guest-message.ts';
import type { Parsed } from './parsed.ts';

/** Path of the notification channels; `POST` without a body makes one (documented, NOTIFY-CHANNEL). */
export const NOTIFICATION_CHANNELS_PATH = '/api/v2/notifications/channels';

/** Path of a channel's subscriptions: `POST` adds, `PUT` replaces (documented, NOTIFY-SUBSCRIPTIONS). */
export const subscriptionsPath = (channelId: string): string =>
  `${NOTIFICATION_CHANNELS_PATH}/${encodeURIComponent(channelId)}/subscriptions`;

/** Topics that a messaging agent's application listens to (documented, NOTIFY-TOPICS). */
export const TOPICS = {
  /** The customer is typing in a conversation of this user. */
  userTyping: (userId: string): string => `v2.users.${userId}.conversations.inbound.typing.event`,
  /** A message conversation of this user changed. */
  userMessages: (userId: string): string => `v2.users.${userId}.conversations.messages`,
  /** Heartbeats and pongs; never subscribed to. */
  metadata: 'channel.metadata',
  /** The server is about to close this socket: open the same `connectUri` again; never subscribed to. */
  socketClosing: 'v2.system.socket_closing',
} as const;

/** The frame that asks for a pong (documented, NOTIFY-PING). */
export const NOTIFICATION_PING = { message: 'ping' } as const;

export interface NotificationChannel {
  readonly id: string;
  /** Open it as it is: nothing else authenticates the socket. */
  readonly connectUri: string;
  /** ISO 8601. */
  readonly expires?: string | undefined;
}

/** What became of a topic in a subscription request. */
export interface ChannelTopic {
  readonly id: string;
  /** `Permitted` or `Rejected`. */
  readonly state?: string | undefined;
  readonly rejectionReason?: string | undefined;
}

/** A participant as a conversation event carries it. `messages` are references: the text has to be fetched. */
export interface EventParticipant {
  readonly id: string;
  readonly purpose: string;
  readonly state?: string | undefined;
  readonly userId?: string | undefined;
  readonly messages: readonly {
    readonly messageId: string;
    readonly messageTime?: string | undefined;
    readonly messageStatus?: string | undefined;
  }[];
}

/** A frame of the notification socket, by what it means. */
export type NotificationFrame =
  | { readonly kind: 'heartbeat'; readonly message: string }
  | { readonly kind: 'socket-closing'; readonly reason?: string | undefined }
  | {
      readonly kind: 'typing';
      readonly topic: string;
      readonly conversationId: string;
      readonly direction: string;
      readonly events: readonly MessageEvent[];
    }
  | {
      readonly kind: 'conversation';
      readonly topic: string;
      readonly conversationId: string;
      readonly participants: readonly EventParticipant[];
    }
  | { readonly kind: 'unrecognised'; readonly topic: string };

export function parseNotificationChannel(value: unknown): Parsed<NotificationChannel> {
  const fields = Fields.of(value);
  return fields.end({
    id: fields.id('id'),
    connectUri: fields.id('connectUri'),
    expires: fields.optional('expires', fields.string),
  });
}

/** Reads the answer to a subscription request. */
export function parseChannelTopics(value: unknown): Parsed<readonly ChannelTopic[]> {
  const fields = Fields.of(value);
  return fields.end(
    fields.optionalList('entities', (each) => ({
      id: each.id('id'),
      state: each.optional('state', each.string),
      rejectionReason: each.optional('rejectionReason', each.string),
    })),
  );
}

/** Reads the body of a subscription request: a list of `{ id }`. A bare list has no name, so its problems start at `$.topics`. */
export function parseSubscriptionRequest(value: unknown): Parsed<readonly string[]> {
  const fields = Fields.of({ topics: value });
  return fields.end(fields.list('topics', (each) => each.id('id')));
}

/** Reads a frame of the notification socket. A topic that this version does not know is kept by name. */
export function parseNotificationFrame(value: unknown): Parsed<NotificationFrame> {
  const fields = Fields.of(value);
  const topic = fields.string('topicName');
  if (topic === TOPICS.metadata) {
    const message = fields.optionalObject('eventBody', (body) => body.optional('message', body.string));
    return fields.end({ kind: 'heartbeat', message: message ?? '' });
  }
  if (topic === TOPICS.socketClosing) {
    const reason = fields.optionalObject('eventBody', (body) => body.optional('reason', body.string));
    return fields.end({ kind: 'socket-closing', reason });
  }
  if (topic.endsWith('.conversations.inbound.typing.event')) {
    const body = fields.object('eventBody', (each) => ({
      conversationId: each.id('conversationId'),
      ...each.object('normalizedMessage', (message) => ({
        direction: message.optional('direction', message.string) ?? 'Inbound',
        events: message.optionalList('events', readEvent),
      })),
    }));
    return fields.end({ kind: 'typing', topic, ...body });
  }
  if (topic.endsWith('.conversations.messages')) {
    const body = fields.object('eventBody', (each) => ({
      conversationId: each.id('id'),
      participants: each.optionalList('participants', readEventParticipant),
    }));
    return fields.end({ kind: 'conversation', topic, ...body });
  }
  return fields.end({ kind: 'unrecognised', topic });
}

function readEventParticipant(fields: Fields): EventParticipant {
  return {
    id: fields.id('id'),
    purpose: fields.optional('purpose', fields.string) ?? '',
    state: fields.optional('state', fields.string),
    userId: fields.optionalObject('user', (user) => user.optional('id', user.string)),
    messages: fields.optionalList('messages', (each) => ({
      messageId: each.object('message', (message) => message.string('id')),
      messageTime: each.optional('messageTime', each.string),
      messageStatus: each.optional('messageStatus', each.string),
    })),
  };
}
