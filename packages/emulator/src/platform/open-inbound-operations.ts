import {
  type ContentItem,
  explainProblem,
  OPEN_INTEGRATIONS_PATH,
  OPEN_RECEIPT_STATUSES,
  type OpenAttachment,
  type OpenMessageRequest,
  type OpenSender,
  type Parsed,
  parseOpenEventRequest,
  parseOpenMessageRequest,
  parseOpenReceiptRequest,
  parseOpenStructuredResponseRequest,
} from '@backchannel/protocol';
import type { Conversation } from '../world/entities.ts';
import type { Integration } from '../world/integration.ts';
import type { OpenWords } from '../world/open-guests.ts';
import type { Call, Operation } from './operation.ts';
import { PlatformRefusal } from './platform-refusal.ts';

const PATH = '/api/v2/conversations/messages/{integrationId}/inbound/open';
const RECEIVE = ['conversation:message:receive'] as const;

/** What the schema check of the service says to a message with neither (third-party, OPEN-TEXT-OR-CONTENT). */
const NOTHING_SAID =
  "should have required property 'content', should have required property '.text', should match some schema in anyOf";

function integrationOf({ world, params }: Call): Integration {
  const integration = world.state.openMessaging.find(params.integrationId ?? '');
  if (integration === undefined) {
    const note = `There is no such open messaging integration: GET ${OPEN_INTEGRATIONS_PATH} lists them.`;
    throw new PlatformRefusal('not.found', { note });
  }
  return integration;
}

/** What the schema does not allow is a bad request, unless `enumerated` has refused it before (assumed, OPEN-SCHEMA-400). */
function read<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  throw new PlatformRefusal('bad.request', { note: explainProblem(parsed.problem) });
}

/** Times are ISO 8601 (documented, OPEN-INBOUND); another text is refused (assumed, OPEN-SCHEMA-400). */
function checkTime(time: string): void {
  if (!Number.isNaN(Date.parse(time))) return;
  throw new PlatformRefusal('invalid.value', { values: [time.slice(0, 60), 'time', 'ISO-8601 date-time'] });
}

const from = (sender: OpenSender): OpenSender => ({ ...sender });

/** The channel of an answer: that of the request, with both ends and the platform's own fields (documented, OPEN-INBOUND). */
const channelOf = (integration: Integration, channel: { readonly time: string }, ends: object) => ({
  id: integration.id,
  platform: 'Open',
  type: 'Private',
  ...ends,
  time: channel.time,
});

const attachmentItem = (attachment: OpenAttachment): ContentItem => {
  const { id, mediaType, url, mime, filename } = attachment;
  return {
    contentType: 'Attachment',
    attachment: {
      mediaType,
      url,
      mime,
      ...(id === undefined ? {} : { id }),
      ...(filename === undefined ? {} : { filename }),
    },
  };
};

/** Puts what the guest said into the conversation, and tells what became of it. */
function say(
  call: Call,
  integration: Integration,
  channel: OpenMessageRequest['channel'],
  words: Omit<OpenWords, 'channelMessageId'>,
) {
  const { world } = call;
  const { messageId } = channel;
  const said = world.openGuests.said(integration, from(channel.from), channel.time, {
    ...words,
    ...(messageId === undefined ? {} : { channelMessageId: messageId }),
  });
  const note = said.repeated
    ? 'A message with this id and time was there before: it is not added again (OPEN-MESSAGE-KEY; assumed, OPEN-MESSAGE-REPEATED).'
    : undefined;
  return {
    conversation: said.conversation,
    note,
    id: said.message.id,
    channel: channelOf(integration, channel, {
      messageId: said.message.channelMessageId,
      to: { id: integration.id },
      from: from(channel.from),
    }),
  };
}

const answer = (body: object, conversation: Conversation | undefined, note: string | undefined) => ({
  status: 200,
  body,
  ...(conversation === undefined ? {} : { conversationId: conversation.id }),
  ...(note === undefined ? {} : { note }),
});

