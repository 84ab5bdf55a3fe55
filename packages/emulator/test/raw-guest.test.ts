// A script that knows nothing of our code but the address: what a stranger would write from the public documentation.
import { randomUUID } from 'node:crypto';
import { startEmulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import WebSocket from 'ws';

test('a guest and an agent hold a conversation over a bare WebSocket and bare fetch', async () => {
  await using genesys = await startEmulator({ port: 0 });
  const info = await (await fetch(`${genesys.url}/_emulator/info`)).json();
  const agent = info.agents[0];
  const token = randomUUID();

  const socket = new WebSocket(`${genesys.url.replace('http', 'ws')}/v1?deploymentId=${info.deploymentId}`);
  const received: {
    class: string;
    tracingId?: string;
    body: { direction: string; text?: string; events?: { eventType: string }[] };
  }[] = [];
  const waiting: (() => void)[] = [];
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    for (const wake of waiting.splice(0)) wake();
  });
  const until = async (count: number) => {
    while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  await new Promise((resolve) => socket.once('open', resolve));

  socket.send(JSON.stringify({ action: 'configureSession', deploymentId: info.deploymentId, token }));
  await until(1);
  socket.send(
    JSON.stringify({
      action: 'onMessage',
      token,
      tracingId: 'mine',
      message: { type: 'Text', text: 'Where is my order?' },
    }),
  );
  await until(2);
  socket.send(
    JSON.stringify({
      action: 'onMessage',
      token,
      message: { type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On' } }] },
    }),
  );

  const api = async (path: string, body?: object) => {
    const response = await fetch(`${genesys.url}/api/v2${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${agent.token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return response.status === 204 ? undefined : response.json();
  };
  const conversationId = (await api('/conversations/messages')).entities[0].id;
  const { participants } = await api(`/conversations/${conversationId}`);
  const leg = participants.filter((each: { purpose: string }) => each.purpose === 'agent').at(-1).messages[0].id;
  const path = `/conversations/messages/${conversationId}/communications/${leg}`;
  await api(`${path}/typing`, { typing: { type: 'On', duration: 5_000 } });
  await api(`${path}/messages`, { textBody: 'It left this morning.' });
  await until(4);
  socket.close();

  expect(
    received.map((each) => [
      each.class,
      each.tracingId,
      each.body.direction,
      each.body.text ?? each.body.events?.[0]?.eventType,
    ]),
  ).toEqual([
    ['SessionResponse', undefined, undefined, undefined],
    ['StructuredMessage', 'mine', 'Inbound', 'Where is my order?'],
    ['StructuredMessage', undefined, 'Outbound', 'Typing'],
    ['StructuredMessage', undefined, 'Outbound', 'It left this morning.'],
  ]);
  const [conversation] = await (await fetch(`${genesys.url}/_emulator/conversations`)).json();
  expect(conversation.transcript.map((each: { text: string }) => each.text)).toEqual([
    'Where is my order?',
    'It left this morning.',
  ]);
  expect(conversation.typing.map((each: { from: string }) => each.from)).toEqual(['guest', 'agent']);
});
