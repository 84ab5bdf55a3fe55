import { parseGuestResponse } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  configured,
  conversing,
  fence,
  frames,
  journaled,
  listening,
  onlyConversation,
  rest,
  start,
  TOKEN,
} from './support/emulator.ts';

// holds: socket:guest, GUEST-SOCKET, GUEST-SESSION-LIFE, action:configureSession, class:SessionResponse
test('configureSession is answered with a session that ends in 72 hours', async () => {
  const genesys = await start({ ports: { startEpochMs: Date.UTC(2026, 0, 5, 10) } });
  const guest = await configured(genesys);
  const [answer] = guest.frames;
  expect(answer).toMatchObject({
    type: 'response',
    class: 'SessionResponse',
    code: 200,
    tracingId: 'configure-1',
    body: { connected: true, newSession: true, readOnly: false, maxCustomDataBytes: 2048, durationSeconds: 259_200 },
  });
  expect(answer.body.expirationDate - Date.UTC(2026, 0, 8, 10) / 1_000).toBeLessThan(60);
});

test('every frame of the service satisfies the guards of the protocol', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { typingPath, messagesPath } = onlyConversation(genesys);
  await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } });
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Hi' } });
  for (const frame of [frames.echo, frames.jwt, frames.presence('Join'), { action: 'nonsense', token: TOKEN }])
    guest.send(frame);
  await fence(guest);
  expect(guest.frames).toHaveLength(9);
  for (const frame of guest.frames) expect(parseGuestResponse(frame)).toMatchObject({ ok: true });
});

// holds: GUEST-ECHO, ROUTING-FIRST-AGENT, action:onMessage, class:StructuredMessage
test('a text comes back as its Inbound copy with the tracingId and opens one conversation with the first agent', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send({
    ...frames.text('Where is my order?'),
    message: { type: 'Text', text: 'Where is my order?', metadata: { id: 'mine' } },
  });
  const copy = await guest.next();
  expect(copy).toMatchObject({
    type: 'message',
    class: 'StructuredMessage',
    code: 200,
    tracingId: 'text-Where is my order?',
    body: { type: 'Text', direction: 'Inbound', text: 'Where is my order?', metadata: { id: 'mine' } },
  });
  guest.send(frames.text('Hello?'));
  await guest.next();
  const { conversation } = onlyConversation(genesys);
  expect(conversation.participants.map(({ purpose, name }) => [purpose, name])).toEqual([
    ['customer', 'Guest'],
    ['acd', 'Demo queue'],
    ['agent', 'Ana Lima'],
  ]);
  expect(conversation.transcript.map(({ id, from, text }) => [id, from, text])).toEqual([
    [copy.body.id, 'guest', 'Where is my order?'],
    [guest.frames[2].body.id, 'guest', 'Hello?'],
  ]);
});

// holds: GUEST-JOIN
test('Presence Join opens the conversation without a transcript entry, and once', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.presence('Join'));
  expect((await guest.next()).body).toMatchObject({
    type: 'Event',
    direction: 'Inbound',
    events: [{ eventType: 'Presence', presence: { type: 'Join' } }],
  });
  guest.send(frames.presence('Join'));
  await guest.next();
  expect(onlyConversation(genesys).conversation.transcript).toEqual([]);
});

// holds: GUEST-TYPING-ECHO, GUEST-TYPING-DURATION-HONOURED
test('guest typing is recorded for the agent, with its duration, and is not copied back', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  guest.send(frames.typing({ type: 'On', duration: 6_000 }));
  guest.send(frames.typing());
  expect(await fence(guest)).toEqual([]);
  const { conversation } = onlyConversation(genesys);
  expect(conversation.typing.map(({ atMs: _, ...rest }) => rest)).toEqual([
    { from: 'guest', to: 'agent', durationMs: 6_000 },
    { from: 'guest', to: 'agent', durationMs: 5_000 },
  ]);
  expect(conversation.transcript).toHaveLength(1);
});

// holds: GUEST-TYPING-NO-CONVERSATION
test('typing before the first message opens no conversation, and the journal says why', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.typing());
  expect(await fence(guest)).toEqual([]);
  expect(genesys.conversations()).toEqual([]);
  const entry = await journaled(genesys, ({ kind }) => kind === 'dropped');
  expect(entry.note).toContain('GUEST-TYPING-NO-CONVERSATION');
});

// holds: AGENT-TYPING, AGENT-TYPING-DURATION, AGENT-MESSAGE
test('agent typing and text reach every connection of the guest, in order', async () => {
  const genesys = await start();
  const first = await conversing(genesys);
  const second = await configured(genesys, { tracingId: 'second' });
  expect(second.frames[0].body.newSession).toBe(false);
  const { typingPath, messagesPath } = onlyConversation(genesys);
  await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On', duration: 7_000 } } });
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'On its way.' } });
  for (const guest of [first, second]) {
    const typing = await guest.next();
    expect(typing).toMatchObject({
      type: 'message',
      class: 'StructuredMessage',
      body: { direction: 'Outbound', events: [{ eventType: 'Typing', typing: { type: 'On', duration: 7_000 } }] },
    });
    expect(typing).not.toHaveProperty('tracingId');
    expect((await guest.next()).body).toMatchObject({
      type: 'Text',
      direction: 'Outbound',
      text: 'On its way.',
      originatingEntity: 'Human',
      channel: { from: { nickname: 'Ana Lima' } },
    });
  }
});

