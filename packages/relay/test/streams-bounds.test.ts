// Sockets are real and so is their time; everything that waits for a moment waits for the fake clock.
import { createConnection } from 'node:net';
import { expect, it } from 'vitest';
import { FakeClock } from '../../client/test/support/fake-clock.ts';
import { RelayProblem } from '../src/domain/problem.ts';
import { type Ending, refused } from '../src/streams/ending.ts';
import { EventStream } from '../src/streams/event-stream.ts';
import { encodeOnce, type Frame, jsonFrame } from '../src/streams/frame.ts';
import { CONVERSATION_STREAMS_MAX } from '../src/streams/open-streams.ts';
import { client } from './support/core.ts';
import { SocketClient, startStreaming } from './support/streaming.ts';

const LIMITS = { bodyBytesMax: 65_536, requestsPerMinutePerClient: 6_000, laneMax: 100, conversationsMax: 10 };
const TEXT = 'x'.repeat(4_000);

/** Fills what the system itself holds for a reader, some megabytes, and then the relay's own buffer. */
async function sayUntilTooSlow(relay: Awaited<ReturnType<typeof startStreaming>>) {
  for (let index = 0; (await metric(relay, 'slow_readers_total')) === 0; index += 50)
    for (let next = index; next < index + 50; next += 1) relay.says(`${next} ${TEXT}`);
}

const metric = async (relay: Awaited<ReturnType<typeof startStreaming>>, name: string): Promise<number> => {
  const text = await (await relay.call('GET', '/metrics', { token: relay.token })).text();
  return Number(new RegExp(`^backchannel_${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

it('a WebSocket that does not read is told, closed, and misses nothing when it comes back', async () => {
  await using relay = await startStreaming();
  await relay.bind();
  const slow = await relay.stream();
  const quick = await relay.stream();
  slow.socket.pause();
  await sayUntilTooSlow(relay);
  slow.socket.resume();
  expect(await slow.closed).toMatchObject({ code: 4008, reason: expect.stringContaining('Too slow') });

  const last = Number(slow.frames.findLast(({ type }) => type === 'event')?.position);
  const again = await relay.stream({ after: last });
  relay.says('the end');
  await Promise.all([again, quick].map((client) => client.find(({ text }) => text === 'the end')));
  expect([...slow.events, ...again.events]).toEqual(quick.events);
  expect(quick.socket.readyState).toBe(quick.socket.OPEN);
});

it('who asks and never reads is ended during its replay too', async () => {
  const sent: Frame[] = [];
  const ended: Ending[] = [];
  let slow = 0;
  const sink = {
    get bufferedBytes() {
      return sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
    },
    send: (frame: Frame) => void sent.push(frame),
    drained: () => new Promise<void>(() => {}),
    beat: () => true,
    end: (ending: Ending) => void ended.push(ending),
    destroy: () => {},
    onClosed: () => {},
  };
  const stream = new EventStream({
    sink,
    principal: client(),
    encode: () => undefined,
    ports: { clock: new FakeClock(), wallTime: () => '2026-01-05T00:00:00.000Z' },
    slow: () => {
      slow += 1;
    },
    closed: () => {},
  });
  // The replay waits for its reader, for ever.
  void stream.follow({ subscribe: () => new Promise(() => {}), participant: () => new Promise(() => {}) }, {});
  for (let frames = 0; frames < 2_000; frames += 1)
    stream.send(jsonFrame({ type: 'problem', text: 'x'.repeat(1_000) }));
  expect(ended).toMatchObject([{ code: 4008 }]);
  expect(slow).toBe(1);
  expect(sink.bufferedBytes).toBeLessThan(1_100_000);
});

it('server-sent events that nobody reads end too', async () => {
  await using relay = await startStreaming();
  await relay.bind();
  const { hostname, port } = new URL(relay.relay.url);
  const socket = createConnection({ host: hostname, port: Number(port) });
  socket.write(`GET /v1/conversations/c1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${relay.token}\r\n\r\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  socket.pause();
  await sayUntilTooSlow(relay);
  let text = '';
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text = (text + chunk).slice(-1_000);
      if (text.endsWith('\r\n0\r\n\r\n')) resolve(); // the last chunk of HTTP/1.1
    });
    socket.resume();
  });
  expect(text).toContain('data: {"type":"end","code":4008,');
  socket.destroy();
});

it('a reader that stays stuck after it was told is dropped after two seconds', async () => {
  await using relay = await startStreaming();
  await relay.bind();
  const slow = await relay.stream();
  slow.socket.pause();
  await sayUntilTooSlow(relay);
  expect(await metric(relay, 'streams')).toBe(1);
  await relay.clock.advance(2_000);
  await expect.poll(() => metric(relay, 'streams')).toBe(0);
});

it('a client has as many streams as it may, of both kinds together', async () => {
  await using relay = await startStreaming({ limits: { ...LIMITS, streamsPerClient: 2 } });
  await relay.bind();
  const first = await relay.stream();
  await relay.events('c1');
  const third = relay.connect();
  await third.say({ type: 'authenticate', token: relay.token });
  expect(await third.ofType('problem')).toMatchObject({ problem: { code: 'rate.limited', status: 429 } });
  expect(await third.closed).toEqual({ code: 1013, reason: 'rate.limited: try again in 10 s.' });
  const { response } = await relay.events('c1');
  expect(response.status).toBe(429);
  await relay.stream({ token: await relay.tokenOf('other') });

  first.socket.close();
  await first.closed;
  await expect.poll(() => metric(relay, 'streams')).toBe(2);
  await relay.stream();
});

