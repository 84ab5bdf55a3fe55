import { type GuestCode, type GuestEnvelope, LIMITS } from '@backchannel/protocol';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Deployment } from '../world/deployment.ts';
import type { Message, Session } from '../world/entities.ts';

/** A frame for a guest, and what the journal calls it. */
export interface GuestFrame {
  readonly kind: string;
  readonly envelope: GuestEnvelope;
}

/** Body of a StructuredMessage as it stands on the wire, live and in history. */
export interface WireMessage {
  readonly id: string;
  readonly type: 'Text' | 'Event';
  readonly direction: 'Inbound' | 'Outbound';
  readonly text?: string | undefined;
  readonly events?: readonly object[] | undefined;
  readonly channel: object;
  readonly metadata: Readonly<Record<string, string>>;
  readonly originatingEntity?: 'Human' | undefined;
}

/** A `response` answers a request and repeats its tracingId. */
const response = (
  kind: string,
  name: string,
  code: number,
  body: unknown,
  tracingId: string | undefined,
): GuestFrame => ({ kind, envelope: { type: 'response', class: name, code, tracingId, body } });

const event = (kind: string, name: string, body: unknown, tracingId?: string): GuestFrame => ({
  kind,
  envelope: { type: 'message', class: name, code: 200, tracingId, body },
});

/** An error is a frame of class `string` whose body is its text (documented, GUEST-CODES). */
export const errorFrame = (code: GuestCode, text: string, tracingId?: string): GuestFrame =>
  response('error', 'string', code, text, tracingId);

export const tooManyRequestsFrame = (
  errorCode: 429 | 4029,
  errorMessage: string,
  retryAfter: number,
  tracingId: string | undefined,
): GuestFrame =>
  response('TooManyRequests', 'TooManyRequestsErrorMessage', 429, { retryAfter, errorCode, errorMessage }, tracingId);

/** `allowedMedia.inbound` is empty: this version takes no attachments, and says so where clients look for it. */
export function sessionFrame(
  session: Session,
  newSession: boolean,
  deployment: Deployment,
  timeline: Timeline,
  tracingId: string | undefined,
): GuestFrame {
  const body = {
    connected: true,
    newSession,
    readOnly: false,
    clearedExistingSession: false,
    maxCustomDataBytes: LIMITS.guestAttributesBytes.limit,
    allowedMedia: { inbound: {} },
    blockedExtensions: [],
    durationSeconds: deployment.sessionDurationSeconds,
    expirationDate: timeline.epochSeconds(session.expiresAtMs),
  };
  return response('SessionResponse', 'SessionResponse', 200, body, tracingId);
}

export const jwtFrame = (jwt: string, exp: number, tracingId: string | undefined): GuestFrame =>
  response('JwtResponse', 'JwtResponse', 200, { jwt, exp }, tracingId);

/** The answer to a health check: the text back, with the session's life (third-party, GUEST-SESSION-LIFE). */
export function echoFrame(
  text: string | undefined,
  session: Session,
  deployment: Deployment,
  timeline: Timeline,
  tracingId: string | undefined,
): GuestFrame {
  const body = {
    id: 'echo',
    type: 'Text',
    direction: 'Inbound',
    text: text ?? '',
    metadata: {
      durationSeconds: String(deployment.sessionDurationSeconds),
      expirationDate: String(timeline.epochSeconds(session.expiresAtMs)),
    },
  };
  return response('echo', 'StructuredMessage', 200, body, tracingId);
}

/** A message as guests see it: inbound with the keys of its acknowledgement, outbound with the agent's name. */
export function wireMessage(message: Message, timeline: Timeline): WireMessage {
  const outbound = message.from === 'agent';
  // Fields that are undefined do not reach the wire.
  return {
    id: message.id,
    type: message.kind === 'Text' ? 'Text' : 'Event',
    direction: outbound ? 'Outbound' : 'Inbound',
    text: message.kind === 'Text' ? message.text : undefined,
    events: message.kind === 'Join' ? [{ eventType: 'Presence', presence: { type: 'Join' } }] : undefined,
    originatingEntity: outbound ? 'Human' : undefined,
    channel: {
      time: timeline.iso(message.atMs),
      messageId: message.channelMessageId,
      type: outbound ? 'Private' : undefined,
      from: outbound ? { nickname: message.fromName } : undefined,
    },
    metadata: { ...message.metadata, correlationId: message.correlationId },
  };
}

/** A message, also the guest's own: that copy comes as `message`, with the tracingId of its frame (documented, GUEST-ECHO). */
export const messageFrame = (kind: Message['kind'], body: WireMessage, tracingId?: string): GuestFrame =>
  event(kind === 'Text' ? 'text' : 'presence', 'StructuredMessage', body, tracingId);

export function typingFrame(
  direction: WireMessage['direction'],
  ids: SeededIds,
  time: string,
  durationMs: number,
  fromName?: string,
): GuestFrame {
  const body: WireMessage = {
    id: ids.uuid('signal'),
    type: 'Event',
    direction,
    channel: {
      time,
      messageId: ids.uuid('signal'),
      ...(fromName === undefined ? {} : { type: 'Private', from: { nickname: fromName } }),
    },
    events: [{ eventType: 'Typing', typing: { type: 'On', duration: durationMs } }],
    metadata: { correlationId: ids.uuid('signal') },
  };
  return event('typing', 'StructuredMessage', body);
}

/** Without a reason: the session has too many connections (documented, GUEST-CLOSED-REASON). */
export const connectionClosedFrame: GuestFrame = event('ConnectionClosed', 'ConnectionClosedEvent', {});

/** Official tests carry it as `response`, an official diagram as `message`: asked for it is the one, unasked the other. */
export const sessionExpiredFrame = (tracingId?: string, asked = true): GuestFrame =>
  asked
    ? response('SessionExpired', 'SessionExpiredEvent', 200, {}, tracingId)
    : event('SessionExpired', 'SessionExpiredEvent', {});
