import { agentMessagePath } from '@backchannel/protocol';
import type { Timeline } from '../timeline.ts';
import { type Conversation, isPresence, type Message, type Participant } from '../world/entities.ts';
import { channelTypeOf } from './channel-view.ts';
import { errorInfoOf } from './receipt-view.ts';

/** Where a message can be read. */
export const messageUri = (conversation: Conversation, message: Message): string =>
  agentMessagePath(conversation.id, message.id);

/** What a conversation tells of a message: everything but its text (documented, NOTIFY-EVENTS). */
export function messageFacts(message: Message, timeline: Timeline) {
  return {
    messageTime: timeline.iso(message.atMs),
    messageStatus: message.status,
    messageSegmentCount: 1,
    ...errorInfoOf(message),
    messageMetadata: isPresence(message.kind)
      ? { type: 'Event', events: [{ eventType: 'Presence', subType: message.kind }] }
      : { type: message.kind },
  };
}

/** The messages of one leg. */
export const messagesOf = (conversation: Conversation, { communication }: Participant): readonly Message[] =>
  conversation.messages.filter((each) => each.communicationId === communication.id);

/** A participant as message conversations show it: `peer` is the other end's communication, its own is not in this view. */
export function mediaParticipant(
  conversation: Conversation,
  participant: Participant,
  queueId: string,
  timeline: Timeline,
) {
  return {
    id: participant.id,
    purpose: participant.purpose,
    name: participant.name,
    state: participant.communication.state,
    type: channelTypeOf(conversation),
    ...(participant.userId === undefined
      ? {}
      : { user: { id: participant.userId, selfUri: `/api/v2/users/${participant.userId}` } }),
    ...(participant.purpose === 'customer'
      ? {}
      : { queue: { id: queueId, selfUri: `/api/v2/routing/queues/${queueId}` } }),
    ...(participant.communication.peerId === undefined ? {} : { peer: participant.communication.peerId }),
    startTime: timeline.iso(participant.startedAtMs),
    ...(participant.connectedAtMs === undefined ? {} : { connectedTime: timeline.iso(participant.connectedAtMs) }),
    ...(participant.endedAtMs === undefined ? {} : { endTime: timeline.iso(participant.endedAtMs) }),
    attributes: participant.attributes,
    messages: messagesOf(conversation, participant).map((each) => ({
      message: { id: each.id, selfUri: messageUri(conversation, each) },
      ...messageFacts(each, timeline),
    })),
  };
}
