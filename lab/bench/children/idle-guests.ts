// Opens guest sessions that say nothing further. A process of its own: its memory must not be counted as the emulator's.
import { once } from 'node:events';
import { hostsAt } from '@backchannel/client';
import WebSocket from 'ws';
import { serve } from '../support/child.ts';

const [url = '', deploymentId = '', count = '0'] = process.argv.slice(2);
const endpoint = `${hostsAt(url).guestSocket}?deploymentId=${deploymentId}`;

/** Connections that are being opened at the same time. */
const OPENING_MAX = 100;

const sockets: WebSocket[] = [];

async function openGuest(): Promise<void> {
  const socket = new WebSocket(endpoint, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'configureSession', deploymentId, token: crypto.randomUUID() }));
  const [data] = await once(socket, 'message');
  const answer = JSON.parse(String(data));
  if (answer.class !== 'SessionResponse' || answer.code !== 200) throw new Error(`A guest was refused: ${data}`);
  sockets.push(socket);
}

let left = Number(count);
await Promise.all(
  Array.from({ length: OPENING_MAX }, async () => {
    while (left-- > 0) await openGuest();
  }),
);

serve(
  { open: sockets.length },
  { open: () => sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length },
);
