import { Fields } from './fields.ts';
import { type MessageEvent, readEvent } from './guest-message.ts';
import type { Parsed } from './parsed.ts';

/** Fields that every frame of a guest carries. The token is the session; `tracingId` comes back in the answer. */
interface GuestRequestCommon {
  readonly token: string;
  readonly tracingId?: string | undefined;
}

export interface ConfigureSession extends GuestRequestCommon {
  readonly action: 'configureSession';
  readonly deploymentId: string;
  /** `true` starts a new conversation for a token whose session is read-only. Default false. */
  readonly startNew?: boolean | undefined;
}

/** A message of a guest. `type` is absent in the web client's attachment-only messages (third-party). */
export interface IncomingMessage {
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  readonly events?: readonly MessageEvent[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface OnMessage extends GuestRequestCommon {
  readonly action: 'onMessage';
  readonly message: IncomingMessage;
  /** From either of the two places official clients put them (documented, GUEST-ATTRIBUTES-TWO-PLACES). */
  readonly customAttributes?: Readonly<Record<string, string>> | undefined;
}

/** The health check. Official clients send the text `ping`; one legacy client sends no token. */
export interface Echo {
  readonly action: 'echo';
  readonly token?: string | undefined;
  readonly tracingId?: string | undefined;
  readonly message: IncomingMessage;
}

export interface GetJwt extends GuestRequestCommon {
  readonly action: 'getJwt';
}

/** What a guest may send, as far as this package speaks it. */
export type GuestRequest = ConfigureSession | OnMessage | Echo | GetJwt;

/**
 * Every action of the published schema (documented, GUEST-ACTIONS). The ones without a type above are known by name, so that
 * a server can tell "not served here" from "no such action".
 */
export const GUEST_ACTIONS = [
  'configureSession',
  'configureAuthenticatedSession',
  'onAttachment',
  'getAttachment',
  'deleteAttachment',
  'onMessage',
  'closeSession',
  'echo',
  'getJwt',
  'disconnectCustomer',
  'resumeToken',
  'getConfiguration',
] as const;

function readIncomingMessage(fields: Fields): IncomingMessage {
  return {
    type: fields.optional('type', (name) => fields.oneOf(name, ['Text', 'Structured', 'Event', 'Message', 'Receipt'])),
    text: fields.optional('text', fields.string),
    events: fields.optionalList('events', readEvent),
    metadata: fields.optional('metadata', fields.stringMap),
  };
}

const readAttributes = (fields: Fields): Record<string, string> | undefined =>
  fields.optionalObject('channel', (channel) =>
    channel.optionalObject('metadata', (metadata) => metadata.optional('customAttributes', metadata.stringMap)),
  );

/**
 * Reads a frame of a guest. Official clients omit fields that the schema requires (`time`, `fileMd5`), so only what the
 * service cannot do without is required: `action`, `token`, and the action's own fields.
 */
export function parseGuestRequest(value: unknown): Parsed<GuestRequest> {
  const fields = Fields.of(value);
  const action = fields.oneOf('action', ['configureSession', 'onMessage', 'echo', 'getJwt']);
  const tracingId = fields.optional('tracingId', fields.string);
  switch (action) {
    case 'configureSession':
      return fields.end({
        action,
        token: fields.id('token'),
        tracingId,
        deploymentId: fields.id('deploymentId'),
        startNew: fields.optional('startNew', fields.boolean),
      });
    case 'onMessage': {
      const token = fields.id('token');
      const [message, nested] = fields.object('message', (each) => [readIncomingMessage(each), readAttributes(each)]);
      return fields.end({ action, token, tracingId, message, customAttributes: nested ?? readAttributes(fields) });
    }
    case 'echo':
      return fields.end({
        action,
        token: fields.optional('token', fields.string),
        tracingId,
        message: fields.object('message', readIncomingMessage),
      });
    case 'getJwt':
      return fields.end({ action, token: fields.id('token'), tracingId });
  }
}
