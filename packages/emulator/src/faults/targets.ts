import { GUEST_ACTIONS } from '@backchannel/protocol';

/** Where frames pass; a webhook of open messaging is one too. */
export type FrameSurface = 'guest' | 'notifications' | 'webhooks';

/** Seen from the emulator: `in` is a request or a frame of a client, `out` an answer or a frame for one. */
export type FaultDirection = 'in' | 'out';

const WEBHOOK_KINDS = ['text', 'typing', 'receipt'] as const;

/** What the journal calls the frames of each surface and direction, seen from the emulator. `open` is the WebSocket's upgrade. */
export const FRAME_KINDS: Readonly<Record<FrameSurface, Readonly<Record<FaultDirection, readonly string[]>>>> = {
  guest: {
    in: [
      'open',
      ...GUEST_ACTIONS.filter((action) => action !== 'onMessage'),
      'text',
      'typing',
      'presence',
      'structured',
      'receipt',
      'message',
      'event',
    ],
    out: [
      'SessionResponse',
      'JwtResponse',
      'echo',
      'text',
      'typing',
      'presence',
      'error',
      'TooManyRequests',
      'ConnectionClosed',
      'SessionExpired',
      'SessionCleared',
      'Logout',
      'Configuration',
      'PresignedUrl',
      'GenerateUrlError',
      'UploadSuccess',
      'UploadFailure',
      'AttachmentDeleted',
      'structured',
    ],
  },
  notifications: {
    in: ['open', 'ping'],
    out: [
      'conversation',
      'typing',
      'undelivered',
      'heartbeat',
      'pong',
      'socket_closing',
      'no_longer_subscribed',
      'token_revoked',
    ],
  },
  // Out is the webhook, in the answer to it.
  webhooks: { in: WEBHOOK_KINDS, out: WEBHOOK_KINDS },
};

/** What is served over HTTP, as far as a fault can be aimed at it. */
export interface Routes {
  /** The ids of all operations. */
  readonly ids: readonly string[];
  /** The operation that a route of the router stands for. */
  operationOf(method: string, route: string | undefined): string | undefined;
}
