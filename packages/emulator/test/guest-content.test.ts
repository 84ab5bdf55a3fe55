import { expect, test } from 'vitest';
import { configured, conversing, journaled, onlyConversation, rest, start, TOKEN } from './support/emulator.ts';
import type { Json } from './support/socket.ts';

const QUICK_REPLIES = [
  { contentType: 'QuickReply', quickReply: { text: 'Billing', payload: 'BILLING' } },
  { contentType: 'QuickReply', quickReply: { text: 'Sales', payload: 'SALES' } },
];
const CARD = {
  contentType: 'Card',
  card: { title: 'Blue shoes', actions: [{ type: 'Postback', text: 'Buy', payload: 'BUY' }] },
};

const answer = (message: object) => ({ action: 'onMessage', token: TOKEN, tracingId: 'answer-1', message });
const button = (more: object = {}) => ({
  contentType: 'ButtonResponse',
  buttonResponse: { type: 'QuickReply', text: 'Billing', payload: 'BILLING', ...more },
});

// holds: GUEST-BUTTON-RESPONSE
test.each([
  ['as the mobile SDK does', { type: 'Text', text: '', content: [button()] }],
  ['as the web client does', { type: 'Structured', text: 'Billing', content: [button()] }],
  ['to a card', { type: 'Structured', text: 'Buy', content: [button({ type: 'Button', text: 'Billing' })] }],
  [
    'to a date picker',
    { type: 'Text', text: '', content: [button({ type: 'DatePicker', originatingMessageId: 'message-1' })] },
  ],
])('a guest answers a button %s: the copy has it, and the agent reads it', async (_name, message) => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(answer(message));
  const copy = await guest.next();
  expect(copy).toMatchObject({
    class: 'StructuredMessage',
    tracingId: 'answer-1',
    body: { ...message, direction: 'Inbound' },
  });
  const { conversation, id } = onlyConversation(genesys);
  expect(conversation.transcript[0]?.text).toBe(message.text || 'Billing');
  const path = `/api/v2/conversations/messages/${id}/messages/${conversation.transcript[0]?.id}`;
  expect((await rest(genesys, 'GET', path)).body.normalizedMessage.content[0].buttonResponse.payload).toBe('BILLING');
});

test('a form is an answer too, and its content goes through unread', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const content = [{ contentType: 'Form', form: { originatingMessageId: 'm', cannedResponseId: 'c', response: [] } }];
  guest.send(answer({ type: 'Structured', content }));
  expect((await guest.next()).body.content).toEqual(content);
});

test.each([
  ['a button without a payload', { type: 'Structured', text: 'x', content: [button({ payload: undefined })] }],
  ['a button of an unknown type', { type: 'Structured', text: 'x', content: [button({ type: 'Switch' })] }],
  ['a quick reply instead of its answer', { type: 'Structured', text: 'x', content: QUICK_REPLIES }],
  ['content that is no list', { type: 'Structured', text: 'x', content: button() }],
])('%s is answered 400', async (_name, message) => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(answer(message));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 400, tracingId: 'answer-1' });
  expect(genesys.conversations()).toEqual([]);
});

// holds: GUEST-BOT-MESSAGES, GUEST-MESSAGE-KEY
test('a bot’s quick replies reach the guest as Structured, keyed by id alone, also in the history', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const said = await rest(genesys, 'POST', `/_emulator/conversations/${id}/messages`, {
    body: { text: 'Pick a topic', content: QUICK_REPLIES },
  });
  expect(said).toMatchObject({ status: 201, body: { from: 'bot', text: 'Pick a topic' } });
  const { body } = await guest.next();
  expect(body).toMatchObject({
    id: said.body.id,
    type: 'Structured',
    direction: 'Outbound',
    originatingEntity: 'Bot',
    content: QUICK_REPLIES,
  });
  expect(body.channel).not.toHaveProperty('messageId');
  guest.send({ action: 'getJwt', token: TOKEN });
  const { jwt } = (await guest.next()).body;
  const history = await rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token: jwt });
  expect(history.body.entities[0]).toMatchObject({ type: 'Structured', content: QUICK_REPLIES });
});

test('an agent’s card is Human and has a message id; a plain text of a bot is a Text', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id } = onlyConversation(genesys);
  genesys.say(id, { from: 'agent', text: '', content: [CARD as Json] });
  expect((await guest.next()).body).toMatchObject({
    type: 'Structured',
    originatingEntity: 'Human',
    channel: { messageId: expect.any(String), from: { nickname: 'Ana Lima' } },
    content: [CARD],
  });
  genesys.say(id, { from: 'bot', text: 'Hello, I am a bot' });
  expect((await guest.next()).body).toMatchObject({ type: 'Text', originatingEntity: 'Bot' });
  expect(onlyConversation(genesys).conversation.transcript.map(({ from }) => from)).toEqual(['guest', 'agent', 'bot']);
});

test.each([
  ['nothing to say', { from: 'bot' }, 400],
  ['a speaker that does not exist', { from: 'guest', text: 'x' }, 400],
  ['a card without a title', { content: [{ contentType: 'Card', card: { actions: [] } }] }, 400],
  ['text that is none', { text: 7 }, 400],
])('the control route refuses %s with an example that works', async (_name, body, status) => {
  const genesys = await start();
  await conversing(genesys);
  const path = `/_emulator/conversations/${onlyConversation(genesys).id}/messages`;
  const refused = await rest(genesys, 'POST', path, { body });
  expect([refused.status, refused.body.message]).toEqual([
    status,
    expect.stringContaining('For example {"from":"bot"'),
  ]);
});

test('nobody speaks in a conversation that does not exist', async () => {
  const genesys = await start();
  expect((await rest(genesys, 'POST', '/_emulator/conversations/none/messages', { body: { text: 'x' } })).status).toBe(
    404,
  );
});

test('an unknown kind of content in a guest’s message is kept, not refused', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const content = [{ contentType: 'Sticker', sticker: { id: 7 } }];
  guest.send(answer({ type: 'Text', text: 'hi', content }));
  expect((await guest.next()).body.content).toEqual(content);
  await journaled(genesys, ({ kind }) => kind === 'text');
});
