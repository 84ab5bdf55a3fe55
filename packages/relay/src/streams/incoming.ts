import type { RawData, WebSocket } from 'ws';

/**
 * Hands over each text frame. A binary one is `undefined`: no stream of ours has any. `ws` itself closes on frames that are
 * longer than the server's bound (1009) or no UTF-8 (1007).
 */
export function onFrame(socket: WebSocket, hear: (text: string | undefined) => void): void {
  socket.on('message', (data: RawData, isBinary: boolean) => hear(isBinary ? undefined : String(data)));
}
