import { type ContentItem, contentItems } from './guest-content.ts';
import { type MessageEvent, messageEvent } from './guest-message.ts';
import {
  boolean,
  defaulted,
  guard,
  id,
  list,
  map,
  number,
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

/** Opens or resumes the session of a token: the first frame of every connection (GUEST-CONFIGURE-FIRST). */
export interface ConfigureSession extends GuestRequestCommon {
  readonly action: 'configureSession';
  readonly deploymentId: string;
  /** `true` starts a new conversation for a token whose session is read-only. Default false. */
  readonly startNew?: boolean | undefined;
}

/**
 * Signs the guest in. On a session that exists already this is the step-up; there is no way back with `configureSession`
 * (documented, GUEST-NO-DOWNGRADE).
 */
export interface ConfigureAuthenticatedSession extends GuestRequestCommon {
  readonly action: 'configureAuthenticatedSession';
  readonly deploymentId: string;
  readonly startNew?: boolean | undefined;
  /** The JWT of the token exchange; not the OAuth code, in spite of its place in `data.code`. */
  readonly jwt: string;
}

/** Asks where a file may be uploaded. */
export interface OnAttachment extends GuestRequestCommon {
  readonly action: 'onAttachment';
  /** Chosen by the client; the service makes one up when it is absent. */
  readonly attachmentId?: string | undefined;
  readonly fileName: string;
  readonly fileType: string;
  /** Bytes. */
  readonly fileSize: number;
  /** Required by the schema and sent by no client. */
  readonly fileMd5?: string | undefined;
  /** Failures come as class `GenerateUrlError` instead of a text. Not in the schema (documented, GUEST-ATTACHMENT-ERRORS). */
  readonly errorsAsJson?: boolean | undefined;
}

/** Asks for a fresh download URL of a file. */
export interface GetAttachment extends GuestRequestCommon {
  readonly action: 'getAttachment';
  readonly attachmentId: string;
}

/** Takes a file back before it was sent. */
export interface DeleteAttachment extends GuestRequestCommon {
  readonly action: 'deleteAttachment';
  readonly attachmentId: string;
}

/** Ends the connections of the session: what official clients do before they start anew from a read-only one. */
export interface CloseSession extends GuestRequestCommon {
  readonly action: 'closeSession';
  readonly closeAllConnections: boolean;
}

/** Asks for the limits of the deployment, without a session. */
export interface GetConfiguration extends GuestRequestCommon {
  readonly action: 'getConfiguration';
  readonly deploymentId: string;
}

/** A message of a guest. `type` is absent in the web client's attachment-only messages (third-party). */
export interface IncomingMessage {
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  readonly events?: readonly MessageEvent[] | undefined;
  /** Answers to buttons, and at most one attachment. */
  readonly content?: readonly ContentItem[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A text, an answer to buttons, typing or presence of a guest. */
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

/** Asks for the JWT that reads the history (GUEST-HISTORY). */
export interface GetJwt extends GuestRequestCommon {
  readonly action: 'getJwt';
}

/** What a guest may send, as far as this package speaks it. */
export type GuestRequest =
  | ConfigureSession
  | ConfigureAuthenticatedSession
  | OnMessage
  | OnAttachment
  | GetAttachment
  | DeleteAttachment
  | CloseSession
  | GetConfiguration
  | Echo
  | GetJwt;

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
  content: defaulted(contentItems, []),
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
  configureAuthenticatedSession: map(
    object<Omit<ConfigureAuthenticatedSession, 'jwt'> & { readonly data: { readonly code: string } }>({
      action: oneOf('configureAuthenticatedSession'),
      ...common,
      deploymentId: id,
      startNew: optional(boolean),
      data: object({ code: id }),
    }),
    ({ data, ...rest }) => ({ ...rest, jwt: data.code }),
  ),
  onAttachment: object<OnAttachment>({
    action: oneOf('onAttachment'),
    ...common,
    attachmentId: optional(id),
    fileName: text,
    fileType: text,
    fileSize: number,
    fileMd5: optional(text),
    errorsAsJson: optional(boolean),
  }),
  getAttachment: object<GetAttachment>({ action: oneOf('getAttachment'), ...common, attachmentId: id }),
  deleteAttachment: object<DeleteAttachment>({ action: oneOf('deleteAttachment'), ...common, attachmentId: id }),
  closeSession: object<CloseSession>({ action: oneOf('closeSession'), ...common, closeAllConnections: boolean }),
  getConfiguration: object<GetConfiguration>({ action: oneOf('getConfiguration'), ...common, deploymentId: id }),
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
  action: oneOf(
    'configureSession',
    'configureAuthenticatedSession',
    'onAttachment',
    'getAttachment',
    'deleteAttachment',
    'onMessage',
    'closeSession',
    'echo',
    'getJwt',
    'getConfiguration',
  ),
});

/**
 * Reads a frame of a guest. Official clients omit fields that the schema requires (`time`, `fileMd5`), so only what the
 * service cannot do without is required: `action`, `token`, and the action's own fields.
 */
export const parseGuestRequest = guard<GuestRequest>((value, path, report) => {
  const named = action(value, path, report).action;
  return REQUESTS[named](value, path, report);
});
