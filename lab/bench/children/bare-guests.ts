// Guests as bare `ws` sockets that have configured their session and keep nothing: what a connection costs by itself.
import { once } from 'node:events';
import { hostsAt } from '@backchannel/client';
import WebSocket from 'ws';
import { memory, serve } from '../support/child.ts';

const [url = '', first = '0', all = '0'] = process.argv.slice(2);
const OPENING_MAX = 64;

const sockets: WebSocket[] = [];

async function openGuest(): Promise<void> {
  const socket = new WebSocket(`${hostsAt(url).guestSocket}?deploymentId=deployment`, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ action: 'configureSession', deploymentId: 'deployment', token: crypto.randomUUID() }));
  await once(socket, 'message');
  sockets.push(socket);
}

async function guestsUpTo(count: number): Promise<void> {
  let left = count - sockets.length;
  await Promise.all(
    Array.from({ length: OPENING_MAX }, async () => {
      while (left-- > 0) await openGuest();
    }),
  );
}
await guestsUpTo(Number(first));

serve({}, { memory, allGuests: () => guestsUpTo(Number(all)) });
