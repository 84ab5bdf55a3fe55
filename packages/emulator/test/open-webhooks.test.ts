// Real HTTP to a receiver on a port of its own; the emulator's own time stands still until a test moves it.
import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { journaled, onlyConversation, rest, start, startAtRest } from './support/emulator.ts';
import { ADA, agentSays, agentTypes, middleware } from './support/open.ts';
import { attempted, conversingOpenly, WEBHOOK_SECRET } from './support/open-conversation.ts';

// holds: OPEN-WEBHOOK-RECEIPT
test('a message that has arrived is confirmed as Published, by the id that the channel gave it', async () => {
  const { receiver, genesys } = await conversingOpenly();
  expect(receiver.received[0]?.body).toMatchObject({
    type: 'Receipt',
    status: 'Published',
    direction: 'Inbound',
    isFinalReceipt: true,
    channel: {
      id: genesys.info.integrationId,
      messageId: 'ext-1',
      from: { id: ADA.id },
      to: { id: genesys.info.integrationId },
    },
  });
});

// holds: webhook:open, OPEN-WEBHOOK, OPEN-SIGNATURE
test('an agent’s text is posted with the signature of its bytes and the integration’s headers', async () => {
  const { receiver, genesys } = await conversingOpenly();
  const { id } = await agentSays(genesys, 'Größe? 👟');
  const webhook = (await receiver.until(2))[1]!;
  expect(webhook.body).toMatchObject({
    id,
    type: 'Text',
    text: 'Größe? 👟',
    direction: 'Outbound',
    originatingEntity: 'Human',
    conversationId: onlyConversation(genesys).id,
    channel: {
      platform: 'Open',
      to: { id: ADA.id, idType: 'Email' },
      from: { nickname: 'Demo open channel' },
      messageId: id,
    },
  });
  expect(webhook.headers).toMatchObject({
    'x-hub-signature-256': `sha256=${createHmac('sha256', WEBHOOK_SECRET).update(webhook.raw).digest('base64')}`,
    'x-tenant': 'demo',
    'content-type': 'application/json',
  });
});

// holds: OPEN-WEBHOOK-TYPING
test('an agent’s typing is posted with its duration, and is no transcript entry', async () => {
  const { receiver, genesys } = await conversingOpenly();
  expect((await agentTypes(genesys)).status).toBe(204);
  expect((await receiver.until(2))[1]?.body).toMatchObject({
    type: 'Event',
    events: [{ eventType: 'Typing', typing: { type: 'On', duration: 6_000 } }],
    direction: 'Outbound',
  });
  const { conversation } = onlyConversation(genesys);
  expect(conversation.typing).toMatchObject([{ from: 'agent', to: 'guest', durationMs: 6_000 }]);
  expect(conversation.transcript).toHaveLength(1);
});

// holds: OPEN-TYPING-DISABLED, OPEN-TYPING-DROPPED
test('with the platform’s defaults an agent’s typing is accepted, not posted, and the journal says why', async () => {
  const { receiver, genesys } = await conversingOpenly({ defaults: 'platform' });
  expect((await agentTypes(genesys)).status).toBe(204);
  await agentSays(genesys, 'Hi');
  expect((await receiver.until(2)).map(({ body }) => body.type)).toEqual(['Receipt', 'Text']);
  expect(await journaled(genesys, ({ note }) => /^Agent typing is dropped/.test(note ?? ''))).toMatchObject({
    note: expect.stringContaining('disabled by default'),
  });
  expect(onlyConversation(genesys).conversation.typing).toEqual([]);
});

// holds: OPEN-WEBHOOK-RETRY, LIMIT-WEBHOOK-RETRIES, LIMIT-WEBHOOK-RETRY-DELAY, OPEN-WEBHOOK-FAILED
test.each([429, 500, 503])(
  'status %i is tried again five times, 5 s apart, with the same bytes, and then the message has failed',
  async (status) => {
    const { receiver, genesys, clock } = await conversingOpenly();
    receiver.answers.push(...Array.from({ length: 7 }, () => status));
    const { id } = await agentSays(genesys, 'Hi');
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await attempted(genesys, attempt);
      expect(receiver.received).toHaveLength(1 + attempt);
      clock.advance(4_999);
      clock.advance(1);
    }
    expect(new Set(receiver.received.slice(1).map(({ raw }) => raw.toString())).size).toBe(1);
    const path = `/api/v2/conversations/messages/${onlyConversation(genesys).id}/messages/${id}`;
    expect((await rest(genesys, 'GET', path)).body).toMatchObject({
      status: 'delivery-failed',
      normalizedReceipts: [{}, { status: 'Failed', reasons: [{ code: 'GeneralError' }] }],
    });
  },
);

