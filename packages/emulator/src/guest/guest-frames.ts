import { type ContentItem, type GuestCode, type GuestEnvelope, LIMITS } from '@backchannel/protocol';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Attachment, FileRefusal } from '../world/attachments.ts';
import type { Deployment } from '../world/deployment.ts';
import { isPresence, type Message, type Presence, type Session } from '../world/entities.ts';

/** A frame for a guest, and what the journal calls it. */
export interface GuestFrame {
  readonly kind: string;
  readonly envelope: GuestEnvelope;
}

/** Body of a StructuredMessage as it stands on the wire, live and in history. */
export interface WireMessage {
  readonly id: string;
  readonly type: 'Text' | 'Structured' | 'Event';
  readonly direction: 'Inbound' | 'Outbound';
  readonly text?: string | undefined;
  readonly events?: readonly object[] | undefined;
  readonly content?: readonly object[] | undefined;
  readonly channel: object;
  readonly metadata: Readonly<Record<string, string>>;
  readonly originatingEntity?: 'Human' | 'Bot' | undefined;
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

/** What a guest may upload; an empty `inbound` is nothing at all (documented, GUEST-ALLOWED-MEDIA). */
const mediaOf = ({ fileTypes, maxFileSizeKB, blockedExtensions }: Deployment) => ({
  allowedMedia: {
    inbound: fileTypes.length === 0 ? {} : { fileTypes: fileTypes.map((type) => ({ type })), maxFileSizeKB },
  },
  blockedExtensions,
});

/** The answer to both ways of configuring, and to `closeSession`, which says `connected: false`. */
export function sessionFrame(
  session: Session,
  facts: { readonly connected: boolean; readonly newSession: boolean; readonly clearedExistingSession?: boolean },
  deployment: Deployment,
  timeline: Timeline,
  tracingId: string | undefined,
): GuestFrame {
  const body = {
    clearedExistingSession: false,
    ...facts,
    readOnly: session.readOnly,
    maxCustomDataBytes: LIMITS.guestAttributesBytes.limit,
    ...mediaOf(deployment),
    durationSeconds: deployment.sessionDurationSeconds,
    expirationDate: timeline.epochSeconds(session.expiresAtMs),
  };
  return response('SessionResponse', 'SessionResponse', 200, body, tracingId);
}

/** The answer to `getConfiguration` (documented, GUEST-CONFIGURATION). */
export const configurationFrame = (deployment: Deployment, tracingId: string | undefined): GuestFrame =>
  response(
    'Configuration',
    'GetConfigurationResponse',
    200,
    {
      ...mediaOf(deployment),
      maxCustomDataBytes: LIMITS.guestAttributesBytes.limit,
      messageRoutingEnabled: true,
      sessionDurationSeconds: deployment.sessionDurationSeconds,
    },
    tracingId,
  );

/** Where to upload a file; with empty headers, where to read it back (documented, GUEST-ATTACHMENT). */
export function presignedUrlFrame(
  { id, fileName, fileSize, fileType }: Attachment,
  url: string,
  headers: Readonly<Record<string, string>>,
  tracingId: string | undefined,
): GuestFrame {
  const body = { attachmentId: id, headers, url, fileName, fileSize, fileType };
  return response('PresignedUrl', 'PresignedUrlResponse', 200, body, tracingId);
}

/** Sources have it both ways (GUEST-ATTACHMENT-ERRORS). */
export function generateUrlErrorFrame(
  attachmentId: string | undefined,
  { code, text }: FileRefusal,
  as: 'message' | 'response',
  tracingId: string | undefined,
): GuestFrame {
  const body = { attachmentId, errorCode: code, errorMessage: text };
  return as === 'message'
    ? event('GenerateUrlError', 'GenerateUrlError', body, tracingId)
    : response('GenerateUrlError', 'GenerateUrlError', 400, body, tracingId);
}

export const attachmentDeletedFrame = (attachmentId: string, tracingId: string | undefined): GuestFrame =>
  event('AttachmentDeleted', 'AttachmentDeletedResponse', { attachmentId }, tracingId);

/** What became of an upload. */
export function uploadFrame(
  attachmentId: string,
  downloadUrl: string,
  refusal: FileRefusal | undefined,
  timestamp: string,
): GuestFrame {
  return refusal === undefined
    ? event('UploadSuccess', 'UploadSuccessEvent', { attachmentId, downloadUrl, timestamp })
    : event('UploadFailure', 'UploadFailureEvent', {
        attachmentId,
        errorCode: refusal.code,
        errorMessage: refusal.text,
        timestamp,
      });
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
  const presence = isPresence(message.kind);
  // Fields that are undefined do not reach the wire.
  return {
    id: message.id,
    type: presence ? 'Event' : message.kind,
    direction: outbound ? 'Outbound' : 'Inbound',
    text: presence ? undefined : message.text,
    events: presence ? [{ eventType: 'Presence', presence: { type: message.kind } }] : undefined,
    content: message.content === undefined ? undefined : wireContent(message.content),
    originatingEntity: outbound && !presence ? (message.byBot ? 'Bot' : 'Human') : undefined,
    channel: {
      time: timeline.iso(message.atMs),
      messageId: message.byBot ? undefined : message.channelMessageId,
      type: outbound ? 'Private' : undefined,
      from: outbound ? { nickname: message.fromName } : signedInName(message),
    },
    metadata: { ...message.metadata, correlationId: message.correlationId },
  };
}

/** Presence SignIn carries the customer's names (documented, GUEST-SIGN-IN-STEP-UP). */
function signedInName({ kind, fromName }: Message): object | undefined {
  if (kind !== 'SignIn') return undefined;
  const [firstName, lastName] = fromName.split(' ');
  return { firstName, lastName };
}

/** `content[]` as it stands on the wire: what could not be read goes out as it came. */
export const wireContent = (items: readonly ContentItem[]): readonly object[] =>
  items.map((each) =>
    each.contentType === 'Other'
      ? { contentType: each.name, [each.name.charAt(0).toLowerCase() + each.name.slice(1)]: each.item }
      : each,
  );

/** A message, also the guest's own: that copy comes as `message`, with the tracingId of its frame (documented, GUEST-ECHO). */
export const messageFrame = (kind: Message['kind'], body: WireMessage, tracingId?: string): GuestFrame =>
  event(isPresence(kind) ? 'presence' : kind.toLowerCase(), 'StructuredMessage', body, tracingId);

/** An event of a guest's that may be no entry of any conversation. */
export const presenceBody = (kind: Presence, ids: SeededIds, time: string): WireMessage => ({
  id: ids.uuid('signal'),
  type: 'Event',
  direction: 'Inbound',
  channel: { time, messageId: ids.uuid('signal') },
  events: [{ eventType: 'Presence', presence: { type: kind } }],
  metadata: { correlationId: ids.uuid('signal') },
});

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

/** Without a reason: too many connections, or the conversation was cleared (documented, GUEST-CLOSED-REASON). */
export const connectionClosedFrame = (reason: object = {}): GuestFrame =>
  event('ConnectionClosed', 'ConnectionClosedEvent', reason);

export const sessionClearedFrame: GuestFrame = event('SessionCleared', 'SessionClearedEvent', {});
export const logoutFrame: GuestFrame = event('Logout', 'LogoutEvent', {});

/** Official tests carry it as `response`, an official diagram as `message`: asked for it is the one, unasked the other. */
export const sessionExpiredFrame = (tracingId?: string, asked = true): GuestFrame =>
  asked
    ? response('SessionExpired', 'SessionExpiredEvent', 200, {}, tracingId)
    : event('SessionExpired', 'SessionExpiredEvent', {});
