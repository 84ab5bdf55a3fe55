import type { Timeline } from '../timeline.ts';
import type { Deployment } from '../world/deployment.ts';
import type { Conversation, Message, Participant } from '../world/entities.ts';
import { mediaParticipant, messageFacts, messagesOf, messageUri } from './media-view.ts';

/** `GET /api/v2/conversations/{id}`: participants with their communications (documented, CONVERSATION-GET). */
export const conversationView = (conversation: Conversation, queueId: string, timeline: Timeline) => ({
  id: conversation.id,
  startTime: timeline.iso(conversation.startedAtMs),
  participants: conversation.participants.map((each) => participantView(conversation, each, queueId, timeline)),
  selfUri: `/api/v2/conversations/${conversation.id}`,
});

const participantView = (
  conversation: Conversation,
  participant: Participant,
  queueId: string,
  timeline: Timeline,
) => ({
  id: participant.id,
  purpose: participant.purpose,
  name: participant.name,
  ...(participant.userId === undefined ? {} : { userId: participant.userId }),
  ...(participant.purpose === 'customer' ? {} : { queueId }),
  startTime: timeline.iso(participant.startedAtMs),
  connectedTime: timeline.iso(participant.startedAtMs),
  ...(participant.endedAtMs === undefined ? {} : { endTime: timeline.iso(participant.endedAtMs) }),
  attributes: participant.attributes,
  messages: [
    {
      id: participant.communication.id,
      state: participant.communication.state,
      type: 'webmessaging',
      ...(participant.communication.peerId === undefined ? {} : { peerId: participant.communication.peerId }),
      messages: messagesOf(conversation, participant).map((message) => ({
        messageId: message.id,
        messageURI: messageUri(conversation, message),
        ...messageFacts(message, timeline),
      })),
    },
  ],
});

/** `GET /api/v2/conversations/messages/{id}`: the media view, which has no communication id of a participant's own. */
export const messageConversationView = (conversation: Conversation, queueId: string, timeline: Timeline) => ({
  id: conversation.id,
  participants: conversation.participants.map((each) => mediaParticipant(conversation, each, queueId, timeline)),
  selfUri: `/api/v2/conversations/messages/${conversation.id}`,
});

/** `MessageData`: a message with its text, which stands in `normalizedMessage` (documented, AGENT-MESSAGE). */
export function messageDataView(
  conversation: Conversation,
  message: Message,
  deployment: Deployment,
  timeline: Timeline,
) {
  const inbound = message.from === 'guest';
  const time = timeline.iso(message.atMs);
  return {
    id: message.id,
    conversationId: conversation.id,
    timestamp: time,
    direction: inbound ? 'inbound' : 'outbound',
    messengerType: 'webmessaging',
    status: message.status,
    normalizedMessage: {
      id: message.id,
      type: message.kind === 'Text' ? 'Text' : 'Event',
      ...(message.kind === 'Text'
        ? { text: message.text }
        : { events: [{ eventType: 'Presence', presence: { type: 'Join' } }] }),
      direction: inbound ? 'Inbound' : 'Outbound',
      ...(inbound ? {} : { originatingEntity: 'Human' }),
      channel: {
        id: deployment.id,
        platform: 'WebMessaging',
        type: 'Private',
        time,
        messageId: message.channelMessageId,
      },
      metadata: { ...message.metadata, correlationId: message.correlationId },
    },
    normalizedReceipts: [],
    selfUri: messageUri(conversation, message),
  };
}
