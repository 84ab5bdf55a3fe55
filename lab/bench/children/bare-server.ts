// The least that a server can do with a JSON frame: parse it, and answer an envelope of the same shape as the platform's.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { processorSeconds, serve } from '../support/child.ts';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
let count = 0;

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { tracingId, message } = JSON.parse(String(data));
    count += 1;
    socket.send(
      JSON.stringify({
        type: 'message',
        class: 'StructuredMessage',
        code: 200,
        body: {
          direction: 'Inbound',
          id: String(count),
          channel: { time: '2026-01-01T00:00:00.000Z', messageId: String(count) },
          type: 'Text',
          text: message.text,
          originatingEntity: 'Human',
        },
        tracingId,
      }),
    );
  });
});
await once(server, 'listening');

serve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, { processorSeconds });
