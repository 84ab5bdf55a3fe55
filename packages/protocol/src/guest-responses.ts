import { type StructuredMessage, structuredMessage } from './guest-message.ts';
import {
  boolean,
  defaulted,
  guard,
  id,
  map,
  nothing,
  number,
  object,
  optional,
  own,
  type Reader,
  text,
} from './reader.ts';

/**
 * A frame of the service, as it stands on the wire. `type` tells nothing (a guest's own copy comes as `message`, a health
 * check's answer as `response`): dispatch on `class` (documented, GUEST-DISPATCH-ON-CLASS).
 */
export interface GuestEnvelope {
  readonly type: 'response' | 'message';
  readonly class: string;
  /** 200 for success and events; HTTP-like or 4xxx for errors, see `GUEST_CODES`. */
  readonly code: number;
  readonly body: unknown;
  /** Copy of the request's; absent on frames that nobody asked for. */
  readonly tracingId?: string | undefined;
}

/** The answer to `configureSession`. */
export interface SessionResponse {
  /** False only as the answer to `closeSession`. */
  readonly connected: boolean;
  /** First configure of this token, or after a clear, an expiry or `startNew`. Default false. */
  readonly newSession: boolean;
  /** The conversation was disconnected with type ReadOnly: writing is refused. Default false. */
  readonly readOnly: boolean;
  readonly maxCustomDataBytes?: number | undefined;
  /** Unread, so that a client without attachments carries no reader of it: `parseGuestConfiguration` reads it from here. */
  readonly allowedMedia?: unknown;
  /** Unread, like `allowedMedia`. */
  readonly blockedExtensions?: unknown;
  /** Inactivity lifetime in seconds. */
  readonly durationSeconds?: number | undefined;
  /** Epoch **seconds**. */
  readonly expirationDate?: number | undefined;
}

/** The refusal of a frame by a rate limit. */
export interface TooManyRequests {
  /** Whole seconds until a retry may succeed. */
  readonly retryAfter: number;
  /** 4029 for messages; 429 was logged for configure. */
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** The short-lived token for the guest's REST history. `exp` is epoch seconds. */
export interface JwtResponse {
  readonly jwt: string;
  readonly exp: number;
}

interface Framed<Class extends string, Body> {
  readonly class: Class;
  readonly code: number;
  readonly tracingId?: string | undefined;
  readonly body: Body;
}

/** What the service may say. A class that this version does not know is kept, not refused (GUEST-TOLERANCE). */
export type GuestResponse =
  | Framed<'SessionResponse', SessionResponse>
  | Framed<'StructuredMessage', StructuredMessage>
  | Framed<'JwtResponse', JwtResponse>
  | Framed<'TooManyRequestsErrorMessage', TooManyRequests>
  | Framed<'SessionExpiredEvent', Record<never, never>>
  | Framed<'SessionClearedEvent', Record<never, never>>
  | Framed<'LogoutEvent', Record<never, never>>
  /** `reason` (mobile SDK) or `reasonCode` (schema): the same thing (GUEST-CLOSED-REASON). */
  | Framed<'ConnectionClosedEvent', { readonly reason?: string | undefined }>
  /** An error: the body is its text, the code says which. */
  | Framed<'string', string>
  | Framed<'unrecognised', { readonly name: string; readonly value: unknown }>;

const unread: Reader<unknown> = (value) => value;

type Known = Exclude<GuestResponse, { class: 'unrecognised' }>;

const BODIES: { readonly [Class in Known['class']]: Reader<Extract<Known, { class: Class }>['body']> } = {
  SessionResponse: object<SessionResponse>({
    connected: boolean,
    newSession: defaulted(boolean, false),
    readOnly: defaulted(boolean, false),
    maxCustomDataBytes: optional(number),
    allowedMedia: unread,
    blockedExtensions: unread,
    durationSeconds: optional(number),
    expirationDate: optional(number),
  }),
  StructuredMessage: structuredMessage,
  JwtResponse: object<JwtResponse>({ jwt: id, exp: number }),
  TooManyRequestsErrorMessage: object<TooManyRequests>({
    retryAfter: number,
    errorCode: defaulted(number, 429),
    errorMessage: defaulted(text, ''),
  }),
  SessionExpiredEvent: nothing,
  SessionClearedEvent: nothing,
  LogoutEvent: nothing,
  ConnectionClosedEvent: defaulted<{ readonly reason?: string | undefined }>(
    map(
      object<{ reason: string | undefined; reasonCode: string | undefined }>({
        reason: optional(text),
        reasonCode: optional(text),
      }),
      ({ reason, reasonCode }) => ({ reason: reason ?? reasonCode }),
    ),
    {},
  ),
  string: text,
};

const envelope = object<{ class: string; code: number; tracingId: string | undefined }>({
  class: text,
  code: number,
  tracingId: optional(text),
});

/** Reads a frame of the service. */
export const parseGuestResponse = guard<GuestResponse>((value, path, report) => {
  const frame = envelope(value, path, report);
  const body = own(value, 'body');
  if (!Object.hasOwn(BODIES, frame.class)) {
    return { ...frame, class: 'unrecognised', body: { name: frame.class, value: body } };
  }
  const known = frame.class as Known['class'];
  return { ...frame, class: known, body: BODIES[known](body, `${path}.body`, report) } as GuestResponse;
});
