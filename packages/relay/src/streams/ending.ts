/** Why a stream ends: the close code and reason of a WebSocket, and the last frame of server-sent events. */
export interface Ending {
  readonly code: number;
  /** At most 123 bytes: all that a close frame holds. */
  readonly reason: string;
}

/** No credential came, it was wrong, or it has expired: get a new one, then connect again. */
export const UNAUTHENTICATED = 4001;

export const ENDINGS = {
  expired: { code: UNAUTHENTICATED, reason: 'The token has expired: connect again with a new one.' },
  notAuthenticated: { code: UNAUTHENTICATED, reason: 'The first frame must be {"type":"authenticate","token":"…"}.' },
  late: { code: UNAUTHENTICATED, reason: 'No authenticate frame came within 10 s.' },
  slow: { code: 4008, reason: 'Too slow: too much waits to be read. Connect again, after the last position you got.' },
  restart: { code: 1012, reason: 'The relay restarts: connect again, after the last position you got.' },
  crowded: { code: 1013, reason: 'Too many sockets wait to authenticate: try again in a moment.' },
  text: { code: 1003, reason: 'Frames are JSON as text; this one was binary.' },
} as const satisfies Readonly<Record<string, Ending>>;

/** The call was refused; the problem went out as the frame before. */
export const refused = (code: string): Ending => ({ code: 4003, reason: code });
