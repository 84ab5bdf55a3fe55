import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** A WebSocket with the TCP connection under it, which `ws` hides and a cut needs. */
export interface OpenSocket {
  readonly socket: WebSocket;
  readonly tcp: Socket;
}

/** Ends a connection as a broken network does: a TCP reset, no close frame. */
export function cutSocket({ tcp }: OpenSocket): void {
  tcp.resetAndDestroy();
}

/** Cuts every connection, and says so in the journal. Returns how many there were. */
export function cutAll(open: Iterable<OpenSocket & { note(kind: string, note: string): void }>): number {
  const connections = [...open];
  for (const connection of connections) {
    connection.note('cut', 'The connection is reset without a close frame, as asked.');
    cutSocket(connection);
  }
  return connections.length;
}

/** Resolves when each of these sockets has closed. Ask before they are ended. */
export async function allClosed(sockets: Iterable<WebSocket>): Promise<void> {
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}

/** Ends a connection properly and at once: the close frame is written if the peer still reads, and nobody waits for an answer. */
export function endSocket({ socket, tcp }: OpenSocket, code: number, reason: string): void {
  socket.close(code, reason);
  if (tcp.writableLength > 0) socket.terminate();
  else tcp.destroySoon();
}

/** Refuses an upgrade with an HTTP answer. */
export function refuseUpgrade(tcp: Duplex, status: string, text: string, headers: readonly string[] = []): void {
  const body = `${text}\n`;
  tcp.once('finish', () => tcp.destroy());
  tcp.end(
    [
      `HTTP/1.1 ${status}`,
      'Connection: close',
      'Content-Type: text/plain; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...headers,
      '',
      body,
    ].join('\r\n'),
  );
}

/** What the client asked to upgrade. The host is its own idea of this server; only path and query count. */
export function upgradeUrl(request: IncomingMessage): URL | undefined {
  const target = request.url ?? '/';
  return URL.canParse(target, 'ws://emulator') ? new URL(target, 'ws://emulator') : undefined;
}
