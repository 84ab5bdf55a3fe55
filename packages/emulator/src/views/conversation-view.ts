import { wireContent } from '../guest/guest-frames.ts';
import type { Timeline } from '../timeline.ts';
import type { Deployment } from '../world/deployment.ts';
import { type Conversation, isPresence, type Message, type Participant } from '../world/entities.ts';
import { channelTypeOf, platformChannelOf } from './channel-view.ts';
import { mediaParticipant, messageFacts, messagesOf, messageUri } from './media-view.ts';
import { receiptsOf } from './receipt-view.ts';

/** `GET /api/v2/conversations/{id}`: participants with their communications (documented, CONVERSATION-GET). */
export const conversationView = (conversation: Conversation, queueId: string, timeline: Timeline) => ({
  id: conversation.id,
  startTime: timeline.iso(conversation.startedAtMs),
  ...(conversation.endedAtMs === undefined ? {} : { endTime: timeline.iso(conversation.endedAtMs) }),
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
  ...(participant.connectedAtMs === undefined ? {} : { connectedTime: timeline.iso(participant.connectedAtMs) }),
  ...(participant.endedAtMs === undefined ? {} : { endTime: timeline.iso(participant.endedAtMs) }),
  attributes: participant.attributes,
  messages: [
    {
      id: participant.communication.id,
      state: participant.communication.state,
      type: channelTypeOf(conversation),
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
    messengerType: channelTypeOf(conversation),
    status: message.status,
    normalizedMessage: {
      id: message.id,
      ...(isPresence(message.kind)
        ? { type: 'Event', events: [{ eventType: 'Presence', presence: { type: message.kind } }] }
        : { type: message.kind, text: message.text }),
      ...(message.content === undefined ? {} : { content: wireContent(message.content) }),
      direction: inbound ? 'Inbound' : 'Outbound',
      ...(inbound ? {} : { originatingEntity: message.byBot === true ? 'Bot' : 'Human' }),
      channel: {
        ...platformChannelOf(conversation, deployment),
        time,
        messageId: message.channelMessageId,
      },
      metadata: { ...message.metadata, correlationId: message.correlationId },
    },
    normalizedReceipts: receiptsOf(message, platformChannelOf(conversation, deployment), timeline),
    selfUri: messageUri(conversation, message),
  };
}
