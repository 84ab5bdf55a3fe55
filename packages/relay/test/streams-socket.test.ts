// Sockets are real and so is their time; everything that waits for a moment waits for the fake clock.
import { once } from 'node:events';
import { get } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { STRANGERS_MAX } from '../src/streams/open-streams.ts';
import { COMMANDS_MAX } from '../src/streams/stream-session.ts';
import { startStreaming } from './support/streaming.ts';

let relay: Awaited<ReturnType<typeof startStreaming>>;
beforeEach(async () => {
  relay = await startStreaming();
});
afterEach(() => relay[Symbol.asyncDispose]());

describe('who may listen', () => {
  it('is greeted once its token is known, and told nothing before', async () => {
    await relay.bind();
    const client = relay.connect();
    await client.opened;
    relay.says('before');
    await client.say({ type: 'authenticate', token: relay.token });
    expect(await client.ofType('authenticated')).toEqual({
      type: 'authenticated',
      clientId: 'main',
      expiresAt: '2026-11-21T13:00:00.000Z',
      position: 1,
    });
    relay.says('after');
    expect(await client.ofType('event')).toMatchObject({ kind: 'message', text: 'after' });
    expect(client.events).toEqual(['message 2']);
  });

  it('may say so in the header of the upgrade, or by a ticket that opens one socket', async () => {
    const byHeader = relay.connect('', { authorization: `Bearer ${relay.token}` });
    await byHeader.ofType('authenticated');
    const answer = await relay.call('POST', '/v1/tickets', { token: relay.token });
    const { ticket } = (await answer.json()) as { ticket: string };
    await relay.connect(`?ticket=${ticket}`).ofType('authenticated');
    expect(await relay.connect(`?ticket=${ticket}`).closed).toMatchObject({
      code: 4001,
      reason: expect.stringContaining('credential.invalid'),
    });
  });

  it.each([
    ['a wrong token', { type: 'authenticate', token: 'nonsense' }],
    ['a command', { type: 'typing', conversationId: 'c1', participant: 'guest', typing: true }],
    ['a frame of no known type', { type: 'hello' }],
    ['no JSON', '{'],
    ['an authenticate frame without a token', { type: 'authenticate' }],
  ])('is not who begins with %s: closed with 4001, and nothing is done', async (_, frame) => {
    await relay.bind();
    const client = relay.connect();
    await client.say(frame, { type: 'authenticate', token: relay.token });
    expect((await client.closed).code).toBe(4001);
    expect(client.frames).toEqual([]);
    expect(relay.legs.of('c1').typings).toEqual([]);
  });

  it('has 10 s to say so', async () => {
    const client = relay.connect();
    await client.opened;
    await relay.clock.advance(9_999);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await relay.clock.advance(1);
    expect(await client.closed).toEqual({ code: 4001, reason: 'No authenticate frame came within 10 s.' });
  });

  it('needs the scope to read: the problem is told, and 4003', async () => {
    const token = await relay.tokenOf('main', 'signals:write');
    const client = relay.connect();
    await client.say({ type: 'authenticate', token });
    expect(await client.ofType('problem')).toMatchObject({ problem: { code: 'scope.missing', status: 403 } });
    expect(await client.closed).toEqual({ code: 4003, reason: 'scope.missing' });
  });

  it('cannot name a conversation of another client', async () => {
    await relay.bind();
    const client = relay.connect();
    await client.say({ type: 'authenticate', token: await relay.tokenOf('other'), conversationId: 'c1' });
    expect(await client.ofType('problem')).toMatchObject({ problem: { code: 'conversation.unknown', status: 404 } });
    expect((await client.closed).code).toBe(4003);
  });

  it('hears of its own conversations only', async () => {
    await relay.bind();
    const other = await relay.stream({ token: await relay.tokenOf('other') });
    const own = await relay.stream();
    relay.says('hello');
    await own.ofType('event');
    await other.say({ type: 'receipt', id: 'last', conversationId: 'c1', participant: 'guest', watermark: 'seen' });
    expect(await other.answer('last')).toMatchObject({ problem: { code: 'conversation.unknown' } });
    expect(other.events).toEqual([]);
  });

  it('comes in however many others have not said who they are: the one that is silent longest goes', async () => {
    const strangers = Array.from({ length: STRANGERS_MAX }, () => relay.connect());
    await Promise.all(strangers.map(({ opened }) => opened));
    // The server counts a socket when it has handled the upgrade, which is before the client hears of it.
    await relay.stream();
    expect(await Promise.race(strangers.map(({ closed }) => closed))).toMatchObject({ code: 1013 });
    expect(strangers.filter(({ socket }) => socket.readyState === WebSocket.OPEN)).toHaveLength(STRANGERS_MAX - 1);
  });
});

