import { parseNotificationFrame } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  clientToken,
  conversing,
  frames,
  journaled,
  listening,
  onlyConversation,
  rest,
  start,
  startAtRest,
} from './support/emulator.ts';
import { refusedStatus, TestSocket } from './support/socket.ts';

const topicsOf = (userId: string | undefined) => ({
  typing: `v2.users.${userId}.conversations.inbound.typing.event`,
  messages: `v2.users.${userId}.conversations.messages`,
});

// holds: socket:notifications, NOTIFY-TOPICS, NOTIFY-EVENTS
test('guest typing reaches the topic of the agent in the documented shape', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await conversing(genesys);
  const { typing } = topicsOf(genesys.info.agents[0]?.id);
  const socket = await listening(genesys, [typing]);
  clock.advance(2_000);
  guest.send(frames.typing({ type: 'On', duration: 6_000 }));
  const frame = await socket.next();
  const { id, conversation } = onlyConversation(genesys);
  expect(frame).toEqual({
    topicName: typing,
    version: '2',
    eventBody: {
      conversationId: id,
      normalizedMessage: {
        type: 'Event',
        direction: 'Inbound',
        channel: {
          id: genesys.info.deploymentId,
          platform: 'WebMessaging',
          type: 'Private',
          time: '2026-01-05T10:00:02.000Z',
          from: { id: conversation.participants[0]?.id, idType: 'Opaque' },
          to: { id: genesys.info.deploymentId },
        },
        events: [{ eventType: 'Typing', typing: { type: 'On', duration: 6_000 } }],
      },
    },
    metadata: { CorrelationId: expect.any(String) },
  });
  expect(parseNotificationFrame(frame)).toMatchObject({ ok: true, value: { kind: 'typing' } });
});

// holds: NOTIFY-TOPICS, NOTIFY-EVENTS
test('messages of both sides reach the topic of the agent as references without their text', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { messages } = topicsOf(genesys.info.agents[0]?.id);
  const socket = await listening(genesys, [messages]);
  guest.send(frames.text('a secret order'));
  const inbound = await socket.next();
  expect(parseNotificationFrame(inbound)).toMatchObject({
    ok: true,
    value: { kind: 'conversation', conversationId: onlyConversation(genesys).id },
  });
  const sent = await rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody: 'an answer' } });
  // What became of the message shows up as the new status of the same reference (AGENT-MESSAGE-STATUS).
  for (const messageStatus of ['queued', 'delivery-success']) {
    const outbound = await socket.next();
    const agent = outbound.eventBody.participants.find((each: { purpose: string }) => each.purpose === 'agent');
    expect(agent).toMatchObject({
      user: { id: genesys.info.agents[0]?.id },
      messages: [{ message: { id: sent.body.id }, messageStatus }],
    });
  }
  expect(JSON.stringify(socket.frames)).not.toMatch(/secret order|an answer/);
});

test('agents hear that the guest has left for a new conversation', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { messages } = topicsOf(genesys.info.agents[0]?.id);
  const socket = await listening(genesys, [messages]);
  guest.send(frames.configure(genesys, { startNew: true }));
  expect((await socket.next()).eventBody.participants[0]).toMatchObject({
    purpose: 'customer',
    state: 'disconnected',
    endTime: expect.any(String),
  });
});

test('agent typing is not told to agents', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { typing, messages } = topicsOf(genesys.info.agents[0]?.id);
  const socket = await listening(genesys, [typing, messages]);
  await rest(genesys, 'POST', onlyConversation(genesys).typingPath, { body: { typing: { type: 'On' } } });
  socket.send({ message: 'ping' });
  expect((await socket.next()).topicName).toBe('channel.metadata');
});

// holds: NOTIFY-HEARTBEAT, NOTIFY-PING, NOTIFY-PONG-TEXT
test('every socket gets a heartbeat every 30 seconds, and a pong for a ping', async () => {
  const { genesys, clock } = await startAtRest();
  const socket = await listening(genesys, []);
  socket.send({ message: 'ping' });
  expect(await socket.next()).toEqual({ topicName: 'channel.metadata', eventBody: { message: 'pong' } });
  clock.advance(60_000);
  for (let count = 0; count < 2; count += 1) {
    expect(await socket.next()).toEqual({
      topicName: 'channel.metadata',
      eventBody: { message: 'WebSocket Heartbeat' },
    });
  }
  for (const frame of ['[', '7', '{"message":"pong"}']) socket.send(frame);
  socket.send({ message: 'ping' });
  expect((await socket.next()).eventBody.message).toBe('pong');
  expect((await journaled(genesys, ({ kind }) => kind === 'ignored')).note).toContain('{"message":"ping"}');
});

// holds: NOTIFY-ONE-SOCKET
test('a channel has one connection: a newer one takes over', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { typing } = topicsOf(genesys.info.agents[0]?.id);
  const first = await listening(genesys, [typing]);
  const second = new TestSocket(first.socket.url);
  await second.opened();
  expect(await first.closed).toBe(1000);
  guest.send(frames.typing());
  expect((await second.next()).topicName).toBe(typing);
  second.socket.terminate();
});