/** What a customer's own channel sends in (documented, OPEN-INBOUND). */
export const OPEN_INBOUND_OPERATIONS: readonly Operation[] = [
  {
    id: 'postConversationsMessageInboundOpenMessage',
    method: 'POST',
    path: `${PATH}/message`,
    permissions: RECEIVE,
    run(call) {
      const integration = integrationOf(call);
      const { channel, text, content = [], metadata } = read(parseOpenMessageRequest(call.body));
      checkTime(channel.time);
      const attachments = content.flatMap(({ attachment }) => (attachment === undefined ? [] : [attachment]));
      if (text === undefined && attachments.length === 0) {
        throw new PlatformRefusal('bad.request', { text: NOTHING_SAID, note: 'OPEN-TEXT-OR-CONTENT' });
      }
      const said = say(call, integration, channel, {
        kind: 'Text',
        text: text ?? '',
        ...(attachments.length === 0 ? {} : { content: attachments.map(attachmentItem) }),
        ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
      });
      const prefetched = call.query.get('prefetchConversationId') === 'true';
      const body = {
        id: said.id,
        channel: said.channel,
        type: 'Text',
        direction: 'Inbound',
        originatingEntity: 'Human',
        ...(text === undefined ? {} : { text }),
        ...(content.length === 0 ? {} : { content }),
        ...(metadata === undefined ? {} : { metadata }),
        ...(prefetched ? { conversationId: said.conversation.id } : {}),
      };
      return answer(body, said.conversation, said.note);
    },
  },
  {
    id: 'postConversationsMessageInboundOpenEvent',
    method: 'POST',
    path: `${PATH}/event`,
    permissions: RECEIVE,
    run(call) {
      const { world } = call;
      const integration = integrationOf(call);
      const { channel, events } = read(eventRequest(call.body));
      checkTime(channel.time);
      const body = {
        id: world.state.ids.hex('signal'),
        channel: channelOf(integration, channel, { to: { id: integration.id }, from: from(channel.from) }),
        type: 'Event',
        direction: 'Inbound',
        events: events.map(({ eventType }) => ({ eventType, typing: { type: 'On' } })),
      };
      if (events.length === 0) return answer(body, undefined, 'events is empty: nothing happened.');
      const { enabled, because } = world.state.openMessaging.typingOf(integration, 'inbound');
      if (!enabled) {
        const note = `Typing is dropped: ${because} (OPEN-TYPING-DISABLED; the 2xx is assumed, OPEN-TYPING-DROPPED).`;
        return answer(body, world.openGuests.conversationOf(integration, channel.from), note);
      }
      const { conversation, reached } = world.openGuests.typed(integration, from(channel.from));
      return answer(body, conversation, reached ? undefined : 'Typing reaches nobody: no agent has answered.');
    },
  },
  {
    id: 'postConversationsMessageInboundOpenReceipt',
    method: 'POST',
    path: `${PATH}/receipt`,
    permissions: RECEIVE,
    run(call) {
      const { world } = call;
      const integration = integrationOf(call);
      const request = read(receiptRequest(call.body));
      const { id, channel, status, reasons, isFinalReceipt = false } = request;
      checkTime(channel.time);
      const body = {
        id,
        channel: channelOf(integration, channel, {
          messageId: id,
          to: { ...channel.to },
          from: { id: integration.id, idType: 'Opaque' },
        }),
        type: 'Receipt',
        status: status as string,
        ...(reasons === undefined ? {} : { reasons: reasons.map((each) => ({ ...each })) }),
        isFinalReceipt,
        direction: 'Outbound',
      };
      const sent = world.openGuests.sentTo(integration, channel.to.id, id);
      if (sent === undefined) {
        // 2xx, and yet not taken: only the body says so (third-party, OPEN-RECEIPT-REFUSED).
        const text = 'No such message was sent to this address.';
        const note = `${text} id is the id that the webhook carried (assumed, OPEN-RECEIPT-UNKNOWN).`;
        return answer(
          { ...body, status: 'Failed', reasons: [{ code: 'UnknownMessage', message: text }], isFinalReceipt: true },
          world.openGuests.conversationOf(integration, { ...channel.to, idType: channel.to.idType ?? 'Opaque' }),
          note,
        );
      }
      const { conversation, message } = sent;
      if (status === 'Published' || status === 'Removed') {
        const note = `${status} changes nothing here: the guide supports Delivered and Failed (OPEN-RECEIPT-STATUS).`;
        return answer(body, conversation, note);
      }
      const settled = world.openGuests.settle(
        conversation,
        message,
        status === 'Delivered' ? 'delivery-success' : status === 'Failed' ? 'delivery-failed' : 'sent',
        { isFinal: isFinalReceipt, reasons },
      );
      return answer(
        body,
        conversation,
        settled ? undefined : 'A final receipt came before: this one changes nothing (assumed, OPEN-RECEIPT-EFFECT).',
      );
    },
  },
  {
    id: 'postConversationsMessageInboundOpenStructuredResponse',
    method: 'POST',
    path: `${PATH}/structured/response`,
    permissions: RECEIVE,
    run(call) {
      const { world } = call;
      const integration = integrationOf(call);
      const { channel, buttonResponse, originatingMessageId } = read(structuredRequest(call.body));
      checkTime(channel.time);
      if (world.openGuests.conversationOf(integration, channel.from) === undefined) {
        throw new PlatformRefusal('conversation.error.conversation.not.found', {
          note: 'A structured response never opens a conversation (OPEN-NEW-CONVERSATION; the status is assumed, OPEN-STRUCTURED-UNKNOWN).',
        });
      }
      const { type, text, payload } = buttonResponse;
      const pressed = { type, text, payload, originatingMessageId };
      const content: ContentItem[] = [{ contentType: 'ButtonResponse', buttonResponse: pressed }];
      const said = say(call, integration, channel, { kind: 'Structured', text, content });
      const body = {
        id: said.id,
        channel: said.channel,
        type: 'Structured',
        direction: 'Inbound',
        content: [{ contentType: 'ButtonResponse', buttonResponse: pressed }],
      };
      return answer(body, said.conversation, said.note);
    },
  },
];

/** A value that is not in an enumeration is refused with the values that are. */
function enumerated(value: unknown, field: string, allowed: readonly string[]): void {
  if (typeof value !== 'string' || allowed.includes(value)) return;
  throw new PlatformRefusal('invalid.value', {
    values: [value.slice(0, 60), field, allowed.join(', ')],
    note: noteFor(value),
  });
}

const noteFor = (value: string): string =>
  value === 'Read'
    ? 'No read receipt can be submitted for open messaging: Read is not in the schema (OPEN-RECEIPT-STATUS).'
    : 'The schema does not have this value (assumed, OPEN-SCHEMA-400).';

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

function eventRequest(body: unknown) {
  const events = field(body, 'events');
  if (Array.isArray(events)) for (const each of events) enumerated(field(each, 'eventType'), 'eventType', ['Typing']);
  return parseOpenEventRequest(body);
}

function receiptRequest(body: unknown) {
  enumerated(field(body, 'status'), 'status', OPEN_RECEIPT_STATUSES);
  return parseOpenReceiptRequest(body);
}

function structuredRequest(body: unknown) {
  enumerated(field(field(body, 'buttonResponse'), 'type'), 'type', ['Button', 'QuickReply', 'DatePicker']);
  return parseOpenStructuredResponseRequest(body);
}