it('a participant has streams of its own: no visitor takes those of others, nor the client’s', async () => {
  await using relay = await startStreaming({ limits: { ...LIMITS, streamsPerClient: 2 } });
  await Promise.all(['c1', 'c2'].map((id) => relay.bind(id)));
  const tokenFor = async (id: string, participant = 'guest') => {
    const answer = await relay.call('POST', `/v1/conversations/${id}/tokens`, {
      token: relay.token,
      body: { participant },
    });
    return ((await answer.json()) as { token: string }).token;
  };
  const visitor = await tokenFor('c1');
  for (let index = 1; index < CONVERSATION_STREAMS_MAX; index += 1) await relay.stream({ token: visitor });
  const headers = { authorization: `Bearer ${visitor}` };
  expect((await relay.events('c1', { headers })).response.status).toBe(200);
  // Of both kinds together, and with whichever token of this participant.
  expect((await relay.events('c1', { headers })).response.status).toBe(429);
  const refused = relay.connect();
  await refused.say({ type: 'authenticate', token: await tokenFor('c1') });
  expect(await refused.ofType('problem')).toMatchObject({
    problem: { code: 'rate.limited', detail: expect.stringContaining('participant') },
  });
  expect((await refused.closed).code).toBe(1013);

  await relay.stream({ token: await tokenFor('c2') });
  await relay.stream({ token: await tokenFor('c1', 'agent:agent-1') });
  await relay.stream();
  await relay.stream();
});

it('opening a socket counts as a call, by header or by its first frame; a full minute is no wrong token', async () => {
  await using relay = await startStreaming({
    limits: { ...LIMITS, streamsPerClient: 9, requestsPerMinutePerClient: 2 },
  });
  await relay.stream();
  await relay.connect('', { authorization: `Bearer ${relay.token}` }).ofType('authenticated');
  const late = { code: 1013, reason: expect.stringMatching(/^rate\.limited: try again in 6[01] s\.$/) };
  const byFrame = relay.connect();
  await byFrame.say({ type: 'authenticate', token: relay.token });
  expect([await byFrame.closed, byFrame.frames]).toEqual([late, []]);
  expect(await relay.connect('', { authorization: `Bearer ${relay.token}` }).closed).toEqual(late);
  // F10's socket too: a client that renews its token for 4001 would do so for nothing.
  const field = new SocketClient(`${relay.relay.url.replace('http', 'ws')}/api/v2/conversations/messaging/events`, {
    authorization: `Bearer ${relay.token}`,
  });
  expect(await field.closed).toEqual(late);
});

it.each([
  ['actor.forbidden', 403, 4003],
  ['rate.limited', 429, 1013],
  ['store.busy', 503, 1013],
  ['stopping', 503, 1012],
] as const)('who can’t begin because of %s (%i) is told by %i whether to come back', (code, status, close) => {
  const ending = refused(new RelayProblem(code, status, 'Not now.', { fix: 'Wait.', retryAfterMs: 1_400 }));
  expect(ending.code).toBe(close);
  if (close === 1013) expect(ending.reason).toBe(`${code}: try again in 2 s.`);
});

it('an attempt that was refused counts neither up nor down', async () => {
  await using relay = await startStreaming({ limits: { ...LIMITS, streamsPerClient: 2 } });
  await relay.bind();
  await relay.stream();
  for (let attempt = 0; attempt < 3; attempt += 1) expect((await relay.events('unknown')).response.status).toBe(404);
  await relay.stream();
  expect((await relay.events('c1')).response.status).toBe(429);
});

it('a stop tells every stream and every socket that has not said who it is: 1012', async () => {
  await using relay = await startStreaming();
  await relay.bind();
  const known = await relay.stream();
  const stranger = relay.connect();
  await stranger.opened;
  const events = await relay.events('c1');
  const stopped = relay.relay.close();
  expect(await known.closed).toMatchObject({ code: 1012 });
  expect(await stranger.closed).toMatchObject({ code: 1012 });
  expect(await events.ofType('end')).toMatchObject({ code: 1012 });
  await stopped;
});

it('no timer is left once nobody listens', async () => {
  await using relay = await startStreaming();
  const before = relay.clock.pending;
  const client = await relay.stream();
  client.socket.close();
  await client.closed;
  await expect.poll(() => metric(relay, 'streams')).toBe(0);
  await relay.clock.advance(30_000);
  expect(relay.clock.pending).toBeLessThanOrEqual(before);
});

it('an event is written once for all who hear it', () => {
  let written = 0;
  const encode = encodeOnce(({ conversationId }) => {
    written += 1;
    return conversationId;
  });
  const event = {
    bindingId: 'b',
    clientId: 'main',
    conversationId: 'c1',
    time: '',
    body: { kind: 'typing', participant: 'guest', typing: true },
  } as const;
  const frames = Array.from({ length: 1_000 }, () => encode(event));
  expect(written).toBe(1);
  expect(new Set(frames.map((frame) => frame?.bytes)).size).toBe(1);
});

it('a thousand subscribers of one conversation all hear each event, in order', async () => {
  await using relay = await startStreaming();
  await relay.bind();
  const clients: SocketClient[] = [];
  for (let batch = 0; batch < 10; batch += 1)
    clients.push(...(await Promise.all(Array.from({ length: 100 }, () => relay.stream({ conversationId: 'c1' })))));
  for (let index = 1; index <= 5; index += 1) relay.says(`text ${index}`);
  await Promise.all(clients.map((client) => client.find(({ text }) => text === 'text 5')));
  const expected = [1, 2, 3, 4, 5].map((index) => `message ${index}`);
  expect(clients.filter(({ events }) => String(events) !== String(expected))).toEqual([]);
}, 120_000);
