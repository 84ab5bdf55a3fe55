import { TOPICS } from '@backchannel/protocol';
import type { Timeline } from '../timeline.ts';
import { platformChannelOf } from '../views/channel-view.ts';
import { conversationEventView } from '../views/event-view.ts';
import { mediaParticipant } from '../views/media-view.ts';
import { customerOf, undeliveredOf } from '../world/conversation-parts.ts';
import type { Conversation, TypingRecord } from '../world/entities.ts';
import type { NotificationChannel } from '../world/notification-channels.ts';
import { undeliveredTopic } from './topics.ts';

/** Milliseconds between heartbeats (third-party, NOTIFY-HEARTBEAT). */
export const HEARTBEAT_MS = 30_000;

export const heartbeat = JSON.stringify({ topicName: TOPICS.metadata, eventBody: { message: 'WebSocket Heartbeat' } });

/** The text of the answer to a ping is assumed (NOTIFY-PONG-TEXT). */
export const pong = JSON.stringify({ topicName: TOPICS.metadata, eventBody: { message: 'pong' } });

/** Announces the end of a socket: reopen the same connectUri (documented, NOTIFY-CLOSING). */
export const socketClosing = (channelId: string, reason: string): string =>
  JSON.stringify({ topicName: TOPICS.socketClosing, version: '2', eventBody: { channelId, reason, message: reason } });

/** Tells a channel something about itself that nobody subscribes to (documented, NOTIFY-SYSTEM; assumed, NOTIFY-SYSTEM-WHEN). */
export const systemFrame = (
  kind: 'no_longer_subscribed' | 'token_revoked',
  channel: NotificationChannel,
  context: { readonly organizationId: string; readonly correlationId: string },
): string => {
  const [topicName, reason] =
    kind === 'token_revoked'
      ? [TOPICS.tokenRevoked(channel.owner.userId ?? channel.owner.clientId), 'user_tokens_revoked']
      : [TOPICS.noLongerSubscribed(channel.id), 'another_channel_subscribed'];
  const eventBody = {
    channelId: channel.id,
    systemTopicType: kind,
    correlationId: context.correlationId,
    organizationId: context.organizationId,
    userId: channel.owner.userId,
    oauthClientId: channel.owner.clientId,
    reason,
    message: reason,
  };
  return frame(topicName, eventBody, context.correlationId);
};

const frame = (topicName: string, eventBody: object, correlationId: string): string =>
  JSON.stringify({ topicName, version: '2', eventBody, metadata: { CorrelationId: correlationId } });

interface EventContext {
  readonly queueId: string;
  readonly timeline: Timeline;
  readonly correlationId: string;
}

/** A message conversation changed; sent to the topic of each of its agents, and to its queue's. */
export const conversationFrame = (
  topic: string,
  conversation: Conversation,
  { queueId, timeline, correlationId }: EventContext,
): string => {
  const participants = conversation.participants.map((each) => mediaParticipant(conversation, each, queueId, timeline));
  return frame(topic, { id: conversation.id, participants }, correlationId);
};

/** The same change, for those who listen to all media. */
export const allMediaFrame = (
  topic: string,
  conversation: Conversation,
  { queueId, timeline, correlationId }: EventContext,
): string => frame(topic, conversationEventView(conversation, queueId, timeline), correlationId);

/** What waits for a guest who is not connected (documented, NOTIFY-UNDELIVERED; the moment is assumed, NOTIFY-UNDELIVERED-WHEN). */
export function undeliveredFrame(
  conversation: Conversation,
  { deploymentId, timeline, correlationId }: Omit<EventContext, 'queueId'> & { readonly deploymentId: string },
): string {
  const { id: participantId, communication } = customerOf(conversation);
  const body = {
    conversationId: conversation.id,
    deploymentId,
    participantId,
    communicationId: communication.id,
    sessionExpiry: timeline.epochMs(conversation.session.expiresAtMs),
    messages: undeliveredOf(conversation).map(({ id, atMs }) => ({ id, eventTimeMs: timeline.epochMs(atMs) })),
    eventTimeMs: timeline.epochMs(timeline.nowMs()),
  };
  return frame(undeliveredTopic(deploymentId), body, correlationId);
}

/** The customer is typing; sent to the topic of each agent in the conversation (documented, NOTIFY-TOPICS). */
export function typingEventFrame(
  userId: string,
  conversation: Conversation,
  { atMs, durationMs }: TypingRecord,
  context: { readonly deploymentId: string; readonly timeline: Timeline; readonly correlationId: string },
): string {
  const channel = platformChannelOf(conversation, { id: context.deploymentId });
  const body = {
    conversationId: conversation.id,
    normalizedMessage: {
      type: 'Event',
      direction: 'Inbound',
      channel: {
        ...channel,
        time: context.timeline.iso(atMs),
        from: conversation.session.open?.address ?? { id: customerOf(conversation).id, idType: 'Opaque' },
        to: { id: channel.id },
      },
      events: [{ eventType: 'Typing', typing: { type: 'On', duration: durationMs } }],
    },
  };
  return frame(TOPICS.userTyping(userId), body, context.correlationId);
}
