// Genesys's own JavaScript SDK against the emulator, over real HTTP: what it can do here it can do there.
import { once } from 'node:events';
import type { Emulator } from '@backchannel/emulator';
import platformClient from 'purecloud-platform-client-v2';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { conversing, fence, frames, onlyConversation, start } from './support/emulator.ts';

const client = platformClient.ApiClient.instance;
// Otherwise it watches a configuration file in the home directory.
client.config.live_reload_config = false;

let genesys: Emulator;

beforeEach(async () => {
  genesys = await start();
  const { hostname, port } = new URL(genesys.url);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) } as never);
});
afterEach(() => client.setReturnExtendedResponses(false));
afterAll(() => client.setGateway(undefined as never));

const asAgent = (index = 0) => client.setAccessToken(genesys.info.agents[index]?.token ?? '');
const asClient = () => client.loginClientCredentialsGrant(genesys.info.oauth.clientId, genesys.info.oauth.clientSecret);
const conversations = new platformClient.ConversationsApi();
const notifications = new platformClient.NotificationsApi();
const users = new platformClient.UsersApi();

test('it logs in with client credentials, and reports a wrong secret as in production', async () => {
  const login = await asClient();
  expect(login).toMatchObject({ accessToken: expect.stringMatching(/^emulator-client-token-/) });
  const failed = await client
    .loginClientCredentialsGrant(genesys.info.oauth.clientId, 'wrong')
    .catch((error: unknown) => error);
  expect(failed).toMatchObject({
    response: { status: 401, data: { error: 'invalid_client', description: 'authentication failed' } },
  });
});

test('it knows who is logged in, and that a client is nobody', async () => {
  asAgent();
  expect(await users.getUsersMe()).toMatchObject({ id: genesys.info.agents[0]?.id, name: 'Ana Lima' });
  await asClient();
  await expect(users.getUsersMe()).rejects.toMatchObject({ code: 'not.a.user', status: 400 });
});

test('it finds the conversation, types and answers; the guest sees both', async () => {
  const guest = await conversing(genesys);
  asAgent();
  const [listed] = (await conversations.getConversationsMessages()).entities ?? [];
  const conversation = await conversations.getConversation(listed?.id ?? '');
  expect(conversation.id).toBe(onlyConversation(genesys).id);
  const leg = conversation.participants?.filter(({ purpose }) => purpose === 'agent').at(-1)?.messages?.[0]?.id ?? '';
  const typed = await conversations.postConversationsMessageCommunicationTyping(conversation.id ?? '', leg, {
    typing: { type: 'On', duration: 6_000 },
  });
  // 2xx without a body: the SDK makes an empty value of it.
  expect(typed ?? '').toBe('');
  const sent = await conversations.postConversationsMessageCommunicationMessages(conversation.id ?? '', leg, {
    textBody: 'It left this morning.',
  });
  expect(sent).toMatchObject({
    direction: 'outbound',
    status: 'queued',
    normalizedMessage: { text: 'It left this morning.' },
  });
  expect((await fence(guest)).map((each) => each.body.text ?? each.body.events[0].typing)).toEqual([
    { type: 'On', duration: 6_000 },
    'It left this morning.',
  ]);
  expect(await conversations.getConversationsMessageMessage(conversation.id ?? '', sent.id ?? '')).toMatchObject({
    id: sent.id,
    status: 'delivery-success',
  });
  expect((await conversations.getConversationsMessage(conversation.id ?? '')).participants).toHaveLength(3);
});

test('its client-credentials token types for the agent', async () => {
  const guest = await conversing(genesys);
  await asClient();
  const { id, agentLeg } = onlyConversation(genesys);
  await conversations.postConversationsMessageCommunicationTyping(id, agentLeg, { typing: { type: 'On' } });
  expect((await guest.next()).body.events[0]).toMatchObject({ eventType: 'Typing', typing: { duration: 5_000 } });
});

// holds: NOTIFY-CHANNEL, op:postNotificationsChannels, EMPTY-JSON-BODY
test('it opens a notification channel, subscribes and hears the guest', async () => {
  const guest = await conversing(genesys);
  asAgent();
  const channel = await notifications.postNotificationsChannels();
  const userId = genesys.info.agents[0]?.id;
  const topics = [`v2.users.${userId}.conversations.inbound.typing.event`, `v2.users.${userId}.conversations.messages`];
  const subscribed = await notifications.postNotificationsChannelSubscriptions(
    channel.id ?? '',
    topics.map((id) => ({ id })),
  );
  expect(subscribed.entities?.map(({ state }) => state)).toEqual(['Permitted', 'Permitted']);
  expect(
    (await notifications.getNotificationsChannelSubscriptions(channel.id ?? '')).entities?.map(({ id }) => id),
  ).toEqual(topics);
  await notifications.headNotificationsChannel(channel.id ?? '');
  expect((await notifications.getNotificationsChannels()).entities).toMatchObject([{ id: channel.id }]);

  const socket = new WebSocket(channel.connectUri ?? '');
  await once(socket, 'open');
  guest.send(frames.typing());
  const [typing] = await once(socket, 'message');
  expect(JSON.parse(String(typing))).toMatchObject({
    topicName: topics[0],
    eventBody: { conversationId: onlyConversation(genesys).id },
  });
  await notifications.putNotificationsChannelSubscriptions(channel.id ?? '', [{ id: topics[1] ?? '' }]);
  guest.send(frames.typing());
  guest.send(frames.text('Thanks'));
  const [message] = await once(socket, 'message');
  expect(JSON.parse(String(message)).topicName).toBe(topics[1]);
  await notifications.deleteNotificationsChannelSubscriptions(channel.id ?? '');
  socket.terminate();
});

// holds: GUEST-HISTORY, op:getWebmessagingMessages
test('it reads the guest’s history with the guest’s own JWT', async () => {
  const guest = await conversing(genesys);
  guest.send(frames.jwt);
  client.setAccessToken((await guest.next()).body.jwt);
  const history = await new platformClient.WebMessagingApi().getWebmessagingMessages({ pageSize: 10 });
  expect(history).toMatchObject({ total: 1, entities: [{ text: 'hello', direction: 'Inbound' }] });
});

test('its errors are the parsed envelope; extended ones carry the status and headers', async () => {
  await conversing(genesys);
  asAgent(1);
  const { id, agentLeg } = onlyConversation(genesys);
  const type = () =>
    conversations.postConversationsMessageCommunicationTyping(id, agentLeg, { typing: { type: 'On' } });
  await expect(type()).rejects.toMatchObject({
    code: 'not.authorized',
    status: 403,
    message: 'You are not authorized to perform the requested action.',
    contextId: expect.any(String),
  });
  await expect(conversations.getConversation('none')).rejects.toMatchObject({
    code: 'conversation.error.conversation.not.found',
    status: 404,
  });
  asAgent();
  client.setReturnExtendedResponses(true);
  const answers: unknown[] = [];
  for (let count = 0; count < 13; count += 1) answers.push(await type().catch((error: unknown) => error));
  expect(answers[0]).toMatchObject({ status: 204 });
  expect(answers[12]).toMatchObject({
    status: 429,
    headers: { 'retry-after': expect.stringMatching(/^\d+$/), 'inin-correlation-id': expect.any(String) },
    body: { code: 'too.many.requests.retry.after' },
  });
});
