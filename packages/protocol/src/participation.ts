import { guard, id, list, object, oneOf, optional, text, texts } from './reader.ts';

/** Path of a participant of a message conversation; `PATCH` changes its state (documented, PARTICIPANT-STATE). */
export const participantPath = (conversationId: string, participantId: string): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/participants/${encodeURIComponent(participantId)}`;

/** Path of a participant's attributes; `PATCH` (documented, PARTICIPANT-ATTRIBUTES). */
export const participantAttributesPath = (conversationId: string, participantId: string): string =>
  `${participantPath(conversationId, participantId)}/attributes`;

/** Path that hands a participant's part to another agent or to a queue; `POST` (documented, TRANSFER). */
export const replaceParticipantPath = (conversationId: string, participantId: string): string =>
  `${participantPath(conversationId, participantId)}/replace`;

/** Path that reads many messages in one request; `POST` with a list of ids (documented, MESSAGE-BULK). */
export const bulkMessagesPath = (conversationId: string): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(conversationId)}/messages/bulk`;

/** States that a participant can be asked to take: there is none for typing (documented, PARTICIPANT-STATE). */
export const PARTICIPANT_STATES = [
  'alerting',
  'dialing',
  'contacting',
  'offering',
  'connected',
  'disconnected',
  'terminated',
  'converting',
  'uploading',
  'transmitting',
  'parked',
  'none',
] as const;

/** Body of a change of a participant. */
export interface ParticipantRequest {
  /** `connected` answers, `disconnected` leaves; what the others do here is unknown. */
  readonly state?: (typeof PARTICIPANT_STATES)[number] | undefined;
}

/** Body of a change of attributes. */
export interface AttributesRequest {
  readonly attributes: Readonly<Record<string, string>>;
}

/** Body of a transfer: to a user or to a queue. */
export interface TransferRequest {
  readonly userId?: string | undefined;
  readonly userName?: string | undefined;
  readonly queueId?: string | undefined;
  readonly address?: string | undefined;
}

/** Reads the body that changes a participant, such as its state. */
export const parseParticipantRequest = guard(
  object<ParticipantRequest>({ state: optional(oneOf(...PARTICIPANT_STATES)) }),
);

/** Reads the body that changes a participant’s attributes. */
export const parseAttributesRequest = guard(object<AttributesRequest>({ attributes: texts }));

/** Reads the body of a transfer. */
export const parseTransferRequest = guard(
  object<TransferRequest>({
    userId: optional(id),
    userName: optional(text),
    queueId: optional(id),
    address: optional(text),
  }),
);

/** Reads the body of a request for several messages. */
export const parseMessageIds = guard(list(id));
