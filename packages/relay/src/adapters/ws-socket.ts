import type { WebSocketLike } from '@backchannel/client';
import { WebSocket } from 'ws';

/** The longest frame that is taken from Genesys; a conversation's frames have some kilobytes. */
const FRAME_BYTES_MAX = 1_000_000;

/** A connection that is not open by then is given up; the session's own patience is as long. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Opens a socket of the package `ws`: unlike Node's own it tells the status of a refused upgrade, which decides whether to try
 * again. Without compression, whose buffers would cost each of ten thousand idle connections more than all else.
 */
export const openWsSocket = (url: string): WebSocketLike =>
  new WebSocket(url, {
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
