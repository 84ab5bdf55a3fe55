import type { OpenWebhook } from '@backchannel/protocol';
import { wireContent } from '../guest/guest-frames.ts';
import type { Timeline } from '../timeline.ts';
import { platformChannelOf } from '../views/channel-view.ts';
import type { Conversation, Message, OpenLink, TypingRecord } from '../world/entities.ts';
import type { World } from '../world/world.ts';

/** What is posted: the body that a webhook's reader knows, without what it stands in for when it is absent. */
export type WebhookBody = Partial<Omit<OpenWebhook, 'id' | 'type' | 'channel'>> &
  Pick<OpenWebhook, 'id' | 'type' | 'channel'>;

const integrationParty = ({ integration }: OpenLink) => ({
  nickname: integration.name,
  id: integration.id,
  idType: 'Opaque',
});

const channelTo = (open: OpenLink, conversation: Conversation, id: string, time: string) => ({
  ...platformChannelOf(conversation, open.integration),
  messageId: id,
  to: { id: open.address.id, idType: open.address.idType },
  from: integrationParty(open),
  time,
});

/** What an agent or a bot said (documented, OPEN-WEBHOOK). */
export const messageBody = (
  open: OpenLink,
  conversation: Conversation,
  message: Message,
  timeline: Timeline,
): WebhookBody => ({
  id: message.id,
  channel: channelTo(open, conversation, message.id, timeline.iso(message.atMs)),
  type: message.kind,
  text: message.text,
  content: message.content === undefined ? [] : wireContent(message.content),
  reasons: [],
  direction: 'Outbound',
  originatingEntity: message.byBot === true ? 'Bot' : 'Human',
  conversationId: conversation.id,
});

/** An agent types (third-party, OPEN-WEBHOOK-TYPING). */
export const typingBody = (
  open: OpenLink,
  conversation: Conversation,
  { durationMs, atMs }: TypingRecord,
  id: string,
  timeline: Timeline,
): WebhookBody => ({
  id,
  channel: channelTo(open, conversation, id, timeline.iso(atMs)),
  type: 'Event',
  events: [{ eventType: 'Typing', typing: { type: 'On', duration: durationMs } }],
  direction: 'Outbound',
  conversationId: conversation.id,
});

/** A message of the guest has arrived (third-party, OPEN-WEBHOOK-RECEIPT). */
export const publishedBody = (
  open: OpenLink,
  conversation: Conversation,
  message: Message,
  timeline: Timeline,
): WebhookBody => ({
  id: message.id,
  channel: {
    ...platformChannelOf(conversation, open.integration),
    messageId: message.channelMessageId,
    to: integrationParty(open),
    from: { id: open.address.id, idType: open.address.idType },
    time: timeline.iso(message.atMs),
  },
  type: 'Receipt',
  status: 'Published',
  isFinalReceipt: true,
  direction: 'Inbound',
  conversationId: conversation.id,
});

/** Why an agent's typing does not leave for an integration; nothing when it does, or when the guest is not behind one. */
export function outboundTypingNote(world: World, { session: { open } }: Conversation): string | undefined {
  if (open === undefined) return undefined;
  const { enabled, because } = world.state.openMessaging.typingOf(open.integration, 'outbound');
  return enabled
    ? undefined
    : `Agent typing is dropped: ${because} (OPEN-TYPING-DISABLED; the 2xx is assumed, OPEN-TYPING-DROPPED).`;
}