// holds: OPEN-WEBHOOK-RETRY
test('nothing is tried before its 5 s are over, and nothing after an attempt that was accepted', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  receiver.answers.push(500);
  await agentSays(genesys, 'Hi');
  await attempted(genesys, 1);
  clock.advance(4_999);
  await agentTypes(genesys);
  await receiver.until(3);
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['Receipt', 'Text', 'Event']);
  clock.advance(1);
  await receiver.until(4);
  await journaled(genesys, ({ surface, kind, status }) => surface === 'webhooks' && kind === 'text' && status === 200);
  clock.advance(60_000);
  await agentTypes(genesys);
  await receiver.until(5);
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['Receipt', 'Text', 'Event', 'Text', 'Event']);
});

// holds: OPEN-WEBHOOK-RETRY, LIMIT-WEBHOOK-TIMEOUT
test('a webhook without an answer within 10 s is tried again: the receiver has it twice', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  receiver.answers.push('hang');
  const { id } = await agentSays(genesys, 'Hi');
  await receiver.until(2);
  clock.advance(9_999);
  expect(genesys.journal.entries().some(({ note }) => note?.startsWith('Attempt 1 of 6 failed'))).toBe(false);
  clock.advance(1);
  expect(await attempted(genesys, 1)).toMatchObject({ note: expect.stringContaining('no answer within 10000 ms') });
  clock.advance(5_000);
  expect((await receiver.until(3)).slice(1).map(({ body }) => body.id)).toEqual([id, id]);
});

// holds: OPEN-WEBHOOK-UNREACHABLE
test('a connection that breaks counts as a timeout', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  receiver.answers.push('break');
  await agentSays(genesys, 'Hi');
  await attempted(genesys, 1);
  clock.advance(5_000);
  await receiver.until(3);
});

// holds: OPEN-WEBHOOK-RETRY, OPEN-WEBHOOK-FAILED
test.each([400, 401, 404, 302])('status %i is not tried again, and the message has failed at once', async (status) => {
  const { receiver, genesys, clock } = await conversingOpenly();
  receiver.answers.push(status);
  const { id } = await agentSays(genesys, 'Hi');
  expect(await attempted(genesys, 1)).toMatchObject({ note: expect.stringContaining('not tried again'), status });
  clock.advance(60_000);
  await agentTypes(genesys);
  await receiver.until(3);
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['Receipt', 'Text', 'Event']);
  const path = `/api/v2/conversations/messages/${onlyConversation(genesys).id}/messages/${id}`;
  expect((await rest(genesys, 'GET', path)).body.status).toBe('delivery-failed');
});

// holds: OPEN-WEBHOOK-TARGET, switch:webhooksLeaveThisMachine
test('nothing is posted to another machine unless switched, and the journal says so', async () => {
  for (const webhooksLeaveThisMachine of [false, true]) {
    // Reserved for documentation: nothing answers there, and the address is never looked up by a name.
    const integration = { webhookUrl: 'http://192.0.2.1:9/genesys' };
    const { genesys } = await startAtRest({ integration, switches: { webhooksLeaveThisMachine } });
    await (await middleware(genesys)).says('Hello');
    const [entry] = genesys.journal.entries({ surface: 'webhooks' });
    if (webhooksLeaveThisMachine) expect(entry?.note).toBeUndefined();
    else expect(entry?.note).toContain('192.0.2.1:9 is another machine');
    await genesys.close();
  }
});

test('an integration without a webhook, or one that is deleted, posts nothing and says what to do', async () => {
  const genesys = await start();
  await (await middleware(genesys)).says('Hello');
  expect(genesys.journal.entries({ surface: 'webhooks' }).map(({ note }) => note)).toEqual([
    expect.stringContaining('has no webhook. Set outboundNotificationWebhookUrl'),
  ]);
  const path = `/api/v2/conversations/messaging/integrations/open/${genesys.info.integrationId}`;
  await rest(genesys, 'DELETE', path);
  const { id } = await agentSays(genesys, 'Anybody?');
  const message = await rest(
    genesys,
    'GET',
    `/api/v2/conversations/messages/${onlyConversation(genesys).id}/messages/${id}`,
  );
  expect(message.body.status).toBe('delivery-failed');
});

test('a reset and the end forget what is on its way', async () => {
  const { receiver, genesys, clock } = await conversingOpenly();
  receiver.answers.push(500, 'hang');
  await agentSays(genesys, 'One');
  await attempted(genesys, 1);
  await agentSays(genesys, 'Two');
  await receiver.until(3);
  await genesys.reset();
  clock.advance(60_000);
  await (await middleware(genesys)).says('Hello again');
  await receiver.until(4);
  expect(receiver.received.map(({ body }) => body.type)).toEqual(['Receipt', 'Text', 'Text', 'Receipt']);
  await genesys.close();
  expect(clock.waiting).toBe(0);
});
