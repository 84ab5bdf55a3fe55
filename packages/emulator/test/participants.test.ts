import { parseConversation } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import {
  clientToken,
  conversing,
  fence,
  frames,
  listening,
  onlyConversation,
  rest,
  start,
} from './support/emulator.ts';
import type { Json } from './support/socket.ts';

type Genesys = Awaited<ReturnType<typeof start>>;

const messagesPath = (id: string) => `/api/v2/conversations/messages/${id}`;
const participantPath = (id: string, participantId: string) => `${messagesPath(id)}/participants/${participantId}`;

/** Participant ids of the only conversation, by purpose; the last of each. */
function idsOf(genesys: Genesys): Record<string, string> {
  return Object.fromEntries(
    onlyConversation(genesys).conversation.participants.map(({ purpose, id }) => [purpose, id]),
  );
}

const stateOf = (genesys: Genesys, participantId: string | undefined) =>
  onlyConversation(genesys).conversation.participants.find(({ id }) => id === participantId)?.communications[0]?.state;

// holds: PARTICIPANT-ATTRIBUTES, PARTICIPANT-ATTRIBUTES-MERGED, PARTICIPANT-EMPTY-ANSWER
test('attributes are set by both paths, merged, and read back on the participant', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const customer = idsOf(genesys).customer ?? '';
  const path = `${participantPath(id, customer)}/attributes`;
  const first = await rest(genesys, 'PATCH', path, { body: { attributes: { order: '42', tier: 'gold' } } });
  expect(first).toMatchObject({ status: 200, body: { attributes: { order: '42', tier: 'gold' } } });
  const generic = `/api/v2/conversations/${id}/participants/${customer}/attributes`;
  const second = await rest(genesys, 'PATCH', generic, { body: { attributes: { order: '43' } } });
  expect(second).toMatchObject({ status: 202, body: '' });
  const read = parseConversation((await rest(genesys, 'GET', `/api/v2/conversations/${id}`)).body);
  expect(read).toMatchObject({ value: { participants: [{ attributes: { order: '43', tier: 'gold' } }, {}, {}] } });
});

test.each([
  ['a value that is no text', { attributes: { order: 42 } }],
  ['no attributes', { order: '42' }],
  ['nothing', ''],
])('%s is answered 400, and changes nothing', async (_name, body) => {
  const genesys = await start();
  await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const path = `${participantPath(id, idsOf(genesys).customer ?? '')}/attributes`;
  expect(await rest(genesys, 'PATCH', path, { body })).toMatchObject({ status: 400, body: { code: 'bad.request' } });
  expect(onlyConversation(genesys).conversation.participants[0]?.attributes).toEqual({});
});

// holds: TRANSFER, TRANSFER-LEAVES
test('a transfer ends the leg of who had it; the next agent is a new participant with a new communication', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id, agentLeg, messagesPath: oldMessages, typingPath } = onlyConversation(genesys);
  const ben = genesys.info.agents[1];
  const answer = await rest(genesys, 'POST', `${participantPath(id, idsOf(genesys).agent ?? '')}/replace`, {
    body: { userId: ben?.id },
  });
  expect(answer).toMatchObject({ status: 202, body: '' });
  const { conversation } = onlyConversation(genesys);
  expect(conversation.participants.map(({ purpose, communications }) => [purpose, communications[0]?.state])).toEqual([
    ['customer', 'connected'],
    ['acd', 'disconnected'],
    ['agent', 'disconnected'],
    ['agent', 'connected'],
  ]);
  const taken = conversation.participants.at(-1);
  expect(taken?.userId).toBe(ben?.id);
  const leg = taken?.communications[0]?.id;
  expect(leg).not.toBe(agentLeg);
  // Who has left can say nothing more; who has taken it can.
  expect(await rest(genesys, 'POST', oldMessages, { body: { textBody: 'Still me?' } })).toMatchObject({ status: 409 });
  expect((await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } })).status).toBe(409);
  const path = `${messagesPath(id)}/communications/${leg}/messages`;
  expect((await rest(genesys, 'POST', path, { body: { textBody: 'Ben here.' }, token: ben?.token })).status).toBe(200);
  expect((await fence(guest)).map((each) => each.body.text)).toEqual(['Ben here.']);
  const listOf = async (token?: string) =>
    (await rest(genesys, 'GET', '/api/v2/conversations/messages', { token })).body;
  expect((await listOf(genesys.info.agents[0]?.token)).total).toBe(0);
  expect((await listOf(ben?.token)).total).toBe(1);
});