describe('a token', () => {
  it('that expires ends its stream with 4001 in that moment', async () => {
    const client = await relay.stream();
    await relay.clock.advance(3_599_000);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await relay.clock.advance(1_000);
    expect(await client.closed).toMatchObject({ code: 4001, reason: expect.stringContaining('has expired') });
  });

  it('can be followed by a newer one of the same caller, and then lasts as long as that', async () => {
    const client = await relay.stream();
    await relay.clock.advance(3_000_000);
    await client.say({ type: 'authenticate', id: 'again', token: await relay.tokenOf() });
    expect(await client.answer('again')).toMatchObject({
      type: 'authenticated',
      expiresAt: '2026-11-21T13:50:00.000Z',
    });
    await relay.clock.advance(3_599_000);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    await relay.clock.advance(1_000);
    expect((await client.closed).code).toBe(4001);
  });

  it('of another caller is refused, and the stream goes on with the first', async () => {
    const client = await relay.stream();
    await client.say({ type: 'authenticate', id: 'theirs', token: await relay.tokenOf('other') });
    expect(await client.answer('theirs')).toMatchObject({ type: 'problem', problem: { code: 'actor.forbidden' } });
    await relay.bind();
    relay.says('hello');
    await client.ofType('event');
  });

  it('of a browser hears and writes its own conversation as its own participant', async () => {
    await Promise.all([relay.bind('c1'), relay.bind('c2')]);
    const answer = await relay.call('POST', '/v1/conversations/c1/tokens', {
      token: relay.token,
      body: { participant: 'guest' },
    });
    const { token } = (await answer.json()) as { token: string };
    const client = await relay.stream({ token, conversationId: 'c1' });
    relay.says('elsewhere', 'c2');
    relay.says('here', 'c1');
    expect(await client.ofType('event')).toMatchObject({ conversationId: 'c1', text: 'here' });
    await client.say({ type: 'typing', id: '1', typing: true });
    expect(await client.answer('1')).toMatchObject({
      command: 'typing',
      result: { outcome: 'sent', participant: 'guest' },
    });
    await client.say({ type: 'typing', id: '2', participant: 'agent:7', typing: true });
    expect(await client.answer('2')).toMatchObject({ problem: { code: 'actor.forbidden' } });
  });
});

