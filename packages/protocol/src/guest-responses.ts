import { Fields } from './fields.ts';
import { readStructuredMessage, type StructuredMessage } from './guest-message.ts';
import type { Parsed } from './parsed.ts';

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

/** Reads a frame of the service. */
export function parseGuestResponse(value: unknown): Parsed<GuestResponse> {
  const fields = Fields.of(value);
  const name = fields.string('class');
  const common = { code: fields.number('code'), tracingId: fields.optional('tracingId', fields.string) };
  switch (name) {
    case 'SessionResponse':
      return fields.end({ class: name, ...common, body: fields.object('body', readSessionResponse) });
    case 'StructuredMessage':
      return fields.end({ class: name, ...common, body: fields.object('body', readStructuredMessage) });
    case 'JwtResponse':
      return fields.end({
        class: name,
        ...common,
        body: fields.object('body', (body) => ({ jwt: body.id('jwt'), exp: body.number('exp') })),
      });
    case 'TooManyRequestsErrorMessage':
      return fields.end({
        class: name,
        ...common,
        body: fields.object('body', (body) => ({
          retryAfter: body.number('retryAfter'),
          errorCode: body.optional('errorCode', body.number) ?? 429,
          errorMessage: body.optional('errorMessage', body.string) ?? '',
        })),
      });
    case 'ConnectionClosedEvent':
      return fields.end({
        class: name,
        ...common,
        body:
          fields.optionalObject('body', (body) => ({
            reason: body.optional('reason', body.string) ?? body.optional('reasonCode', body.string),
          })) ?? {},
      });
    case 'SessionExpiredEvent':
    case 'SessionClearedEvent':
    case 'LogoutEvent':
      return fields.end({ class: name, ...common, body: {} });
    case 'string':
      return fields.end({ class: name, ...common, body: fields.string('body') });
    default:
      return fields.end({ class: 'unrecognised', ...common, body: { name, value: fields.raw('body') } });
  }
}

function readSessionResponse(body: Fields): SessionResponse {
  return {
    connected: body.boolean('connected'),
    newSession: body.optional('newSession', body.boolean) ?? false,
    readOnly: body.optional('readOnly', body.boolean) ?? false,
    maxCustomDataBytes: body.optional('maxCustomDataBytes', body.number),
    durationSeconds: body.optional('durationSeconds', body.number),
    expirationDate: body.optional('expirationDate', body.number),
  };
}
