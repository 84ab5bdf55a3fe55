/** A request's head and body must be here within this time; who sends a byte a second is cut off. */
export const REQUEST_TIMEOUT_MS = 15_000;
/** Longest frame that a WebSocket client may send. */
export const FRAME_BYTES_MAX = 65_536;
/** In-flight requests are waited for this long when the relay stops. */
export const STOP_GRACE_MS = 10_000;
/** A connection on which nothing was asked yet is no idle one for Node: it is cut this long after the server has closed. */
export const CONNECTIONS_GRACE_MS = 3_000;
