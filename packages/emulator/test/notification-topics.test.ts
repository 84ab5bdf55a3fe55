import type { Emulator } from '@backchannel/emulator';
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
import type { Json } from './support/socket.ts';

/** Opens a channel and asks for these topics. */
async function subscribing(genesys: Emulator, topics: readonly string[], query = '') {
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  const path = `/api/v2/notifications/channels/${channel.body.id}/subscriptions${query}`;
  return rest(genesys, 'POST', path, { body: topics.map((id) => ({ id })) });
}

// holds: NOTIFY-QUEUE-TOPICS, NOTIFY-QUEUE-PERMISSIONS
test('a queue’s topic carries its conversations, whoever has them', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const topic = `v2.routing.queues.${genesys.info.queueId}.conversations.messages`;
  const socket = await listening(genesys, [topic], await clientToken(genesys));
  guest.send(frames.text('Anybody?'));
  expect(await socket.next()).toMatchObject({ topicName: topic, eventBody: { id } });
});

// holds: NOTIFY-ALL-MEDIA
test('the topics of all media tell the same change with the communications of each participant', async () => {
  const { genesys } = await startAtRest();
  const guest = await conversing(genesys);
  const [agent] = genesys.info.agents;
  const topics = [`v2.users.${agent?.id}.conversations`, `v2.routing.queues.${genesys.info.queueId}.conversations`];
  const socket = await listening(genesys, topics);
  guest.send(frames.text('a secret order'));
  const [first, second] = [await socket.next(), await socket.next()];
  expect([first.topicName, second.topicName].toSorted()).toEqual(topics.toSorted());
  expect(second.eventBody).toEqual(first.eventBody);
  const { id, agentLeg, customerLeg, conversation } = onlyConversation(genesys);
  expect(first.eventBody.id).toBe(id);
  expect(first.eventBody.participants.find((each: Json) => each.purpose === 'agent')).toEqual({
    id: conversation.participants.at(-1)?.id,
    purpose: 'agent',
    name: agent?.name,
    userId: agent?.id,
    queueId: expect.any(String),
    connectedTime: '2026-01-05T10:00:00.000Z',
    attributes: {},
    messages: [
      {
        id: agentLeg,
        state: 'connected',
        type: 'webmessaging',
        peerId: customerLeg,
        connectedTime: '2026-01-05T10:00:00.000Z',
        messages: [],
      },
    ],
  });
  const customer = first.eventBody.participants.find((each: Json) => each.purpose === 'customer');
  expect(customer.messages[0].messages.at(-1)).toEqual({
    messageId: expect.any(String),
    messageTime: '2026-01-05T10:00:00.000Z',
    messageStatus: 'received',
    messageSegmentCount: 1,
    messageMetadata: { type: 'Text' },
  });
  expect(JSON.stringify(socket.frames)).not.toContain('secret order');
});

// holds: NOTIFY-UNDELIVERED, NOTIFY-UNDELIVERED-WHEN
test('what an agent says to a guest who is away comes on the topic of undelivered messages, all that waits', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await conversing(genesys);
  const { deploymentId } = genesys.info;
  const topic = `v2.webmessaging.deployments.${deploymentId}.undelivered.messages`;
  const socket = await listening(genesys, [topic]);
  const { id, messagesPath, customerLeg, conversation } = onlyConversation(genesys);
  const says = async (textBody: string): Promise<string> =>
    (await rest(genesys, 'POST', messagesPath, { body: { textBody } })).body.id;
  await says('You are here');
  await guest.close();
  await journaled(genesys, ({ surface, kind }) => surface === 'guest' && kind === 'closed');
  const first = await says('Are you there?');
  clock.advance(1_000);
  const second = await says('Hello?');
  const startedAtMs = Date.UTC(2026, 0, 5, 10);
  const base = {
    conversationId: id,
    deploymentId,
    participantId: conversation.participants[0]?.id,
    communicationId: customerLeg,
  };
  expect(await socket.next()).toMatchObject({
    topicName: topic,
    eventBody: {
      ...base,
      sessionExpiry: startedAtMs + 259_200_000,
      messages: [{ id: first, eventTimeMs: startedAtMs }],
      eventTimeMs: startedAtMs,
    },
  });
  expect((await socket.next()).eventBody.messages).toEqual([
    { id: first, eventTimeMs: startedAtMs },
    { id: second, eventTimeMs: startedAtMs + 1_000 },
  ]);
});

