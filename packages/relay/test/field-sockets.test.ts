// Real time, real sockets: the WebSockets of F8 and F10 as people write them.
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { TokenSigner } from '../src/access/token-signer.ts';
import { FRAMES_MAX } from '../src/field-reports/field-socket.ts';
import { type Field, type FieldClient, PATIENCE, startField } from './support/field.ts';
import { KEY } from './support/relay-settings.ts';
import { StoreFolder } from './support/store-folder.ts';

vi.setConfig({ testTimeout: 30_000 });

let field: Field;
beforeAll(async () => {
  field = await startField();
});
afterAll(() => field.close());
afterEach(() => expect(field.genesys.refused()).toEqual([]));

const F10 = '/api/v2/conversations/messaging/events';

const about = (seconds: number) => (value: number) => value <= seconds && value > seconds - 60;

const expiring = (inSeconds: number) =>
  new TokenSigner([KEY]).sign({
    k: 'client',
    c: 'main',
    s: ['signals:read', 'signals:write', 'messages:write'],
    e: Math.floor(Date.now() / 1000) + inSeconds,
  });

/** Events of one conversation: the caller's other conversations go on beside it. */
const of = (client: FieldClient, id: string) => client.events.filter(({ conversation_id }) => conversation_id === id);
const texts = (client: FieldClient, id: string) =>
  of(client, id).flatMap(({ event_type, payload }) => (event_type === 'message' ? [payload.text] : []));

const say = async (id: string, text: string): Promise<string> => {
  const { body } = await field.call('POST', '/api/v2/conversations/messaging/messages', {
    conversationId: id,
    text,
    participantId: 'guest',
  });
  return body.messageId;
};

/** Listens, and knows that it does: a message of this conversation has come. */
async function listening(id: string, client: FieldClient): Promise<FieldClient> {
  const mark = `mark ${randomUUID()}`;
  await vi.waitFor(async () => {
    await say(id, mark);
    await vi.waitFor(() => expect(texts(client, id)).toContain(mark), { timeout: 1_000, interval: 10 });
  }, PATIENCE);
  return client;
}

