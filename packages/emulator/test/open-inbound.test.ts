import { expect, test } from 'vitest';
import { journaled, listening, onlyConversation, rest, start } from './support/emulator.ts';
import { ADA, agentSays, middleware, stamp, TIME } from './support/open.ts';

// holds: OPEN-INBOUND, OPEN-INBOUND-200, OPEN-NEW-CONVERSATION, OPEN-PREFETCH
test('a message opens a conversation of type open with the first agent, and names it when asked', async () => {
  const genesys = await start();
  const { says, call } = await middleware(genesys);
  const first = await says('Where is my order?', { metadata: { orderId: '42' } });
  expect(first).toMatchObject({
    status: 200,
    body: {
      type: 'Text',
      text: 'Where is my order?',
      direction: 'Inbound',
      metadata: { orderId: '42' },
      channel: { id: genesys.info.integrationId, platform: 'Open', type: 'Private', messageId: 'ext-1', from: ADA },
    },
  });
  expect(first.body).not.toHaveProperty('conversationId');
  const { conversation, id } = onlyConversation(genesys);
  expect(conversation.participants.map(({ purpose, name }) => [purpose, name])).toEqual([
    ['customer', 'Ada'],
    ['acd', 'Demo queue'],
    ['agent', 'Ana Lima'],
  ]);
  expect(conversation.participants[0]?.communications[0]?.type).toBe('open');
  const second = await call('message?prefetchConversationId=true', {
    channel: { from: { id: ADA.id, idType: 'email' }, ...stamp('ext-2') },
    text: 'Hello?',
  });
  expect(second).toMatchObject({ status: 200, body: { conversationId: id } });
  expect(onlyConversation(genesys).conversation.transcript.map(({ from, text }) => [from, text])).toEqual([
    ['guest', 'Where is my order?'],
    ['guest', 'Hello?'],
  ]);
});

test('the agent reads the message as one of the open channel', async () => {
  const genesys = await start();
  const { says } = await middleware(genesys);
  const { body } = await says('Hello');
  const { id } = onlyConversation(genesys);
  expect((await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}/messages/${body.id}`)).body).toMatchObject({
    messengerType: 'open',
    direction: 'inbound',
    normalizedMessage: {
      text: 'Hello',
      channel: { platform: 'Open', id: genesys.info.integrationId, messageId: 'ext-1' },
    },
  });
  expect((await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}`)).body.participants[0].type).toBe('open');
});

// holds: OPEN-ID-TYPE, OPEN-SCHEMA-400, OPEN-METADATA, OPEN-TEXT-OR-CONTENT
test.each([
  ['no channel', { text: 'x' }],
  ['an address without idType', { channel: { from: { id: 'ada' }, time: TIME }, text: 'x' }],
  ['an idType that is none', { channel: { from: { id: 'ada', idType: 'Nick' }, time: TIME }, text: 'x' }],
  ['no time', { channel: { from: ADA }, text: 'x' }],
  ['nested metadata', { channel: { from: ADA, time: TIME }, text: 'x', metadata: { order: { id: '42' } } }],
  [
    'an attachment without mime',
    { channel: { from: ADA, time: TIME }, content: [{ attachment: { mediaType: 'Image', url: 'https://x.test' } }] },
  ],
])('a message with %s is 400 bad.request and opens no conversation', async (_, body) => {
  const genesys = await start();
  const { call } = await middleware(genesys);
  expect(await call('message', body)).toMatchObject({ status: 400, body: { code: 'bad.request' } });
  expect(genesys.conversations()).toEqual([]);
});

// holds: OPEN-TEXT-OR-CONTENT
test('a message with neither text nor content is refused in the words of the schema check', async () => {
  const genesys = await start();
  const { call } = await middleware(genesys);
  expect((await call('message', { channel: { from: ADA, time: TIME } })).body).toMatchObject({
    code: 'bad.request',
    message:
      "should have required property 'content', should have required property '.text', should match some schema in anyOf",
  });
  const attachment = { mediaType: 'Image', url: 'https://files.example.test/1.png', mime: 'image/png' };
  expect(await call('message', { channel: { from: ADA, time: TIME }, content: [{ attachment }] })).toMatchObject({
    status: 200,
    body: { content: [{ attachment }] },
  });
  expect(onlyConversation(genesys).conversation.transcript[0]?.content).toMatchObject([
    { contentType: 'Attachment', attachment },
  ]);
});

