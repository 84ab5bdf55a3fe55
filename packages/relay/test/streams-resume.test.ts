// Sockets are real and so is their time; everything that waits for a moment waits for the fake clock.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFolder } from './support/store-folder.ts';
import { startStreaming } from './support/streaming.ts';

let relay: Awaited<ReturnType<typeof startStreaming>>;
beforeEach(async () => {
  relay = await startStreaming();
  await relay.bind();
});
afterEach(() => relay[Symbol.asyncDispose]());

const typing = { type: 'typing', conversationId: 'c1', participant: 'guest', typing: true };

describe('a WebSocket', () => {
  it('that comes back with its last position gets what it missed, then what happens; typing is not kept', async () => {
    const first = await relay.stream();
    relay.says('one');
    const { position } = await first.ofType('event');
    first.socket.close();
    await first.closed;
    const other = await relay.stream();
    relay.says('two');
    await other.say(typing);
    await other.find(({ kind }) => kind === 'typing');
    relay.says('three');
    await other.find(({ text }) => text === 'three');

    const second = await relay.stream({ after: position });
    await second.find(({ text }) => text === 'three');
    relay.says('four');
    await second.find(({ text }) => text === 'four');
    expect(second.events).toEqual(['message 2', 'message 3', 'message 4']);
  });

  it('gets everything that is kept after 0, page by page', async () => {
    for (let index = 0; index < 1_200; index += 1) {
      relay.says(`text ${index}`);
      // What is seen in one turn waits for the store, and 1,000 may wait.
      if (index % 500 === 499) await new Promise((resolve) => setImmediate(resolve));
    }
    const client = await relay.stream({ after: 0 });
    await client.find(({ text }) => text === 'text 1199');
    expect(client.events).toEqual(Array.from({ length: 1_200 }, (_, index) => `message ${index + 1}`));
  });

  it('that comes back to another process on the same file misses nothing', async () => {
    using folder = new StoreFolder();
    const store = { file: folder.file, retentionMs: 86_400_000 };
    const before = await startStreaming({ store });
    await before.bind();
    const first = await before.stream();
    before.says('one');
    const { position } = await first.ofType('event');
    before.says('two');
    await first.find(({ text }) => text === 'two');
    await before[Symbol.asyncDispose]();

    await using after = await startStreaming({ store }, before.legs);
    const client = await after.stream({ after: position });
    after.says('three');
    await client.find(({ text }) => text === 'three');
    expect(client.events.filter((event) => event.startsWith('message '))).toEqual(['message 2', 'message 3']);
  });

  it('with a position that this relay never gave is told of the gap, and gets all that is kept', async () => {
    relay.says('one');
    const client = await relay.stream({ after: 999 });
    await client.ofType('event');
    expect(client.frames.map(({ type }) => type)).toEqual(['authenticated', 'gap', 'event']);
    expect(client.frames[1]).toEqual({ type: 'gap', oldestPosition: 1 });
  });

  it('hears a heartbeat within 25 s, and again', async () => {
    const client = await relay.stream();
    await relay.clock.advance(25_000);
    await client.ofType('heartbeat');
    const pinged = new Promise((resolve) => client.socket.once('ping', resolve));
    await relay.clock.advance(25_000);
    await pinged;
    expect(client.socket.readyState).toBe(client.socket.OPEN);
  });

  it('that answers no ping is dropped at the second heartbeat', async () => {
    const client = relay.connect();
    await client.opened;
    client.socket.pong = () => undefined; // what ws answers a ping with
    await client.say({ type: 'authenticate', token: relay.token });
    await client.ofType('authenticated');
    await relay.clock.advance(25_000);
    await client.ofType('heartbeat');
    await relay.clock.advance(25_000);
    expect((await client.closed).code).toBe(1006);
  });
});

describe('server-sent events', () => {
  it('tell a conversation as it happens, with its sequences as ids', async () => {
    await relay.bind('c2');
    const client = await relay.events('c1');
    expect(client.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(client.response.headers.get('cache-control')).toBe('no-store');
    relay.says('elsewhere', 'c2');
    relay.says('here');
    expect(await client.ofType('event')).toMatchObject({ sequence: 1, conversationId: 'c1', text: 'here' });
    expect(client.lastId).toBe('1');
    const socket = await relay.stream();
    await socket.say(typing);
    expect(await client.find(({ kind }) => kind === 'typing')).toMatchObject({ participant: 'guest', typing: true });
    expect(client.lastId).toBe('1');
  });

  it('go on after the Last-Event-ID, or after a sequence in the address', async () => {
    for (const text of ['one', 'two', 'three']) relay.says(text);
    const resumed = await relay.events('c1', { headers: { 'last-event-id': '1' } });
    await resumed.find(({ text }) => text === 'three');
    expect(resumed.events).toEqual(['message 2', 'message 3']);
    const all = await relay.events('c1', { query: '?after=0' });
    await all.find(({ text }) => text === 'three');
    expect(all.events).toEqual(['message 1', 'message 2', 'message 3']);
    const live = await relay.events('c1');
    relay.says('four');
    await live.ofType('event');
    expect(live.events).toEqual(['message 4']);
  });

  it('send a comment every 25 s, and nothing that a script would see', async () => {
    const client = await relay.events('c1');
    await relay.clock.advance(25_000);
    relay.says('after');
    await client.ofType('event');
    expect(client.comments).toBe(1);
    expect(client.frames).toHaveLength(1);
  });

  it('end with the reason when the token expires', async () => {
    const client = await relay.events('c1');
    await relay.clock.advance(3_600_000);
    expect(await client.ofType('end')).toMatchObject({ code: 4001 });
    await client.ended;
  });

  it.each([
    ['unknown', {}, 404, 'conversation.unknown'],
    ['c1', { authorization: 'Bearer nonsense' }, 401, 'credential.invalid'],
    ['c1', { 'last-event-id': 'x' }, 400, 'request.invalid'],
    ['c1', { 'last-event-id': '-1' }, 400, 'request.invalid'],
    ['c1', { origin: 'https://evil.example' }, 403, 'origin.forbidden'],
  ])('of %s with %o are refused by a problem document: %i %s', async (id, headers, status, code) => {
    const { response } = await relay.events(id, { headers: { ...headers } });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code });
  });

  it('let a page of an allowed origin read them', async () => {
    const { response } = await relay.events('c1', { headers: { origin: 'https://chat.example' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://chat.example');
  });
});