describe('F8', () => {
  const create = async (body?: object) => (await field.call('POST', '/api/v2/webmessaging/guests', body)).body;

  it('makes a guest whose socket is at the host that was asked', async () => {
    const answer = await field.call('POST', '/api/v2/webmessaging/guests', { nickname: 'Ada' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { id, guestToken, expiresIn, conversationId, participantId, connection } = answer.body;
    const url = new URL(connection.url);
    expect([url.protocol, url.host]).toEqual(['ws:', new URL(field.relay.url).host]);
    expect(url.pathname).toBe(`/api/v2/webmessaging/guests/${id}/connection`);
    expect([url.searchParams.get('token'), expiresIn]).toEqual([guestToken, expect.toSatisfy(about(3_600))]);
    const { guest } = await field.people(conversationId);
    expect(guest).toMatchObject({ id: participantId, purpose: 'customer' });
  });

  it('is behind a proxy that ends TLS where the configuration knows that proxy', async () => {
    const listen = { host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.1'] };
    const behind = await startField({ listen }, field.genesys);
    const answer = await behind.call('POST', '/api/v2/webmessaging/guests', undefined, {
      authorization: `Bearer ${behind.token}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'chat.example',
    });
    expect(answer.body.connection.url).toMatch(/^wss:\/\/chat\.example\/api\/v2\/webmessaging\/guests\//);
    const unknown = await field.call('POST', '/api/v2/webmessaging/guests', undefined, {
      authorization: `Bearer ${field.token}`,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    });
    expect(unknown.body.connection.url.startsWith(field.relay.url.replace('http', 'ws'))).toBe(true);
    await behind.close();
  });

  it('makes nobody for a request that does not say which host it asked', async () => {
    const count = async () => (await field.call('GET', '/v1/conversations')).body.conversations.length;
    const before = await count();
    const { hostname, port } = new URL(field.relay.url);
    const socket = connect(Number(port), hostname);
    socket.end(
      `POST /api/v2/webmessaging/guests HTTP/1.0\r\nauthorization: Bearer ${field.token}\r\ncontent-length: 0\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1.1 400 [\s\S]*The Host header/);
    expect(await count()).toBe(before);
  });

  it('types, writes and reads on the socket; the agent sees it, and what happens comes back as on F10', async () => {
    const { conversationId: id, participantId, connection } = await create();
    const socket = await field.connect(connection.url).say({ type: 'typing', data: { isTyping: true } });
    const { agent } = await field.people(id);
    await vi.waitFor(async () => expect((await field.seen(id)).typing).toMatchObject([{ from: 'guest' }]), PATIENCE);
    await socket.say({ type: 'typing', data: { isTyping: false } }, { type: 'message', data: { text: 'Hello' } });
    await vi.waitFor(async () => expect((await field.seen(id)).transcript).toEqual(['guest: Hello']), PATIENCE);
    const { body } = await field.call('POST', '/api/v2/conversations/messaging/messages', {
      conversationId: id,
      text: 'Yes?',
    });
    await vi.waitFor(() => expect(texts(socket, id)).toEqual(['Hello', 'Yes?']), PATIENCE);
    await socket.say({ type: 'read', data: { messageId: body.id } });
    await field.call('POST', `/api/v2/conversations/${id}/participants/${agent.id}`, { state: 'typing' });
    await vi.waitFor(() => expect(socket.words.slice(-2)).toEqual(['read true', 'typing true']), PATIENCE);
    expect(socket.words).toEqual([
      'typing true',
      'typing false',
      'message Hello',
      'message Yes?',
      'read true',
      'typing true',
    ]);
    expect(socket.events.map(({ participant_id }) => participant_id)).toEqual([
      participantId,
      participantId,
      participantId,
      agent.id,
      participantId,
      agent.id,
    ]);
    expect(socket.events[4]).toMatchObject({ event_type: 'read', conversation_id: id, message_id: body.id });
  });

  it('may say who it is in the first frame instead', async () => {
    const { conversationId: id, connection, guestToken } = await create();
    const bare = connection.url.split('?')[0];
    const socket = await field
      .connect(bare)
      .say({ type: 'authenticate', token: guestToken }, { type: 'message', data: { text: 'Hi' } });
    await vi.waitFor(() => expect(texts(socket, id)).toEqual(['Hi']), PATIENCE);
    const without = await field.connect(bare).say({ type: 'typing', data: { isTyping: true } });
    expect([await without.closed, without.events]).toEqual([4001, []]);
  });

  it('is nobody else’s: another guest’s token opens nothing', async () => {
    const [one, other] = [await create(), await create()];
    const socket = field.connect(one.connection.url.replace(one.guestToken, other.guestToken));
    expect(await socket.closed).toBe(4003);
    expect(await field.connect(one.connection.url.replace(one.guestToken, 'nonsense')).closed).toBe(4001);
    const renewed = await field.call('POST', `/api/v2/webmessaging/guests/${one.id}/tokens`, undefined, {
      authorization: `Bearer ${other.guestToken}`,
    });
    expect(renewed.status).toBe(404);
  });

  it.each([
    ['no JSON', '{'],
    ['no type', '{}'],
    ['an unknown type', { type: 'wave' }],
    ['a flag that is a text', { type: 'typing', data: { isTyping: 'true' } }],
    ['a blank message', { type: 'message', data: { text: ' ' } }],
  ])('answers a frame that it does not take with an error frame: %s', async (_, frame) => {
    const { connection } = await create();
    const socket = await field.connect(connection.url).say(frame);
    await vi.waitFor(() => expect(socket.events).toHaveLength(1), PATIENCE);
    expect(socket.events[0]).toMatchObject({ event_type: 'error', payload: { code: 'request.invalid' } });
    expect(socket.socket.readyState).toBe(socket.socket.OPEN);
  });

  it('says so when a client sends more frames than it waits for', async () => {
    // The second guest waits for its turn to connect, and its typing with it.
    const slow = await startField({ genesys: { ...field.genesys.settings, connectionsPerMinute: 1 } }, field.genesys);
    await slow.call('POST', '/api/v2/webmessaging/guests');
    const { body } = await slow.call('POST', '/api/v2/webmessaging/guests');
    const frames = Array.from({ length: FRAMES_MAX + 1 }, () => ({ type: 'typing', data: { isTyping: true } }));
    const socket = await slow.connect(body.connection.url).say(...frames);
    const refused = () => socket.events.filter(({ payload }) => payload.code === 'rate.limited');
    await vi.waitFor(() => expect(refused()).toHaveLength(1), PATIENCE);
    await slow.close();
  });

  it('renews a token, with the client’s or with the one that still lives, and goes on with it', async () => {
    const { id, connection, guestToken, conversationId } = await create();
    const path = `/api/v2/webmessaging/guests/${id}/tokens`;
    const byGuest = await field.call('POST', path, undefined, { authorization: `Bearer ${guestToken}` });
    const byClient = await field.call('POST', path, {});
    for (const { status, body } of [byGuest, byClient]) {
      expect([status, body.id, body.expiresIn]).toEqual([200, id, expect.toSatisfy(about(3_600))]);
      expect(new URL(body.connection.url).searchParams.get('token')).toBe(body.guestToken);
    }
    const socket = await field
      .connect(connection.url)
      .say(
        { type: 'authenticate', token: byClient.body.guestToken },
        { type: 'message', data: { text: 'still here' } },
      );
    await vi.waitFor(() => expect(texts(socket, conversationId)).toEqual(['still here']), PATIENCE);
    const made = await field.call('POST', `/v1/conversations/${conversationId}/tokens`, {
      participant: 'guest',
      lifetimeSeconds: 60,
    });
    const byMade = await field.call('POST', path, undefined, { authorization: `Bearer ${made.body.token}` });
    expect(byMade, 'a token that a server made for a time').toMatchObject({ status: 403 });
    await field.call('DELETE', `/v1/conversations/${conversationId}`);
    expect(await field.call('POST', path)).toMatchObject({
      status: expect.any(Number),
      body: { code: expect.stringMatching(/^conversation\./) },
    });
  });

  it('is not for a client that may not act for guests', async () => {
    // The first client exists: startField has made it; an index alone can't say so.
    const strict = await startField(
      { clients: [{ ...field.relay.settings.clients[0], actAs: { guest: false, agents: 'everyone' } } as never] },
      field.genesys,
    );
    const answer = await strict.call('POST', '/api/v2/webmessaging/guests');
    expect(answer).toMatchObject({ status: 403, body: { code: 'actor.forbidden' } });
    expect((await strict.call('GET', '/v1/conversations')).body.conversations).toEqual([]);
    await strict.close();
  });
});

describe('F10', () => {
  it('tells the events of every participant, the caller’s own too, and nothing else', async () => {
    const { id, guest, agent } = await field.conversation(randomUUID());
    const client = await listening(id, await field.connect(F10).say({ type: 'authenticate', token: field.token }));
    const before = of(client, id).length;
    await field.call('POST', `/api/v2/conversations/messaging/conversations/${id}/typing`, { typing: true });
    await field.call('POST', `/api/v2/conversations/messaging/conversations/${id}/typing`, { typing: false });
    await field.call('POST', `/api/v2/conversations/${id}/participants/${agent.id}`, { state: 'typing' });
    const { body } = await field.call('POST', '/api/v2/conversations/messaging/messages', {
      conversationId: id,
      text: 'Yes',
    });
    await field.call('PUT', `/api/v2/conversations/messaging/messages/${body.id}/read`, { read: true });
    await vi.waitFor(() => expect(of(client, id).at(-1)?.event_type).toBe('read'), PATIENCE);
    const own = { conversation_id: id, timestamp: expect.any(String) };
    const ofGuest = { ...own, participant_id: guest.id, participant: 'guest' };
    const ofAgent = { ...own, participant_id: agent.id, participant: `agent:${agent.userId}` };
    expect(of(client, id).slice(before)).toEqual([
      { event_type: 'typing', ...ofGuest, payload: { typing: true } },
      { event_type: 'typing', ...ofGuest, payload: { typing: false } },
      { event_type: 'typing', ...ofAgent, payload: { typing: true } },
      { event_type: 'typing', ...ofAgent, payload: { typing: false } },
      { event_type: 'message', ...ofAgent, message_id: body.id, payload: { text: 'Yes' } },
      { event_type: 'read', ...ofGuest, message_id: body.id, payload: { read: true } },
    ]);
  });

  it('takes the token with the upgrade as well', async () => {
    const { id } = await field.conversation(randomUUID());
    await listening(id, field.connect(F10, { authorization: `Bearer ${field.token}` }));
  });

  it.each([
    ['a wrong token', { type: 'authenticate', token: 'nonsense' }],
    ['no token', { type: 'authenticate' }],
    ['another frame', { type: 'subscribe' }],
    ['no JSON', '{'],
    ['a token that has expired', { type: 'authenticate', token: expiring(-60) }],
  ])('closes with 4001 and says nothing: %s', async (_, frame) => {
    const client = await field.connect(F10).say(frame);
    expect([await client.closed, client.events]).toEqual([4001, []]);
  });

  it('closes with 4001 when the token expires, unless a newer one came', async () => {
    const [left, renewed] = [expiring(2), expiring(2)];
    const going = await field.connect(F10).say({ type: 'authenticate', token: left });
    const staying = await field.connect(F10).say({ type: 'authenticate', token: renewed });
    await staying.say({ type: 'authenticate', token: field.token });
    expect(await going.closed).toBe(4001);
    expect(staying.socket.readyState).toBe(staying.socket.OPEN);
  });

  it('refuses what is no token for it, and another caller’s', async () => {
    const client = await field
      .connect(F10)
      .say({ type: 'authenticate', token: await field.tokenOf('main', 'signals:write') });
    expect(await client.closed).toBe(4003);
    expect(client.events).toMatchObject([{ event_type: 'error', payload: { code: 'scope.missing' } }]);
    const other = await field
      .connect(F10)
      .say({ type: 'authenticate', token: field.token }, { type: 'authenticate', token: await field.tokenOf('other') });
    await vi.waitFor(() => expect(other.events).toMatchObject([{ payload: { code: 'actor.forbidden' } }]), PATIENCE);
    await other.say({ type: 'typing', data: { isTyping: true } });
    await vi.waitFor(
      () => expect(other.events.at(-1)).toMatchObject({ payload: { code: 'request.invalid' } }),
      PATIENCE,
    );
  });

  it('is 426 without an upgrade', async () => {
    expect((await field.call('GET', F10)).status).toBe(426);
  });

  it('brings a client that comes back every message that it missed, once and in order', async () => {
    const { id } = await field.conversation(randomUUID());
    const token = await browserToken(id);
    const first = await listening(id, await field.connect(F10).say({ type: 'authenticate', token }));
    await say(id, 'heard');
    await vi.waitFor(() => expect(texts(first, id).at(-1)).toBe('heard'), PATIENCE);
    first.socket.close();
    await first.closed;
    await say(id, 'missed 1');
    await say(id, 'missed 2');
    const second = await field.connect(F10).say({ type: 'authenticate', token: await browserToken(id) });
    await vi.waitFor(() => expect(texts(second, id)).toEqual(['missed 1', 'missed 2']), PATIENCE);
    await say(id, 'live');
    await vi.waitFor(() => expect(texts(second, id)).toEqual(['missed 1', 'missed 2', 'live']), PATIENCE);
  });

  it('misses nothing that was written and never arrived', async () => {
    const { id } = await field.conversation(randomUUID());
    const token = await browserToken(id);
    const first = await listening(id, await field.connect(F10).say({ type: 'authenticate', token }));
    // A connection that has gone dead: what is written to it stays on the way.
    first.socket.pause();
    await say(id, 'lost');
    first.socket.terminate();
    await first.closed;
    const second = await field.connect(F10).say({ type: 'authenticate', token });
    await vi.waitFor(() => expect(texts(second, id)).toContain('lost'), PATIENCE);
  });

  it('of two sockets of one caller neither misses what came while it was away', async () => {
    const { id } = await field.conversation(randomUUID());
    const token = await browserToken(id);
    const open = async () => field.connect(F10).say({ type: 'authenticate', token });
    const [one, two] = [await listening(id, await open()), await listening(id, await open())];
    one.socket.close();
    await one.closed;
    await say(id, 'only two hears this');
    await vi.waitFor(() => expect(texts(two, id)).toContain('only two hears this'), PATIENCE);
    const back = await open();
    await vi.waitFor(() => expect(texts(back, id)).toEqual(['only two hears this']), PATIENCE);
  });

  it('goes on after a restart of the relay', async () => {
    using folder = new StoreFolder();
    const { file } = folder;
    const before = await startField({ store: { file, retentionMs: 86_400_000 } }, field.genesys);
    const { id } = await before.conversation(randomUUID());
    const listener = await before.connect(F10).say({ type: 'authenticate', token: before.token });
    const write = (each: Field, text: string) =>
      each.call('POST', '/api/v2/webmessaging/guests/messages', { channelId: id, content: text });
    await vi.waitFor(async () => {
      await write(before, 'before');
      expect(texts(listener, id)).toContain('before');
    }, PATIENCE);
    await before.close();
    const after = await startField({ store: { file, retentionMs: 86_400_000 } }, field.genesys);
    await write(after, 'while away');
    const again = await after.connect(F10).say({ type: 'authenticate', token: after.token });
    await vi.waitFor(() => expect(texts(again, id).at(-1)).toBe('while away'), PATIENCE);
    await after.close();
  });
});

const browserToken = async (id: string): Promise<string> =>
  (await field.call('POST', `/v1/conversations/${id}/tokens`, { participant: 'guest' })).body.token;