// holds: OPEN-UNKNOWN-FIELDS
test('fields outside the schema change nothing, and the journal lists them', async () => {
  const genesys = await start();
  const { says } = await middleware(genesys);
  expect((await says('Hello', { direction: 'Inbound', typing: true })).status).toBe(200);
  const entry = await journaled(genesys, ({ unread }) => unread !== undefined);
  expect(entry.unread.map(({ field }: { field: string }) => field)).toEqual(['$.direction', '$.typing']);
});

// holds: OPEN-MESSAGE-KEY, OPEN-MESSAGE-REPEATED, switch:ignoreRepeatedOpenMessages
test('a message with the id and time of an earlier one is not added again; otherwise as the switch says', async () => {
  for (const ignoreRepeatedOpenMessages of [true, false]) {
    const genesys = await start({ switches: { ignoreRepeatedOpenMessages } });
    const { call } = await middleware(genesys);
    const body = { channel: { from: ADA, ...stamp('ext-1') }, text: 'Once' };
    const [first, again] = [await call('message', body), await call('message', body)];
    const later = { ...body.channel, time: '2026-01-05T10:00:01.000Z' };
    await call('message', { ...body, channel: later });
    expect(again.body.id === first.body.id).toBe(ignoreRepeatedOpenMessages);
    expect(onlyConversation(genesys).conversation.transcript).toHaveLength(ignoreRepeatedOpenMessages ? 2 : 3);
    await genesys.close();
  }
});

// holds: OPEN-EVENT, GUEST-TYPING-DURATION
test('an event shows the agent that the guest types, for 5 s, and never enters the transcript', async () => {
  const genesys = await start();
  const { says, types } = await middleware(genesys);
  await says('Hello');
  const topic = `v2.users.${genesys.info.agents[0]?.id}.conversations.inbound.typing.event`;
  const agent = await listening(genesys, [topic]);
  expect(await types()).toMatchObject({ status: 200, body: { type: 'Event', events: [{ eventType: 'Typing' }] } });
  expect((await agent.next()).eventBody).toMatchObject({
    conversationId: onlyConversation(genesys).id,
    normalizedMessage: {
      channel: { platform: 'Open', id: genesys.info.integrationId, from: { id: ADA.id } },
      events: [{ eventType: 'Typing', typing: { type: 'On', duration: 5_000 } }],
    },
  });
  const { conversation } = onlyConversation(genesys);
  expect(conversation.typing).toMatchObject([{ from: 'guest', to: 'agent', durationMs: 5_000 }]);
  expect(conversation.transcript).toHaveLength(1);
});

// holds: OPEN-NEW-CONVERSATION, switch:openEventOpensConversation
test('an event opens a conversation when there is none, unless switched', async () => {
  const genesys = await start();
  await (await middleware(genesys)).types();
  expect(onlyConversation(genesys).conversation.transcript).toEqual([]);
  const other = await start({ switches: { openEventOpensConversation: false } });
  expect((await (await middleware(other)).types()).status).toBe(200);
  expect(other.conversations()).toEqual([]);
});

// holds: OPEN-TYPING-DISABLED, OPEN-TYPING-DROPPED
test('with the platform’s defaults an event is answered 2xx, reaches nobody, opens nothing, and the journal says why', async () => {
  const genesys = await start({ defaults: 'platform' });
  const { says, types } = await middleware(genesys);
  expect((await types()).status).toBe(200);
  expect(genesys.conversations()).toEqual([]);
  await says('Hello');
  expect((await types()).status).toBe(200);
  expect(onlyConversation(genesys).conversation.typing).toEqual([]);
  expect(await journaled(genesys, ({ note }) => /^Typing is dropped/.test(note ?? ''))).toMatchObject({
    note: expect.stringContaining('disabled by default'),
  });
});

// holds: OPEN-SCHEMA-400, OPEN-EVENT
test('an event of another type is refused by name', async () => {
  const genesys = await start();
  const { call } = await middleware(genesys);
  const channel = { from: ADA, time: TIME };
  expect(await call('event', { channel, events: [{ eventType: 'Presence' }] })).toMatchObject({
    status: 400,
    body: { code: 'invalid.value', message: expect.stringContaining('[Presence]') },
  });
  expect(await call('event', { channel: { from: ADA, time: 'soon' }, events: [] })).toMatchObject({
    status: 400,
    body: { code: 'invalid.value' },
  });
});

