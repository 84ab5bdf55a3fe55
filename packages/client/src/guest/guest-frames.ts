import type { GuestRequest } from '@backchannel/protocol';

type Attributes = Readonly<Record<string, string>>;

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

  join(tracingId: string): GuestFrame {
    return this.#event(tracingId, { eventType: 'Presence', presence: { type: 'Join' } });
  }

  text(tracingId: string, text: string, attributes?: Attributes): GuestFrame {
    const channel = attributes && { channel: { metadata: { customAttributes: attributes } } };
    return this.#message(tracingId, { type: 'Text', text, ...channel });
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