// holds: NOTIFY-UNKNOWN-TOPIC, switch:refuseUnknownTopics
test.each([
  ['a user', 'v2.users.nobody.conversations.messages'],
  ['a queue', 'v2.routing.queues.none.conversations'],
  ['a deployment', 'v2.webmessaging.deployments.none.undelivered.messages'],
  ['a workflow: no flows run here', 'v2.workflows.any.conversations.inbound.typing.event'],
])('the topic of %s that does not exist is refused, and with ignoreErrors rejected by name', async (_name, topic) => {
  const genesys = await start();
  expect(await subscribing(genesys, [topic])).toMatchObject({
    status: 400,
    body: { code: 'notification.invalid.topic', message: `The topic [${topic}] is not valid.` },
  });
  expect((await journaled(genesys, ({ status }) => status === 400)).note).toContain('Nothing here has the id');
  expect((await subscribing(genesys, [topic], '?ignoreErrors=true')).body.entities).toMatchObject([
    { id: topic, state: 'Rejected', rejectionReason: 'The topic is not valid.' },
  ]);
  const lenient = await start({ switches: { refuseUnknownTopics: false } });
  const token = await clientToken(lenient);
  const socket = await listening(lenient, [topic], token);
  expect((await journaled(lenient, ({ note }) => /^Nothing will come on/.test(note ?? ''))).note).toContain(topic);
  socket.socket.terminate();
});

// holds: NOTIFY-AVAILABLE-TOPICS, NOTIFY-AVAILABLE-TOPICS-VALUES
test('the available topics are those that can be subscribed to, with what is asked for by expand', async () => {
  const genesys = await start();
  const path = '/api/v2/notifications/availabletopics';
  const { body } = await rest(genesys, 'GET', path);
  expect(Object.keys(body.entities[0])).toEqual(['id', 'description']);
  const expanded = (await rest(genesys, 'GET', `${path}?expand=requiresCurrentUser&expand=topicParameters`)).body
    .entities;
  expect(expanded[0]).toMatchObject({ requiresCurrentUser: true, topicParameters: ['id'] });
  const channel = await rest(genesys, 'POST', '/api/v2/notifications/channels', { body: '' });
  const subscriptions = `/api/v2/notifications/channels/${channel.body.id}/subscriptions`;
  const ids = [genesys.info.agents[0]?.id, genesys.info.queueId, genesys.info.deploymentId];
  for (const { id } of body.entities as { id: string }[]) {
    const statuses: number[] = [];
    for (const known of ids)
      statuses.push(
        (await rest(genesys, 'POST', subscriptions, { body: [{ id: id.replace('{id}', known ?? '') }] })).status,
      );
    // System topics come by themselves and are no topics to subscribe to; no flows run here.
    expect([id, statuses.includes(200)]).toEqual([id, !/^v2\.(system|workflows)\./.test(id)]);
  }
});

// holds: NOTIFY-TOPICS
test('no topic that can be subscribed to is silent', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { body } = await rest(genesys, 'GET', '/api/v2/notifications/availabletopics');
  const ids = [genesys.info.agents[0]?.id ?? '', genesys.info.queueId, genesys.info.deploymentId];
  const wanted = (body.entities as { id: string }[]).flatMap(({ id }) => ids.map((each) => id.replace('{id}', each)));
  const { entities } = (await subscribing(genesys, wanted, '?ignoreErrors=true')).body;
  const topics = (entities as Json[]).filter(({ state }) => state === 'Permitted').map(({ id }) => id as string);
  expect(topics).toHaveLength(6);
  const socket = await listening(genesys, topics);
  guest.send(frames.typing());
  guest.send(frames.text('Anybody?'));
  await guest.next();
  await guest.close();
  await journaled(genesys, ({ surface, kind }) => surface === 'guest' && kind === 'closed');
  await rest(genesys, 'POST', onlyConversation(genesys).messagesPath, { body: { textBody: 'Yes' } });
  const silent = new Set(topics);
  while (silent.size > 0) silent.delete((await socket.next()).topicName);
});