// holds: OPEN-RECEIPT-EFFECT, OPEN-RECEIPT-REASONS, MESSAGE-RECEIPTS
test('a receipt settles the agent’s message: delivered, or failed with its reasons', async () => {
  const genesys = await start();
  const { says, receipt } = await middleware(genesys);
  await says('Hello');
  const { id } = onlyConversation(genesys);
  const read = async (messageId: string) =>
    (await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}/messages/${messageId}`)).body;
  const [one, two] = [await agentSays(genesys, 'One'), await agentSays(genesys, 'Two')];
  expect(await read(one.id)).toMatchObject({ status: 'sent' });
  expect(await receipt(one.id, 'Delivered')).toMatchObject({
    status: 200,
    body: { id: one.id, type: 'Receipt', status: 'Delivered', direction: 'Outbound', isFinalReceipt: true },
  });
  expect(await read(one.id)).toMatchObject({
    status: 'delivery-success',
    normalizedReceipts: [
      { status: 'Sent' },
      { status: 'Delivered', isFinalReceipt: true, channel: { platform: 'Open' } },
    ],
  });
  const reasons = [{ code: 'RecipientOptedOut', message: 'handset rejected it' }];
  await receipt(two.id, 'Failed', { reasons });
  expect(await read(two.id)).toMatchObject({ status: 'delivery-failed', normalizedReceipts: [{}, { reasons }] });
  await receipt(two.id, 'Delivered');
  expect(await read(two.id)).toMatchObject({ status: 'delivery-failed' });
});

// holds: OPEN-RECEIPT-STATUS
test.each(['Read', 'Seen', 'delivered'])('the receipt %s is refused as the schema says', async (status) => {
  const genesys = await start();
  const { says, receipt } = await middleware(genesys);
  await says('Hello');
  const { id } = await agentSays(genesys, 'Hi');
  expect(await receipt(id, status)).toMatchObject({
    status: 400,
    body: {
      code: 'invalid.value',
      message: `Value [${status}] is not valid for field type [status]. Allowable values are: Sent, Delivered, Failed, Published, Removed`,
    },
  });
});

// holds: OPEN-RECEIPT-REFUSED, OPEN-RECEIPT-UNKNOWN, OPEN-RECEIPT-OPENS-NONE
test('a receipt about an unknown message is answered 2xx with Failed in its body, and opens nothing', async () => {
  const genesys = await start();
  const { receipt } = await middleware(genesys);
  expect(await receipt('nothing', 'Delivered')).toMatchObject({
    status: 200,
    body: { type: 'Receipt', status: 'Failed', reasons: [{ code: 'UnknownMessage' }] },
  });
  expect(genesys.conversations()).toEqual([]);
});

// holds: OPEN-STRUCTURED-UNKNOWN, OPEN-NEW-CONVERSATION
test('a structured response needs a conversation, and is then what the guest said', async () => {
  const genesys = await start();
  const { says, call } = await middleware(genesys);
  const pressed = {
    channel: { from: ADA, ...stamp('ext-9') },
    buttonResponse: { type: 'QuickReply', text: 'Yes', payload: 'yes' },
    originatingMessageId: 'm-1',
  };
  expect((await call('structured/response', pressed)).status).toBe(404);
  expect(genesys.conversations()).toEqual([]);
  await says('Hello');
  expect(await call('structured/response', pressed)).toMatchObject({
    status: 200,
    body: { type: 'Structured', content: [{ buttonResponse: { payload: 'yes', originatingMessageId: 'm-1' } }] },
  });
  expect(onlyConversation(genesys).conversation.transcript.at(-1)).toMatchObject({ from: 'guest', text: 'Yes' });
  const button = { ...pressed.buttonResponse, type: 'Slider' };
  expect((await call('structured/response', { ...pressed, buttonResponse: button })).body.code).toBe('invalid.value');
});

test('another integration has other guests, and one that does not exist is 404', async () => {
  const genesys = await start();
  const { call, token, says } = await middleware(genesys);
  expect((await call('message', { channel: { from: ADA, time: TIME }, text: 'x' }, 'none')).status).toBe(404);
  const body = {
    name: 'second',
    outboundNotificationWebhookUrl: 'http://127.0.0.1:9/',
    outboundNotificationWebhookSignatureSecretToken: 'long-enough-secret',
  };
  const path = '/api/v2/conversations/messaging/integrations/open';
  const second = (await rest(genesys, 'POST', path, { token, body })).body.id;
  await says('Hello');
  await call('message', { channel: { from: ADA, time: TIME }, text: 'Hello' }, second);
  expect(genesys.conversations()).toHaveLength(2);
});

// holds: OPEN-INBOUND
test('without conversation:message:receive each of the four calls is 403', async () => {
  const genesys = await start({ permissions: { client: ['conversation:message:create'] } });
  const { call } = await middleware(genesys);
  for (const kind of ['message', 'event', 'receipt', 'structured/response']) {
    expect(await call(kind, {})).toMatchObject({
      status: 403,
      body: { code: 'missing.any.permissions', message: expect.stringContaining('[conversation:message:receive]') },
    });
  }
});
