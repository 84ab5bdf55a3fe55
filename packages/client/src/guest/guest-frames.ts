import type { GuestRequest } from '@backchannel/protocol';

type Attributes = Readonly<Record<string, string>>;

/** What a message carries beside its text; `guest/more` makes it. */
export interface OutgoingContent {
  readonly contentType: string;
  readonly attachment?: { readonly id: string } | undefined;
  readonly buttonResponse?: { readonly type: string; readonly text: string; readonly payload: string } | undefined;
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

  constructor(deploymentId: string, token: string) {
    this.#deploymentId = deploymentId;
    this.token = token;
  }

  /** Always the same token and `startNew: false`: whatever session there is goes on (documented, GUEST-TOKEN). */
  configure(tracingId: string): GuestFrame {
    return {
      action: 'configureSession',
      token: this.token,
      tracingId,
      deploymentId: this.#deploymentId,
      startNew: false,
    };
  }

  presence(tracingId: string, type: 'Join' | 'Clear'): GuestFrame {
    return this.#event(tracingId, { eventType: 'Presence', presence: { type } });
  }

  /** With an answer to a button it is `Structured`, as the web client has it (third-party, GUEST-BUTTON-RESPONSE). */
  text(tracingId: string, text: string, attributes?: Attributes, content?: readonly OutgoingContent[]): GuestFrame {
    const channel = attributes && { channel: { metadata: { customAttributes: attributes } } };
    const type = content?.some(({ buttonResponse }) => buttonResponse) ? 'Structured' : 'Text';
    return this.#message(tracingId, { type, text, content, ...channel });
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

  #event(tracingId: string, event: object): GuestFrame {
    return this.#message(tracingId, { type: 'Event', events: [event] });
  }

  #message(tracingId: string, message: object): GuestFrame {
    return { action: 'onMessage', token: this.token, tracingId, message };
  }
}