test('both agents hear of a transfer; afterwards only the one who has it hears the guest', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const [ana, ben] = genesys.info.agents;
  const topics = (userId = '') => [
    `v2.users.${userId}.conversations.messages`,
    `v2.users.${userId}.conversations.inbound.typing.event`,
  ];
  const [anas, bens] = [
    await listening(genesys, topics(ana?.id)),
    await listening(genesys, topics(ben?.id), ben?.token),
  ];
  await rest(genesys, 'POST', `${participantPath(onlyConversation(genesys).id, idsOf(genesys).agent ?? '')}/replace`, {
    body: { userId: ben?.id },
  });
  const stateIn = (frame: Json, userId: string | undefined) =>
    frame.eventBody.participants.find((each: Json) => each.user?.id === userId)?.state;
  expect(stateIn(await anas.next(), ana?.id)).toBe('disconnected');
  expect(stateIn(await bens.next(), ben?.id)).toBe('connected');
  guest.send(frames.typing());
  expect((await bens.next()).topicName).toContain('typing');
  expect(anas.frames).toHaveLength(1);
});

// holds: ROUTING-ANSWERED-AT-ONCE, PARTICIPANT-STATE
test('what alerts can say nothing until it is answered by PATCH with state connected', async () => {
  const genesys = await start({ switches: { agentsAnswerAtOnce: false } });
  const guest = await conversing(genesys);
  const { id, messagesPath: path } = onlyConversation(genesys);
  const agent = idsOf(genesys).agent ?? '';
  expect(stateOf(genesys, agent)).toBe('alerting');
  expect((await rest(genesys, 'POST', path, { body: { textBody: 'Hi' } })).status).toBe(409);
  guest.send(frames.typing());
  await fence(guest);
  expect(onlyConversation(genesys).conversation.typing).toEqual([]);
  const read = () => rest(genesys, 'GET', `/api/v2/conversations/${id}`);
  expect((await read()).body.participants.at(-1).connectedTime).toBeUndefined();
  expect((await rest(genesys, 'PATCH', participantPath(id, agent), { body: { state: 'connected' } })).status).toBe(202);
  expect((await read()).body.participants.at(-1).connectedTime).toEqual(expect.any(String));
  expect((await rest(genesys, 'POST', path, { body: { textBody: 'Hi' } })).status).toBe(200);
});

test('a transfer to the queue goes to the agent who has not just had it, or waits when nobody is routed to', async () => {
  const genesys = await start();
  await conversing(genesys);
  const queueId = (await rest(genesys, 'GET', `/api/v2/conversations/${onlyConversation(genesys).id}`)).body
    .participants[1].queueId;
  const transfer = async () => {
    const { id, conversation } = onlyConversation(genesys);
    const agent = conversation.participants.at(-1);
    const path = `/api/v2/conversations/${id}/participants/${agent?.id}/replace/queue`;
    const token = genesys.info.agents.find((each) => each.id === agent?.userId)?.token;
    return rest(genesys, 'POST', path, { body: { queueId }, token });
  };
  const [ana, ben] = genesys.info.agents;
  expect((await transfer()).status).toBe(202);
  expect(onlyConversation(genesys).conversation.participants.at(-1)?.userId).toBe(ben?.id);
  await transfer();
  expect(onlyConversation(genesys).conversation.participants.at(-1)?.userId).toBe(ana?.id);
});

test.each([
  ['an unknown user', { userId: 'nobody' }, 404],
  ['an unknown queue', { queueId: 'none' }, 404],
  ['nobody at all', {}, 400],
  ['a number', { userId: 7 }, 400],
])('a transfer to %s is refused and changes nothing', async (_name, body, status) => {
  const genesys = await start();
  await conversing(genesys);
  const before = onlyConversation(genesys).conversation.participants;
  const path = `${participantPath(onlyConversation(genesys).id, idsOf(genesys).agent ?? '')}/replace`;
  expect((await rest(genesys, 'POST', path, { body })).status).toBe(status);
  expect(onlyConversation(genesys).conversation.participants).toEqual(before);
});

