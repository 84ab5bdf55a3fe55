import type { GuestRequest } from '@backchannel/protocol';

type Attributes = Readonly<Record<string, string>>;

/** What a message carries beside its text; `guest/more` makes it. */
export interface OutgoingContent {
  readonly contentType: string;
  readonly attachment?: { readonly id: string } | undefined;
  readonly buttonResponse?:
    | {
        readonly type: string;
        readonly text: string;
        readonly payload: string;
        readonly originatingMessageId?: string | undefined;
      }
    | undefined;
  /** Answers to the fields of a form. */
  readonly form?: object | undefined;
}

/**
 * A frame to be sent: what the protocol package reads, in the one place where official clients write it. `tracingId` is
 * required here, because answers are matched by it.
 */
export type GuestFrame = { readonly action: GuestRequest['action']; readonly tracingId: string } & Readonly<
  Record<string, unknown>
>;

/** The tracingId of every health check, so that its answer, which looks like a message, is known (documented, GUEST-HEALTH-CHECK). */
export const ECHO_TRACING_ID = 'SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=';

/** Writes the frames of one session (shapes: documented, GUEST-ACTIONS and the published schema). */
export class GuestFrames {
  readonly #deploymentId: string;
  token: string;
  /** The conversation's, for the frame that opens it. */
  readonly attributes: Attributes | undefined;

  constructor(deploymentId: string, token: string, attributes?: Attributes) {
    this.#deploymentId = deploymentId;
    this.token = token;
    this.attributes = attributes;
  }

  /**
   * Always the same token and `startNew: false`: whatever session there is goes on (documented, GUEST-TOKEN). `signIn` of
   * `guest/more` puts its own in this place.
   */
  configure(tracingId: string): GuestFrame {
    return {
      action: 'configureSession',
      token: this.token,
      tracingId,
      deploymentId: this.#deploymentId,
      startNew: false,
    };
  }

  presence(tracingId: string, type: 'Join' | 'Clear', attributes?: Attributes): GuestFrame {
    return this.#event(tracingId, { eventType: 'Presence', presence: { type } }, attributes);
  }

  /** With an answer to a button, a picker or a form it is `Structured`, as the web client has it (third-party, GUEST-BUTTON-RESPONSE). */
  text(tracingId: string, text: string, attributes?: Attributes, content?: readonly OutgoingContent[]): GuestFrame {
    const type = content?.some(({ attachment }) => !attachment) ? 'Structured' : 'Text';
    return this.#message(tracingId, { type, text, content }, attributes);
  }

  typing(tracingId: string, durationMs: number | undefined): GuestFrame {
    return this.#event(tracingId, { eventType: 'Typing', typing: { type: 'On', duration: durationMs } });
  }

  /** The health check (third-party limit LIMIT-GUEST-HEALTH-CHECKS). */
  echo(): GuestFrame {
    return { action: 'echo', token: this.token, tracingId: ECHO_TRACING_ID, message: { type: 'Text', text: 'ping' } };
  }

  jwt(tracingId: string): GuestFrame {
    return { action: 'getJwt', token: this.token, tracingId };
  }

  #event(tracingId: string, event: object, attributes?: Attributes): GuestFrame {
    return this.#message(tracingId, { type: 'Event', events: [event] }, attributes);
  }

  #message(tracingId: string, message: object, customAttributes?: Attributes): GuestFrame {
    const channel = customAttributes && { metadata: { customAttributes } };
    return { action: 'onMessage', token: this.token, tracingId, message: { ...message, channel } };
  }
}
