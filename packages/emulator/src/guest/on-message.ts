import type { ContentItem, GuestCode, IncomingMessage, MessageEvent, OnMessage } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import { noteOf } from '../limit-note.ts';
import { retryAfterSeconds } from '../rate-limits.ts';
import type { Attachment } from '../world/attachments.ts';
import type { Session } from '../world/entities.ts';
import { typingDuration } from '../world/typing-duration.ts';
import type { World } from '../world/world.ts';
import { usableAttachment } from './guest-attachments.ts';
import type { GuestConnection } from './guest-connection.ts';
import { errorFrame, tooManyRequestsFrame, typingFrame } from './guest-frames.ts';
import { answerUnserved } from './unserved.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** What the journal calls a message: `text`, `typing`, `presence`, or its type. */
export function kindOfMessage(message: IncomingMessage): string {
  if (message.type !== 'Event') return (message.type ?? 'Text').toLowerCase();
  return message.events?.[0]?.eventType.toLowerCase() ?? 'event';
}

/** Answers `onMessage`: text is acknowledged by its Inbound copy, typing by nothing. */
export function answerOnMessage(world: World, connection: GuestConnection, session: Session, request: OnMessage): void {
  const { message, customAttributes, tracingId } = request;
  const refuse = (code: GuestCode, text: string, note?: string): void =>
    connection.send(errorFrame(code, text, tracingId), note);

  const waitMs = world.limits.take('guestMessagesPerSession', session.windows, world.timeline.nowMs());
  if (waitMs > 0) {
    const retryAfter = retryAfterSeconds(waitMs);
    const frame = tooManyRequestsFrame(4029, 'Message rate too high for this session', retryAfter, tracingId);
    connection.send(frame, noteOf('guestMessagesPerSession'));
    return;
  }
  const crowded = crowdedList(message);
  if (crowded !== undefined) {
    refuse(400, crowded, 'The bound is the emulator’s own (assumed, GUEST-EVENTS-PER-FRAME).');
    return;
  }
  const attributesBytes =
    customAttributes === undefined ? 0 : bytesOf(Object.entries(customAttributes).flat().join(''));
  const attributesMax = world.limits.of('guestAttributesBytes');
  if (attributesBytes > attributesMax) {
    refuse(4013, `Custom Attributes in channel metadata is larger than ${attributesMax} bytes`);
    return;
  }
  if (session.readOnly && !isClear(message)) {
    refuse(
      409,
      'The conversation is read-only',
      'An agent has ended it (GUEST-READ-ONLY-409). closeSession and configureSession with startNew begin another one.',
    );
    return;
  }
  if (message.type === 'Event') {
    for (const event of message.events ?? []) answerEvent(world, connection, session, request, event);
    if (message.events === undefined || message.events.length === 0) {
      refuse(400, '$.message.events is nothing; an Event needs at least one event');
    }
    return;
  }
  if (message.type === 'Message' || message.type === 'Receipt') {
    answerUnserved(world, connection, `Messages of type "${message.type}" are not available here.`, {
      tracingId,
      note: unservedType(message.type),
    });
    return;
  }
  const length = bytesOf(message.text ?? '');
  const lengthMax = world.limits.of('guestTextBytes');
  if (length > lengthMax) {
    refuse(4011, `Message length ${length} is larger than ${lengthMax}`, 'The length counts bytes of UTF-8.');
    return;
  }
  const content = contentOf(world, connection, session, message);
  if ('refused' in content) {
    refuse(content.refused, content.text, content.note);
    return;
  }
  world.guestSaid(
    session,
    {
      // The web client's message of nothing but a file comes back as Text (third-party).
      kind: message.type === 'Structured' ? 'Structured' : 'Text',
      text: message.text ?? '',
      content: content.items,
      metadata: message.metadata,
    },
    customAttributes,
    { link: connection, tracingId },
  );
}

/** One frame counts once against the limits, however much it carries: so there is a bound to what it may carry. */
function crowdedList({ events = [], content = [] }: IncomingMessage): string | undefined {
  const says = (name: string, length: number, max: number): string | undefined =>
    length > max ? `$.message.${name} has ${length} entries; at most ${max} are allowed` : undefined;
  return (
    says('events', events.length, BOUNDS.guestEventsPerFrame) ??
    says('content', content.length, BOUNDS.guestContentPerFrame)
  );
}

const isClear = ({ events = [] }: IncomingMessage): boolean =>
  events.some((each) => each.eventType === 'Presence' && each.presence.type === 'Clear');

interface ContentRefusal {
  readonly refused: GuestCode;
  readonly text: string;
  readonly note?: string | undefined;
}