// holds: NOTIFY-SUBSCRIPTIONS, op:getNotificationsChannelSubscriptions, op:postNotificationsChannelSubscriptions,
// op:putNotificationsChannelSubscriptions, op:deleteNotificationsChannelSubscriptions
test('subscriptions are added by POST, replaced by PUT, listed by GET and removed by DELETE', async () => {
  const genesys = await start();
  const { typing, messages } = topicsOf(genesys.info.agents[0]?.id);
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  expect(channel.body).toMatchObject({
    id: expect.stringMatching(/^streaming-/),
    connectUri: `${genesys.url.replace('http', 'ws')}/channels/${channel.body.id}`,
  });
  const path = `/api/v2/notifications/channels/${channel.body.id}`;
  const idsOf = async () =>
    (await rest(genesys, 'GET', `${path}/subscriptions`)).body.entities.map((each: { id: string }) => each.id);
  const added = await rest(genesys, 'POST', `${path}/subscriptions`, { body: [{ id: typing }] });
  expect(added.body.entities).toMatchObject([{ id: typing, state: 'Permitted' }]);
  await rest(genesys, 'POST', `${path}/subscriptions`, { body: [{ id: messages }] });
  expect(await idsOf()).toEqual([typing, messages]);
  await rest(genesys, 'PUT', `${path}/subscriptions`, { body: [{ id: messages }] });
  expect(await idsOf()).toEqual([messages]);
  expect((await rest(genesys, 'DELETE', `${path}/subscriptions`, { body: '' })).status).toBe(204);
  expect(await idsOf()).toEqual([]);
  expect((await rest(genesys, 'HEAD', path)).status).toBe(200);
  expect((await rest(genesys, 'HEAD', `${path}x`)).status).toBe(404);
  expect((await rest(genesys, 'GET', '/api/v2/notifications/channels')).body.entities).toMatchObject([
    { id: channel.body.id },
  ]);
  expect((await rest(genesys, 'POST', `${path}/subscriptions`, { body: { id: typing } })).status).toBe(400);
});

// holds: NOTIFY-SUBSCRIPTIONS, NOTIFY-OWN-TOPICS
test('one refused topic fails the request, unless errors are ignored: then it is rejected by name', async () => {
  const genesys = await start();
  const [ana, ben] = genesys.info.agents.map(({ id }) => topicsOf(id));
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  const path = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
  const mixed = [{ id: ana?.typing }, { id: ben?.typing }];
  expect(await rest(genesys, 'POST', path, { body: mixed })).toMatchObject({
    status: 403,
    body: { code: 'not.authorized' },
  });
  expect((await rest(genesys, 'GET', path)).body.entities).toEqual([]);
  const ignored = await rest(genesys, 'POST', `${path}?ignoreErrors=true`, { body: mixed });
  expect(ignored.body.entities).toMatchObject([
    { state: 'Permitted' },
    { state: 'Rejected', rejectionReason: expect.any(String) },
  ]);
  expect((await rest(genesys, 'GET', path)).body.entities).toHaveLength(1);
  expect(await rest(genesys, 'POST', path, { body: [{ id: 'v2.conversations.messages' }] })).toMatchObject({
    status: 400,
    body: { code: 'notification.invalid.topic', message: 'The topic [v2.conversations.messages] is not valid.' },
  });
});

test('a client-credentials token subscribes for any user', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { typing } = topicsOf(genesys.info.agents[0]?.id);
  const socket = await listening(genesys, [typing], await clientToken(genesys));
  guest.send(frames.typing());
  expect((await socket.next()).topicName).toBe(typing);
});

// holds: LIMIT-TOPICS
test('a channel has at most 1,000 topics', async () => {
  const genesys = await start({ limits: { topicsPerChannel: 2 } });
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  const path = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
  const { typing, messages } = topicsOf(genesys.info.agents[0]?.id);
  const topics = [typing, messages, `v2.users.${genesys.info.agents[0]?.id}.conversations`].map((id) => ({ id }));
  expect(await rest(genesys, 'PUT', path, { body: topics })).toMatchObject({
    status: 400,
    body: { code: 'notification.subscription.too.many.subscriptions' },
  });
  expect((await rest(genesys, 'PUT', path, { body: topics.slice(1) })).status).toBe(200);
});

// holds: LIMIT-CHANNELS
test('one channel above the limit removes the least recently used, unconnected ones first', async () => {
  const { genesys, clock } = await startAtRest({ limits: { channelsPerUser: 2 } });
  const connected = await listening(genesys, []);
  clock.advance(1_000);
  const unused = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  expect((await rest(genesys, 'HEAD', `/api/v2/notifications/channels/${unused.body.id}`)).status).toBe(404);
  expect((await rest(genesys, 'HEAD', `/api/v2/notifications/channels/${connected.channelId}`)).status).toBe(200);
});

// holds: NOTIFY-CHANNEL-LIFE, op:headNotificationsChannel, op:getNotificationsChannels
test('a channel is its owner’s, lives for 24 hours, and an unknown one is refused at the upgrade', async () => {
  const { genesys, clock } = await startAtRest();
  const socket = await listening(genesys, []);
  const path = `/api/v2/notifications/channels/${socket.channelId}`;
  expect((await rest(genesys, 'HEAD', path, { token: genesys.info.agents[1]?.token })).status).toBe(404);
  expect(await refusedStatus(`${socket.socket.url}x`)).toBe(404);
  clock.advance(43_200_000);
  await rest(genesys, 'PUT', `${path}/subscriptions`, { body: [] });
  clock.advance(86_399_999);
  expect((await rest(genesys, 'HEAD', path)).status).toBe(200);
  clock.advance(30_000);
  expect((await rest(genesys, 'HEAD', path)).status).toBe(404);
  expect(await socket.closed).toBe(1000);
});
