import type { IncomingMessage, MessageEvent, OnMessage } from '@backchannel/protocol';
import { noteOf } from '../limit-note.ts';
import { retryAfterSeconds } from '../rate-limits.ts';
import type { Session } from '../world/entities.ts';
import { typingDuration } from '../world/typing-duration.ts';
import type { World } from '../world/world.ts';
import type { GuestConnection } from './guest-connection.ts';
import { errorFrame, tooManyRequestsFrame, typingFrame } from './guest-frames.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text);

/** What the journal calls a message: `text`, `typing`, `presence`, or its type. */
export function kindOfMessage(message: IncomingMessage): string {
  if (message.type !== 'Event') return (message.type ?? 'Text').toLowerCase();
  return message.events?.[0]?.eventType.toLowerCase() ?? 'event';
}

/** Answers `onMessage`: text is acknowledged by its Inbound copy, typing by nothing. */
export function answerOnMessage(world: World, connection: GuestConnection, session: Session, request: OnMessage): void {
  const { message, customAttributes, tracingId } = request;
  const refuse = (code: 400 | 403 | 4000 | 4011 | 4013, text: string, note?: string): void =>
    connection.send(errorFrame(code, text, tracingId), note);

  const waitMs = world.limits.take('guestMessagesPerSession', session.windows, world.timeline.nowMs());
  if (waitMs > 0) {
    const retryAfter = retryAfterSeconds(waitMs);
    const frame = tooManyRequestsFrame(4029, 'Message rate too high for this session', retryAfter, tracingId);
    connection.send(frame, noteOf('guestMessagesPerSession'));
    return;
  }
  const attributesBytes =
    customAttributes === undefined ? 0 : bytesOf(Object.entries(customAttributes).flat().join(''));
  const attributesMax = world.limits.of('guestAttributesBytes');
  if (attributesBytes > attributesMax) {
    refuse(4013, `Custom Attributes in channel metadata is larger than ${attributesMax} bytes`);
    return;
  }
  if (message.type === 'Event') {
    for (const event of message.events ?? []) answerEvent(world, connection, session, request, event);
    if (message.events === undefined || message.events.length === 0) {
      refuse(400, '$.message.events is nothing; an Event needs at least one event');
    }
    return;
  }
  if (message.type !== 'Text' && message.type !== undefined) {
    refuse(4000, `Messages of type "${message.type}" are not available here.`, unservedType(message.type));
    return;
  }
  const { text } = message;
  if (text === undefined || text === '') {
    refuse(
      400,
      '$.message.text is nothing; a Text needs one',
      'Attachments and quick replies, which need no text, are not served by this version of the emulator.',
    );
    return;
  }
  const length = bytesOf(text);
  const lengthMax = world.limits.of('guestTextBytes');
  if (length > lengthMax) {
    refuse(4011, `Message length ${length} is larger than ${lengthMax}`, 'The length counts bytes of UTF-8.');
    return;
  }
  world.guestSaid(session, text, message.metadata, customAttributes, { link: connection, tracingId });
}

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
    // The text that the official client looks for (documented, GUEST-CLEAR-403); no deployment of this version enables it.
    connection.send(errorFrame(403, 'Presence events Conversation Clear are not supported', tracingId));
  } else {
    const text = `Presence "${event.presence.type.slice(0, 60)}" is not available here.`;
    connection.send(
      errorFrame(4000, text, tracingId),
      'Guests send Join and Clear; what the others do is unknown (assumed, GUEST-NOT-SERVED).',
    );
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