// holds: GUEST-ECHO-ALL-CONNECTIONS
test('a copy goes to every connection of the session, its tracingId only to the sender', async () => {
  const genesys = await start();
  const first = await configured(genesys);
  const second = await configured(genesys);
  first.send(frames.text('from the first'));
  expect((await first.next()).tracingId).toBe('text-from the first');
  const copy = await second.next();
  expect(copy.body.text).toBe('from the first');
  expect(copy).not.toHaveProperty('tracingId');
});

// holds: GUEST-TOKEN, GUEST-START-NEW
test('the same token resumes the session after the connection is gone; startNew begins another one', async () => {
  const genesys = await start();
  const first = await conversing(genesys);
  await first.close();
  const second = await configured(genesys);
  expect(second.frames[0].body.newSession).toBe(false);
  second.send(frames.text('again'));
  await second.next();
  expect(onlyConversation(genesys).conversation.transcript.map(({ text }) => text)).toEqual(['hello', 'again']);

  second.send(frames.configure(genesys, { startNew: true }));
  expect((await second.next()).body.newSession).toBe(true);
  second.send(frames.text('anew'));
  await second.next();
  const [old, current] = genesys.conversations();
  expect(old?.transcript.map(({ text }) => text)).toEqual(['hello', 'again']);
  expect(old?.participants[0]?.communications[0]?.state).toBe('disconnected');
  expect(current?.transcript.map(({ text }) => text)).toEqual(['anew']);
});

test('what an agent says in a conversation that the guest has left reaches nobody', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { typingPath, messagesPath, id } = onlyConversation(genesys);
  guest.send(frames.configure(genesys, { startNew: true }));
  await guest.next();
  expect((await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } })).status).toBe(204);
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Still there?' } });
  expect(await fence(guest)).toEqual([]);
  const left = genesys.conversations().find((each) => each.id === id);
  expect(left?.typing).toEqual([]);
  expect(left?.transcript.at(-1)?.text).toBe('Still there?');
});

test('two guests have two conversations and hear nothing of each other', async () => {
  const genesys = await start();
  const ada = await conversing(genesys);
  const bob = await configured(genesys, { token: 'another-guest' });
  bob.send({ ...frames.text('I am Bob'), token: 'another-guest' });
  await bob.next();
  const [first, second] = genesys.conversations();
  expect([first?.transcript[0]?.text, second?.transcript[0]?.text]).toEqual(['hello', 'I am Bob']);
  expect(await fence(ada)).toEqual([]);
});

// holds: GUEST-ATTRIBUTES-TWO-PLACES, GUEST-ATTRIBUTES-ON-CUSTOMER
test('custom attributes from either place appear on the customer', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send({
    ...frames.text('one'),
    message: { type: 'Text', text: 'one', channel: { metadata: { customAttributes: { page: 'cart' } } } },
  });
  guest.send(frames.text('two', { channel: { metadata: { customAttributes: { orderId: 'A-1' } } } }));
  await fence(guest);
  expect(onlyConversation(genesys).conversation.participants[0]?.attributes).toEqual({ page: 'cart', orderId: 'A-1' });
});

// holds: GUEST-ATTRIBUTES-TWO-PLACES, GUEST-ATTRIBUTES-ON-CUSTOMER
test.each([
  ['a Join, inside its message', 'Join', 'message'],
  ['a Join, beside its message', 'Join', 'frame'],
  ['a text, inside its message', 'Text', 'message'],
  ['a text, beside its message', 'Text', 'frame'],
] as const)(
  'an agent’s application finds the guest by the attributes of its first frame: %s',
  async (_name, kind, place) => {
    const genesys = await start();
    const agentId = genesys.info.agents[0]?.id;
    const socket = await listening(genesys, [`v2.users.${agentId}.conversations.messages`]);
    const guest = await configured(genesys);
    const channel = { metadata: { customAttributes: { backchannelId: 'external-7' } } };
    const { message, ...frame } = kind === 'Join' ? frames.presence('Join') : frames.text('hello');
    guest.send(place === 'frame' ? { ...frame, message, channel } : { ...frame, message: { ...message, channel } });

    // The very first event says it: nobody has to ask for the conversation in order to know whose it is.
    const { id, participants } = (await socket.next()).eventBody;
    const customer = { purpose: 'customer', attributes: { backchannelId: 'external-7' } };
    expect(participants[0]).toMatchObject(customer);
    expect((await rest(genesys, 'GET', `/api/v2/conversations/${id}`)).body.participants[0]).toMatchObject(customer);
  },
);

// holds: GUEST-HEALTH-CHECK, action:echo
test('the health check gives the text back with the life of the session', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.echo);
  expect(await guest.next()).toMatchObject({
    type: 'response',
    class: 'StructuredMessage',
    tracingId: 'echo-1',
    body: { type: 'Text', direction: 'Inbound', text: 'ping', metadata: { durationSeconds: '259200' } },
  });
  // One legacy client sends no token.
  guest.send({ action: 'echo', tracingId: 'echo-2', message: { type: 'Text', text: 'ping' } });
  expect((await guest.next()).tracingId).toBe('echo-2');
});
