import type { Timeline } from '../timeline.ts';
import type { Conversation, Participant } from '../world/entities.ts';
import { channelTypeOf } from './channel-view.ts';
import { messageFacts, messagesOf } from './media-view.ts';
import { errorInfoOf } from './receipt-view.ts';

/**
 * A conversation as the topics of all media tell it (documented, NOTIFY-ALL-MEDIA): its participants with their
 * communications, and below those the messages by id, without their text.
 */
export const conversationEventView = (conversation: Conversation, queueId: string, timeline: Timeline) => ({
  id: conversation.id,
  participants: conversation.participants.map((each) => eventParticipant(conversation, each, queueId, timeline)),
});

function eventParticipant(conversation: Conversation, participant: Participant, queueId: string, timeline: Timeline) {
  const { communication, connectedAtMs, endedAtMs } = participant;
  const connected = connectedAtMs === undefined ? {} : { connectedTime: timeline.iso(connectedAtMs) };
  return {
    id: participant.id,
    ...connected,
    ...(endedAtMs === undefined ? {} : { endTime: timeline.iso(endedAtMs) }),
    ...(participant.userId === undefined ? {} : { userId: participant.userId }),
    name: participant.name,
    ...(participant.purpose === 'customer' ? {} : { queueId }),
    purpose: participant.purpose,
    attributes: participant.attributes,
    messages: [
      {
        id: communication.id,
        state: communication.state,
        ...(communication.peerId === undefined ? {} : { peerId: communication.peerId }),
        ...connected,
        ...(endedAtMs === undefined ? {} : { disconnectedTime: timeline.iso(endedAtMs) }),
        type: channelTypeOf(conversation),
        messages: messagesOf(conversation, participant).map((message) => {
          const { errorInfo } = errorInfoOf(message);
          return {
            messageId: message.id,
            ...messageFacts(message, timeline),
            // These topics know of an error what happened, not the envelope around it.
            ...(errorInfo && {
              errorInfo: { status: errorInfo.status, code: errorInfo.code, message: errorInfo.message },
            }),
          };
        }),
      },
    ],
  };
}
