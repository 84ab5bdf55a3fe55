// Real time and real sockets: a middleware of open messaging made of this package alone, against the emulator, over TCP.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostsAt } from '@backchannel/client';
import { AgentSession } from '@backchannel/client/agent';
import { OpenMessagingChannel, TokenSource, type WebhookEvent, WebhookInbox } from '@backchannel/client/open';
import { startEmulator } from '@backchannel/emulator';
import { expect, it, vi } from 'vitest';

/** Only ends a test that hangs. */
const PATIENCE = { timeout: 10_000, interval: 10 };

it('carries texts, typing and receipts between a user of its own channel and an agent', async () => {
  const secret = 'a-secret-of-this-test';
  const inbox = new WebhookInbox({ secret });
  const heard: WebhookEvent[] = [];
  const webhook = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const signature = request.headers['x-hub-signature-256'];
    const received = await inbox.receive({ rawBody: Buffer.concat(chunks), signature });
    if (received.verdict === 'new') heard.push(received.event);
    response.writeHead(received.verdict === 'forged' ? 401 : 200).end();
  });
  webhook.listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const webhookUrl = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`;
  await using genesys = await startEmulator({ seed: 12, integration: { webhookUrl, webhookSecret: secret } });
  const { agents, integrationId, oauth } = genesys.info;
  const hosts = hostsAt(genesys.url);
  await using agent = new AgentSession({ hosts, token: agents[0]!.token });
  await agent.connect();
  await using channel = new OpenMessagingChannel({ hosts, integrationId, token: new TokenSource({ hosts, ...oauth }) });
  const ada = channel.guest({ id: 'ada@example.test', idType: 'Email', nickname: 'Ada' });
  expect(await ada.message('Where is my order?', { messageId: 'ext-1' })).toMatchObject({ outcome: 'sent' });
  const conversation = await agent.nextConversation();
  expect(ada.conversationId).toBe(conversation.id);

  ada.typing.keystroke();
  await vi.waitFor(() => expect(conversation.snapshot().guestTyping).toBe(true), PATIENCE);
  conversation.typing.keystroke();
  // A message takes back the signal that is still on its way.
  await vi.waitFor(() => expect(heard).toHaveLength(2), PATIENCE);
  const sent = await conversation.send('It left this morning.');
  await vi.waitFor(() => expect(heard).toHaveLength(3), PATIENCE);
  expect(heard).toMatchObject([
    { kind: 'receipt', about: 'inbound', messageId: 'ext-1', status: 'Published', guestId: ada.id },
    { kind: 'typing', durationMs: expect.any(Number), guestId: ada.id },
    {
      kind: 'text',
      id: sent.value?.id,
      text: 'It left this morning.',
      guestId: ada.id,
      conversationId: conversation.id,
    },
  ]);
  expect(await ada.receipt(sent.value?.id ?? '', 'Delivered')).toMatchObject({ outcome: 'sent' });
  expect(await ada.receipt('unknown', 'Delivered')).toMatchObject({
    outcome: 'refused',
    error: { code: 'receipt.failed' },
  });
  expect(genesys.conversations()).toHaveLength(1);
  expect(genesys.conversations()[0]?.transcript.map(({ text }) => text)).toEqual([
    'Where is my order?',
    'It left this morning.',
  ]);
  webhook.closeAllConnections();
  webhook.close();
});
