import { type MessageEvent, messageEvent } from './guest-message.ts';
import {
  boolean,
  defaulted,
  guard,
  id,
  list,
  map,
  object,
  oneOf,
  optional,
  type Reader,
  text,
  texts,
} from './reader.ts';

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

const attributes = map(
  object<{ metadata: { customAttributes: Readonly<Record<string, string>> | undefined } | undefined }>({
    metadata: optional(object({ customAttributes: optional(texts) })),
  }),
  (channel) => channel.metadata?.customAttributes,
);

const message = object<IncomingMessage>({
  type: optional(oneOf('Text', 'Structured', 'Event', 'Message', 'Receipt')),
  text: optional(text),
  events: defaulted(list(messageEvent), []),
  metadata: optional(texts),
});

const common = { token: id, tracingId: optional(text) };

const REQUESTS: { readonly [Action in GuestRequest['action']]: Reader<Extract<GuestRequest, { action: Action }>> } = {
  configureSession: object<ConfigureSession>({
    action: oneOf('configureSession'),
    ...common,
    deploymentId: id,
    startNew: optional(boolean),
  }),
  onMessage: (value, path, report) => {
    const frame = object<Omit<OnMessage, 'customAttributes'>>({ action: oneOf('onMessage'), ...common, message });
    const inside = object<{ message: { channel: OnMessage['customAttributes'] } }>({
      message: object({ channel: optional(attributes) }),
    });
    const beside = object<{ channel: OnMessage['customAttributes'] }>({ channel: optional(attributes) });
    const read = frame(value, path, report);
    return {
      ...read,
      customAttributes: inside(value, path, report).message.channel ?? beside(value, path, report).channel,
    };
  },
  echo: object<Echo>({ action: oneOf('echo'), token: optional(text), tracingId: optional(text), message }),
  getJwt: object<GetJwt>({ action: oneOf('getJwt'), ...common }),
};

const action = object<{ action: GuestRequest['action'] }>({
  action: oneOf('configureSession', 'onMessage', 'echo', 'getJwt'),
});

/**
 * Reads a frame of a guest. Official clients omit fields that the schema requires (`time`, `fileMd5`), so only what the
 * service cannot do without is required: `action`, `token`, and the action's own fields.
 */
export const parseGuestRequest = guard<GuestRequest>((value, path, report) => {
  const named = action(value, path, report).action;
  return REQUESTS[named](value, path, report);
});