/** The content of a message, with what the service knows of its file; a message must say something in one way or another. */
function contentOf(
  world: World,
  connection: GuestConnection,
  session: Session,
  { type, text = '', content = [] }: IncomingMessage,
): { readonly items: readonly ContentItem[] | undefined } | ContentRefusal {
  const files = content.filter((each) => each.contentType === 'Attachment');
  const answers = content.some((each) => each.contentType === 'ButtonResponse' || isForm(each));
  if (files.length > 1) {
    return { refused: 400, text: `$.message.content has ${files.length} attachments; a message carries at most one` };
  }
  if (type === 'Structured' && !answers) {
    return {
      refused: 400,
      text: '$.message.content has no ButtonResponse; a Structured message of a guest answers something',
      note: 'Guests answer quick replies and cards with content [{"contentType":"ButtonResponse","buttonResponse":{"type":"QuickReply","text":"…","payload":"…"}}] (GUEST-BUTTON-RESPONSE).',
    };
  }
  if (text === '' && !answers && files.length === 0) {
    return {
      refused: 400,
      text: '$.message.text is nothing; a Text needs one, or an attachment, or the answer to a button',
    };
  }
  const items: ContentItem[] = [];
  for (const each of content) {
    if (each.contentType !== 'Attachment') {
      items.push(each);
      continue;
    }
    const { id } = each.attachment;
    if (id === undefined) return { refused: 400, text: '$.message.content[].attachment.id is nothing; expected text' };
    const found = usableAttachment(world, session, id);
    if ('refused' in found) return found;
    found.state = 'sent';
    items.push({ contentType: 'Attachment', attachment: attachmentView(found, world, connection.host) });
  }
  return { items: items.length === 0 ? undefined : items };
}

const isForm = (item: ContentItem): boolean => item.contentType === 'Other' && item.name === 'Form';

const MEDIA_TYPES = ['Image', 'Audio', 'Video'] as const;

const attachmentView = (attachment: Attachment, world: World, host: string) => ({
  id: attachment.id,
  mediaType: MEDIA_TYPES.find((each) => attachment.fileType.startsWith(`${each.toLowerCase()}/`)) ?? 'File',
  filename: attachment.fileName,
  fileSize: attachment.fileSize,
  mime: attachment.fileType,
  url: world.state.attachments.url(attachment, 'download', host),
});

const unservedType = (type: string): string =>
  type === 'Receipt'
    ? 'No guest can submit a receipt: no official client does, and what the service answers is unknown (assumed, GUEST-NOT-SERVED).'
    : `${type} messages are not served by this version of the emulator.`;

function answerEvent(
  world: World,
  connection: GuestConnection,
  session: Session,
  { customAttributes, tracingId }: OnMessage,
  event: MessageEvent,
): void {
  if (event.eventType === 'Typing') {
    answerTyping(world, connection, session, event.typing, tracingId);
  } else if (event.eventType === 'Other') {
    connection.note(
      'dropped',
      `Events of type "${event.name.slice(0, 60)}" are not served by this version of the emulator.`,
    );
  } else if (event.presence.type === 'Join') {
    world.guestJoined(session, customAttributes, { link: connection, tracingId });
  } else if (event.presence.type === 'Clear') {
    if (world.state.deployment.conversationClear) world.guestSessions.clear(session, { link: connection, tracingId });
    // The text that the official client looks for (documented, GUEST-CLEAR-403).
    else connection.send(errorFrame(403, 'Presence events Conversation Clear are not supported', tracingId));
  } else {
    const text = `Presence "${event.presence.type.slice(0, 60)}" is not available here.`;
    answerUnserved(world, connection, text, {
      tracingId,
      note: 'Guests send Join and Clear; what the others do is unknown (assumed, GUEST-NOT-SERVED).',
    });
  }
}

function answerTyping(
  world: World,
  connection: GuestConnection,
  session: Session,
  typing: { readonly type: string; readonly duration?: number | undefined },
  tracingId: string | undefined,
): void {
  if (typing.type !== 'On') {
    const text = `$.message.events[0].typing.type is ${JSON.stringify(typing.type.slice(0, 60))}; expected "On"`;
    connection.send(
      errorFrame(400, text, tracingId),
      'There is no typing Off: an indicator ends with its duration or with the message (GUEST-TYPING-ON-ONLY).',
    );
    return;
  }
  if (!world.state.deployment.showUserTypingIndicator) {
    if (world.switches.enforceUserTypingFlag) {
      connection.send(
        errorFrame(403, 'Turn on the Feature Toggle or fix the configuration.', tracingId),
        'showUserTypingIndicator is off in the deployment (GUEST-TYPING-403).',
      );
    } else {
      connection.note('dropped', 'Guest typing is dropped: showUserTypingIndicator is off in the deployment.');
    }
    return;
  }
  const durationMs = typingDuration(typing.duration, world.switches.honourTypingDuration);
  if (!world.guestTyped(session, durationMs)) {
    connection.note(
      'dropped',
      session.conversation === undefined
        ? 'Guest typing reaches nobody: there is no conversation yet, and typing opens none (assumed, GUEST-TYPING-NO-CONVERSATION). Send Presence Join or a message first.'
        : 'Guest typing reaches nobody: no agent is in the conversation.',
    );
    return;
  }
  if (world.switches.copyTypingToGuest) {
    connection.send(typingFrame('Inbound', world.state.ids, world.timeline.iso(world.timeline.nowMs()), durationMs));
  }
}
