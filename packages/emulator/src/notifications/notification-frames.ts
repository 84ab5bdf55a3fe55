import { TOPICS } from '@backchannel/protocol';
import type { Timeline } from '../timeline.ts';
import { platformChannelOf } from '../views/channel-view.ts';
import { mediaParticipant } from '../views/media-view.ts';
import { customerOf } from '../world/conversation-parts.ts';
import type { Conversation, TypingRecord } from '../world/entities.ts';
import type { NotificationChannel } from '../world/notification-channels.ts';

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

/** A conversation changed; sent to the topic of each of its agents, and to its queue's. */
export const conversationFrame = (
  topic: string,
  conversation: Conversation,
  context: { readonly queueId: string; readonly timeline: Timeline; readonly correlationId: string },
): string => {
  const participants = conversation.participants.map((each) =>
    mediaParticipant(conversation, each, context.queueId, context.timeline),
  );
  return frame(topic, { id: conversation.id, participants }, context.correlationId);
};

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