// holds: CONVERSATION-END-LAST-AGENT
test('when the last agent leaves, the conversation is over, and the guest’s next message opens another', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const path = participantPath(id, idsOf(genesys).agent ?? '');
  expect((await rest(genesys, 'PATCH', path, { body: { state: 'disconnected' } })).status).toBe(202);
  const over = await rest(genesys, 'GET', `/api/v2/conversations/${id}`);
  expect(over.body.endTime).toEqual(expect.any(String));
  expect(over.body.participants.map((each: Json) => each.messages[0].state)).toEqual(Array(3).fill('disconnected'));
  // Once more changes nothing; coming back is not possible.
  expect((await rest(genesys, 'PATCH', path, { body: { state: 'disconnected' } })).status).toBe(202);
  expect((await rest(genesys, 'PATCH', path, { body: { state: 'connected' } })).status).toBe(409);
  guest.send(frames.text('One more thing'));
  await fence(guest);
  expect(genesys.conversations().map(({ transcript }) => transcript.map(({ text }) => text))).toEqual([
    ['hello'],
    ['One more thing'],
  ]);
});

// holds: CONVERSATION-END
test.each([
  ['PATCH', (id: string) => messagesPath(id), { state: 'disconnected' }, 200],
  ['POST', (id: string) => `/api/v2/conversations/${id}/disconnect`, '', 202],
] as const)('%s ends a whole conversation', async (method, pathOf, body, status) => {
  const genesys = await start();
  await conversing(genesys);
  const { id } = onlyConversation(genesys);
  expect((await rest(genesys, method, pathOf(id), { body })).status).toBe(status);
  for (const each of onlyConversation(genesys).conversation.participants) {
    expect(each.communications[0]?.state).toBe('disconnected');
  }
});

test('the communication of a participant is ended by its own path', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id, agentLeg, customerLeg } = onlyConversation(genesys);
  const path = (leg: string) => `${participantPath(id, idsOf(genesys).agent ?? '')}/communications/${leg}`;
  const body = { state: 'disconnected' };
  expect((await rest(genesys, 'PATCH', path(customerLeg), { body })).status).toBe(404);
  expect(await rest(genesys, 'PATCH', path(agentLeg), { body })).toMatchObject({ status: 200, body: {} });
  expect(stateOf(genesys, idsOf(genesys).agent)).toBe('disconnected');
});

// holds: PARTICIPANT-STATE
test.each([
  ['typing', 'invalid.value', 'No state means typing'],
  ['parked', 'bad.request', 'connected answers, disconnected leaves'],
  [undefined, 'bad.request', 'connected answers, disconnected leaves'],
])('the state %s is refused with what there is', async (state, code, note) => {
  const genesys = await start();
  await conversing(genesys);
  const path = participantPath(onlyConversation(genesys).id, idsOf(genesys).agent ?? '');
  expect(await rest(genesys, 'PATCH', path, { body: { state } })).toMatchObject({ status: 400, body: { code } });
  expect(genesys.journal.entries().at(-1)?.note).toContain(note);
});

// holds: PARTICIPANT-OWN
test('a user changes what is its own and the customer’s, not another agent’s; who is not in it changes nothing', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id } = onlyConversation(genesys);
  const [, ben] = genesys.info.agents;
  const { agent = '', customer = '' } = idsOf(genesys);
  const attributes = { body: { attributes: { a: 'b' } } };
  const as = (token: string | undefined, participant: string) =>
    rest(genesys, 'PATCH', `${participantPath(id, participant)}/attributes`, { ...attributes, token });
  expect(await as(ben?.token, customer)).toMatchObject({ status: 403, body: { code: 'not.authorized' } });
  await rest(genesys, 'POST', `${participantPath(id, agent)}/replace`, { body: { userId: ben?.id } });
  expect((await as(ben?.token, customer)).status).toBe(200);
  expect((await as(ben?.token, agent)).status).toBe(403);
  expect((await as(await clientToken(genesys), customer)).status).toBe(200);
  const strict = await start({ switches: { clientCredentialsActAsAgent: false } });
  await conversing(strict);
  const path = `${participantPath(onlyConversation(strict).id, idsOf(strict).customer ?? '')}/attributes`;
  const answer = await rest(strict, 'PATCH', path, { ...attributes, token: await clientToken(strict) });
  expect(answer).toMatchObject({ status: 400, body: { code: 'not.a.user' } });
});

test('an unknown participant is 404, and a communicationId in its place is named', async () => {
  const genesys = await start();
  await conversing(genesys);
  const { id, agentLeg } = onlyConversation(genesys);
  const options = { body: { state: 'disconnected' } };
  expect((await rest(genesys, 'PATCH', participantPath(id, 'nobody'), options)).status).toBe(404);
  expect((await rest(genesys, 'PATCH', participantPath(id, agentLeg), options)).status).toBe(404);
  expect(genesys.journal.entries().at(-1)?.note).toContain('That is a communicationId');
});