describe('a command', () => {
  it('does what the call of its name does, and its answer carries its id', async () => {
    await relay.bind();
    const client = await relay.stream();
    await client.say(
      { type: 'typing', id: 't', conversationId: 'c1', participant: 'guest', typing: true, durationMs: 4_000 },
      { type: 'message', id: 'm', conversationId: 'c1', participant: 'guest', text: 'hello', idempotencyKey: 'k' },
      { type: 'message', id: 'n', conversationId: 'c1', participant: 'guest', text: 'hello', idempotencyKey: 'k' },
    );
    expect(await client.answer('t')).toMatchObject({ type: 'result', command: 'typing', result: { outcome: 'sent' } });
    expect(await client.answer('m')).toMatchObject({
      command: 'message',
      result: { status: 'accepted', repeated: false },
    });
    expect(await client.answer('n')).toMatchObject({ command: 'message', result: { repeated: true } });
    relay.says('hi');
    await client.find(({ text }) => text === 'hi');
    await client.say({ type: 'receipt', id: 'r', conversationId: 'c1', participant: 'guest', watermark: 'seen' });
    expect(await client.answer('r')).toMatchObject({
      command: 'receipt',
      result: { outcome: 'sent', watermark: 'seen' },
    });
    expect(relay.legs.of('c1').typings).toEqual([['guest', 4_000]]);
  });

  it('may come in one piece with the frame that authenticates', async () => {
    await relay.bind();
    const client = relay.connect();
    await client.say(
      { type: 'authenticate', token: relay.token },
      { type: 'typing', id: 't', conversationId: 'c1', participant: 'guest', typing: true },
    );
    expect(await client.answer('t')).toMatchObject({ type: 'result' });
  });

  it.each([
    ['of no known type', { type: 'dance', id: 'x' }, 'type'],
    [
      'with a member that nobody reads',
      { type: 'typing', id: 'x', conversationId: 'c1', participant: 'guest', typing: true, isTyping: 1 },
      'isTyping',
    ],
    [
      'with a wrong member',
      { type: 'typing', id: 'x', conversationId: 'c1', participant: 'guest', typing: 'yes' },
      'typing',
    ],
    ['without a conversation', { type: 'typing', id: 'x', participant: 'guest', typing: true }, 'conversationId'],
    ['without a participant', { type: 'typing', id: 'x', conversationId: 'c1', typing: true }, 'participant'],
  ])('%s is answered with what is wrong, and the stream goes on', async (_, frame, path) => {
    await relay.bind();
    const client = await relay.stream();
    await client.say(frame);
    // An answer is an outcome or a problem; this one must be a problem, or the next line is red.
    const { problem } = (await client.answer('x')) as unknown as { problem: { errors: { path: string }[] } };
    expect(problem).toMatchObject({
      code: 'request.invalid',
      status: 400,
      fix: expect.any(String),
      traceId: expect.any(String),
    });
    expect(problem.errors.map((error) => error.path)).toEqual([path]);
    relay.says('hello');
    await client.ofType('event');
  });

  it('that is no JSON is answered too; its text is not repeated', async () => {
    const client = await relay.stream();
    await client.say('{"text":"my secret"');
    const answer = await client.ofType('problem');
    expect(answer).toMatchObject({ problem: { code: 'request.invalid', detail: 'The frame is no JSON.' } });
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it('that is binary, or longer than the bound, ends the stream', async () => {
    const binary = await relay.stream();
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect((await binary.closed).code).toBe(1003);
    const long = await relay.stream();
    long.socket.send('x'.repeat(65_537));
    expect((await long.closed).code).toBe(1009);
  });

  it('waits for nobody, but only so many may wait for an answer', async () => {
    await relay.bind();
    relay.legs.of('c1').becomes('connecting');
    const client = await relay.stream();
    const frames = Array.from({ length: COMMANDS_MAX + 1 }, (_, index) => ({
      type: 'typing',
      id: `${index}`,
      conversationId: 'c1',
      participant: 'guest',
      typing: true,
    }));
    await client.say(...frames);
    expect(await client.answer(`${COMMANDS_MAX}`)).toMatchObject({ problem: { code: 'rate.limited', status: 429 } });
    await relay.clock.advance(5_000);
    expect(await client.answer('0')).toMatchObject({ type: 'result' });
  });

  it('counts against the rate of its caller', async () => {
    await using strict = await startStreaming({
      limits: {
        bodyBytesMax: 65_536,
        requestsPerMinutePerClient: 4,
        laneMax: 1,
        conversationsMax: 1,
        streamsPerClient: 9,
      },
    });
    const client = await strict.stream();
    await client.say(...['1', '2', '3', '4'].map((id) => ({ type: 'dance', id })));
    expect(await client.answer('3')).toMatchObject({ problem: { code: 'request.invalid' } });
    expect(await client.answer('4')).toMatchObject({ problem: { code: 'rate.limited' } });
  });
});

describe('the address', () => {
  it('answers a request that is no upgrade with what to do', async () => {
    const answer = await relay.call('GET', '/v1/stream', { token: relay.token });
    expect(answer.status).toBe(426);
    expect(await answer.json()).toMatchObject({ fix: expect.stringContaining('WebSocket client') });
  });

  it.each(['/healthz', '/v1/whoami', '/nothing'])(
    'is the only one: an upgrade at %s is refused, and holds up no stop',
    async (path) => {
      const socket = new WebSocket(relay.relay.url.replace('http', 'ws') + path, {
        headers: { authorization: `Bearer ${relay.token}` },
      });
      const [error] = await once(socket, 'error');
      expect(error.message).toMatch(/Unexpected server response: 40[04]/);
      await relay.relay.close(); // no time passes on its clock: it waits for nothing
    },
  );

  it('refuses pages of other origins before a socket is there, and keeps no connection of theirs', async () => {
    const request = get(`${relay.relay.url}/v1/stream`, {
      headers: {
        origin: 'https://evil.example',
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      },
    });
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(403);
    response.resume();
    await once(request, 'close');
    await relay.connect('', { origin: 'https://chat.example' }).opened;
  });
});

describe('a conversation that nobody knows', () => {
  const listens = {
    'server-sent events': async (at: typeof relay) => (await at.events('new')).response.status,
    'a socket': async (at: typeof relay) => {
      const client = await at.stream({ conversationId: 'new' });
      const problem = () =>
        client.frames.find(({ type }) => type === 'problem')?.problem as { status: number } | undefined;
      await expect.poll(() => at.legs.byConversation.has('new') || problem() !== undefined).toBe(true);
      return problem()?.status ?? 200;
    },
    'a token for a browser': async (at: typeof relay) => {
      const body = { participant: 'guest' };
      return (await at.call('POST', '/v1/conversations/new/tokens', { token: at.token, body })).status;
    },
  };

  it.each(Object.entries(listens))('is made for %s where provisioning is automatic', async (_what, listen) => {
    await using automatic = await startStreaming({ provisioning: 'automatic' });
    expect(await listen(automatic)).toBeLessThan(300);
    const view = await automatic.call('GET', '/v1/conversations/new', automatic);
    expect(await view.json()).toMatchObject({ id: 'new', provisioned: true, state: 'open' });
  });

  it.each(Object.entries(listens))('is unknown to %s where it is off', async (_what, listen) => {
    expect(await listen(relay)).toBe(404);
  });

  it('is not made for who may only read, nor by looking at it', async () => {
    await using automatic = await startStreaming({ provisioning: 'automatic' });
    const reader = await automatic.tokenOf('reader');
    const asked = [
      ['GET', '/events', { token: reader }],
      ['POST', '/tokens', { token: reader, body: { participant: 'guest', scopes: ['signals:read'] } }],
      ['GET', '', automatic],
      ['GET', '/explain', automatic],
      ['DELETE', '', automatic],
    ] as const;
    for (const [method, path, call] of asked) {
      const { status } = await automatic.call(method, `/v1/conversations/new${path}`, call);
      expect([method, path, status]).toEqual([method, path, 404]);
    }
    expect([...automatic.legs.byConversation.keys()]).toEqual([]);
  });
});
