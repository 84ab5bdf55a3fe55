import { TOPICS } from '@backchannel/protocol';
import type { Timeline } from '../timeline.ts';
import { mediaParticipant } from '../views/media-view.ts';
import { customerOf } from '../world/conversation-parts.ts';
import type { Conversation, TypingRecord } from '../world/entities.ts';

/** Milliseconds between heartbeats (third-party, NOTIFY-HEARTBEAT). */
export const HEARTBEAT_MS = 30_000;

export const heartbeat = JSON.stringify({ topicName: TOPICS.metadata, eventBody: { message: 'WebSocket Heartbeat' } });

/** The text of the answer to a ping is assumed (NOTIFY-PONG-TEXT). */
export const pong = JSON.stringify({ topicName: TOPICS.metadata, eventBody: { message: 'pong' } });

/** Announces the end of a socket: reopen the same connectUri (documented, NOTIFY-CLOSING). */
export const socketClosing = (channelId: string, reason: string): string =>
  JSON.stringify({ topicName: TOPICS.socketClosing, version: '2', eventBody: { channelId, reason, message: reason } });

const frame = (topicName: string, eventBody: object, correlationId: string): string =>
  JSON.stringify({ topicName, version: '2', eventBody, metadata: { CorrelationId: correlationId } });

/** A conversation changed; sent to the topic of each of its agents. */
export const conversationFrame = (
  userId: string,
  conversation: Conversation,
  context: { readonly queueId: string; readonly timeline: Timeline; readonly correlationId: string },
): string => {
  const participants = conversation.participants.map((each) =>
    mediaParticipant(conversation, each, context.queueId, context.timeline),
  );
  return frame(TOPICS.userMessages(userId), { id: conversation.id, participants }, context.correlationId);
};

/** The customer is typing; sent to the topic of each agent in the conversation (documented, NOTIFY-TOPICS). */
export function typingEventFrame(
  userId: string,
  conversation: Conversation,
  { atMs, durationMs }: TypingRecord,
  context: { readonly deploymentId: string; readonly timeline: Timeline; readonly correlationId: string },
): string {
  const body = {
    conversationId: conversation.id,
    normalizedMessage: {
      type: 'Event',
      direction: 'Inbound',
      channel: {
        id: context.deploymentId,
        platform: 'WebMessaging',
        type: 'Private',
        time: context.timeline.iso(atMs),
        from: { id: customerOf(conversation).id, idType: 'Opaque' },
        to: { id: context.deploymentId },
      },
      events: [{ eventType: 'Typing', typing: { type: 'On', duration: durationMs } }],
    },
  };
  return frame(TOPICS.userTyping(userId), body, context.correlationId);
}
