import type { MessageReference } from './conversations.ts';
import { type MessageEvent, messageEvent } from './guest-message.ts';
import { defaulted, guard, id, list, map, object, optional, type Reader, text, texts } from './reader.ts';

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
  /** A message conversation of a queue changed (documented, NOTIFY-QUEUE-TOPICS). */
  queueMessages: (queueId: string): string => `v2.routing.queues.${queueId}.conversations.messages`,
  /** Heartbeats and pongs; never subscribed to. */
  metadata: 'channel.metadata',
  /** The server is about to close this socket: open the same `connectUri` again; never subscribed to. */
  socketClosing: 'v2.system.socket_closing',
  /** Another channel has taken this one's place; never subscribed to (documented, NOTIFY-SYSTEM). */
  noLongerSubscribed: (id: string): string => `v2.system.no_longer_subscribed.${id}`,
  /** The tokens of this channel's owner were ended; never subscribed to (documented, NOTIFY-SYSTEM). */
  tokenRevoked: (id: string): string => `v2.system.token_revoked.${id}`,
} as const;

/** The frame that asks for a pong (documented, NOTIFY-PING). */
export const NOTIFICATION_PING = { message: 'ping' } as const;

/** A channel: whoever has its `connectUri` receives what it is subscribed to (NOTIFY-CHANNEL). */
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
  readonly name?: string | undefined;
  readonly state?: string | undefined;
  readonly userId?: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messages: readonly MessageReference[];
}

/** A frame of the notification socket, by what it means. */
export type NotificationFrame =
  | { readonly kind: 'heartbeat'; readonly message: string }
  | { readonly kind: 'socket-closing'; readonly reason?: string | undefined }
  | { readonly kind: 'no-longer-subscribed'; readonly reason?: string | undefined }
  | { readonly kind: 'token-revoked'; readonly reason?: string | undefined }
  | {
      readonly kind: 'typing';
      readonly topic: string;
      readonly conversationId: string;
      readonly direction: string;
      readonly events: readonly MessageEvent[];
      /** The platform's time, ISO 8601: it orders typing and messages of a guest. */
      readonly time?: string | undefined;
    }
  | {
      readonly kind: 'conversation';
      readonly topic: string;
      readonly conversationId: string;
      readonly participants: readonly EventParticipant[];
    }
  | { readonly kind: 'unrecognised'; readonly topic: string };

/** Reads the answer that makes a channel. */
export const parseNotificationChannel = guard(
  object<NotificationChannel>({ id, connectUri: id, expires: optional(text) }),
);

const entities = <Value>(read: Reader<Value>) =>
  map(object<{ entities: readonly Value[] }>({ entities: defaulted(list(read), []) }), (each) => each.entities);

/** Reads the answer to a subscription request. */
export const parseChannelTopics = guard(
  entities(object<ChannelTopic>({ id, state: optional(text), rejectionReason: optional(text) })),
);

/** Reads the body of a subscription request: a list of `{ id }`. */
export const parseSubscriptionRequest = guard<readonly string[]>(
  map(list(object<{ id: string }>({ id })), (topics) => topics.map((topic) => topic.id)),
);

const reference = map(
  object<Omit<MessageReference, 'messageId'> & { message: { readonly id: string } }>({
    message: object({ id: text }),
    messageTime: optional(text),
    messageStatus: optional(text),
  }),
  ({ message, ...rest }): MessageReference => ({ messageId: message.id, ...rest }),
);

const participant = map(
  object<Omit<EventParticipant, 'userId'> & { user: { readonly id: string | undefined } | undefined }>({
    id,
    purpose: defaulted(text, ''),
    name: optional(text),
    state: optional(text),
    user: optional(object({ id: optional(text) })),
    attributes: defaulted(texts, {}),
    messages: defaulted(list(reference), []),
  }),
  ({ user, ...rest }): EventParticipant => ({ ...rest, userId: user?.id }),
);

const metadata = object<{ eventBody: { message: string | undefined } | undefined }>({
  eventBody: optional(object({ message: optional(text) })),
});

const closing = object<{ eventBody: { reason: string | undefined } | undefined }>({
  eventBody: optional(object({ reason: optional(text) })),
});

interface TypingBody {
  readonly conversationId: string;
  readonly normalizedMessage: {
    readonly direction: string;
    readonly events: readonly MessageEvent[];
    readonly channel: { readonly time: string | undefined } | undefined;
  };
}

const typing = object<{ eventBody: TypingBody }>({
  eventBody: object<TypingBody>({
    conversationId: id,
    normalizedMessage: object({
      direction: defaulted(text, 'Inbound'),
      events: defaulted(list(messageEvent), []),
      channel: optional(object({ time: optional(text) })),
    }),
  }),
});

const conversation = object<{ eventBody: { id: string; participants: readonly EventParticipant[] } }>({
  eventBody: object({ id, participants: defaulted(list(participant), []) }),
});

/** Reads a frame of the notification socket. A topic that this version does not know is kept by name. */
export const parseNotificationFrame = guard<NotificationFrame>((value, path, report) => {
  const topic = object<{ topicName: string }>({ topicName: text })(value, path, report).topicName;
  if (topic === TOPICS.metadata) {
    return { kind: 'heartbeat', message: metadata(value, path, report).eventBody?.message ?? '' };
  }
  if (topic === TOPICS.socketClosing) {
    return { kind: 'socket-closing', reason: closing(value, path, report).eventBody?.reason };
  }
  if (topic.startsWith(TOPICS.noLongerSubscribed(''))) {
    return { kind: 'no-longer-subscribed', reason: closing(value, path, report).eventBody?.reason };
  }
  if (topic.startsWith(TOPICS.tokenRevoked(''))) {
    return { kind: 'token-revoked', reason: closing(value, path, report).eventBody?.reason };
  }
  if (topic.endsWith('.conversations.inbound.typing.event')) {
    const { conversationId, normalizedMessage } = typing(value, path, report).eventBody;
    const { channel, ...rest } = normalizedMessage;
    return { kind: 'typing', topic, conversationId, ...rest, time: channel?.time };
  }
  if (topic.endsWith('.conversations.messages')) {
    const body = conversation(value, path, report).eventBody;
    return { kind: 'conversation', topic, conversationId: body.id, participants: body.participants };
  }
  return { kind: 'unrecognised', topic };
});
