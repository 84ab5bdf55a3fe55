// Reads one conversation's stream of the relay on many sockets. A process of its own: reading must not be counted as the
// relay's work. Each text that it hears is the time at which it was sent.
import { once } from 'node:events';
import WebSocket from 'ws';
import { serve } from '../support/child.ts';

const [url = '', token = '', conversationId = '', count = '0'] = process.argv.slice(2);

const delaysMs: number[] = [];

async function listen(): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'authenticate', token, conversationId }));
  await once(socket, 'message');
  socket.on('message', (data) => {
    const { kind, text } = JSON.parse(String(data));
    if (kind === 'message') delaysMs.push(performance.timeOrigin + performance.now() - Number(text));
  });
}

for (let opened = 0; opened < Number(count); opened += 100) await Promise.all(Array.from({ length: 100 }, listen));

serve({}, { heard: () => delaysMs.length, delays: () => delaysMs.sort((a, b) => a - b) });
