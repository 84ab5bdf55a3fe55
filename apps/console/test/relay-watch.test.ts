import { beforeEach, expect, test } from 'vitest';
import { CONVERSATIONS_MAX, LINES_MAX, RelayWatch } from '../src/relay/relay-watch.ts';
import { FakeClock } from './support/fake-clock.ts';
import { FakeRelay } from './support/fake-relay.ts';

let clock: FakeClock;
let relay: FakeRelay;
let watch: RelayWatch;

/** Lets every answer arrive that is on its way. */
const settled = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

async function live(): Promise<void> {
  watch.start();
  await settled();
  authenticated();
}

function authenticated(): void {
  relay.sockets.at(-1)?.open();
  relay.sockets.at(-1)?.tell({ type: 'authenticated' });
}

const shown = () => watch.snapshot().conversations.map(({ id, typing }) => [id, typing]);

beforeEach(() => {
  clock = new FakeClock();
  relay = new FakeRelay();
  watch = new RelayWatch({
    origin: 'http://page',
    settings: {
      clientId: 'demo',
      clientSecret: 'demo-secret',
      commands: { token: '', typing: '', message: '', answer: '', explain: '' },
    },
    clock,
    request: relay.fetch,
    openStream: relay.openStream,
  });
});

test('gets a token as any program does, reads the conversations, and is live once the stream knows it', async () => {
  relay.has('b', 'a');
  watch.start();
  await settled();
  expect(watch.snapshot()).toMatchObject({ state: 'connecting', openId: 'b' });
  authenticated();
  expect(watch.snapshot().state).toBe('live');
  expect(shown()).toEqual([
    ['b', []],
    ['a', []],
  ]);
  expect(relay.sockets[0]?.url).toBe('ws://page/v1/stream');
  expect(relay.sockets[0]?.heard).toEqual([{ type: 'authenticate', token: 'token-1' }]);
});

test('typing shows at once, before the list is read again', async () => {
  relay.has('a');
  await live();
  const stream = relay.sockets[0];
  const asked = relay.asked.length;
  stream?.tell({ type: 'event', kind: 'typing', conversationId: 'a', participant: 'guest', typing: true });
  expect(shown()).toEqual([['a', ['guest']]]);
  stream?.tell({ type: 'event', kind: 'typing', conversationId: 'a', participant: 'guest', typing: true });
  expect(shown()).toEqual([['a', ['guest']]]);
  stream?.tell({ type: 'event', kind: 'typing', conversationId: 'a', participant: 'guest', typing: false });
  expect(shown()).toEqual([['a', []]]);
  expect(relay.asked).toHaveLength(asked);
});

test('a burst of events is one reading, of the list and of the outcomes of the open conversation', async () => {
  relay.has('a');
  await live();
  const asked = relay.asked.length;
  for (let count = 0; count < 20; count += 1) {
    relay.sockets[0]?.tell({ type: 'event', kind: 'message', conversationId: 'a' });
  }
  relay.explains('a', 'sent', 'coalesced');
  clock.advance(200);
  await settled();
  expect(relay.asked.slice(asked)).toEqual([
    `/v1/conversations?limit=${CONVERSATIONS_MAX}`,
    '/v1/conversations/a/explain',
  ]);
  expect(watch.snapshot().lines.map(({ outcome }) => outcome)).toEqual(['coalesced', 'sent']);
});

test('of many outcomes the newest are shown', async () => {
  relay.has('a');
  relay.explains('a', 'failed', ...Array.from({ length: LINES_MAX }, () => 'sent'), 'coalesced');
  await live();
  const outcomes = watch.snapshot().lines.map(({ outcome }) => outcome);
  expect(outcomes).toHaveLength(LINES_MAX);
  expect([outcomes[0], outcomes.at(-1)]).toEqual(['coalesced', 'sent']);
});

test('what changes without an event is read every two seconds', async () => {
  await live();
  relay.has('a');
  clock.advance(2_000);
  await settled();
  expect(shown()).toEqual([['a', []]]);
});

test('the newest is open until somebody opens another, or none', async () => {
  relay.has('b', 'a');
  relay.explains('a', 'sent');
  await live();
  expect(watch.snapshot().openId).toBe('b');
  watch.open('a');
  await settled();
  expect(watch.snapshot()).toMatchObject({ openId: 'a', lines: [{ outcome: 'sent' }] });
  watch.open(undefined);
  await settled();
  relay.has('c', 'b', 'a');
  clock.advance(2_000);
  await settled();
  expect(watch.snapshot()).toMatchObject({ openId: undefined, lines: [] });
});

test('a token that has expired is replaced, and the page notices nothing', async () => {
  await live();
  relay.expire();
  relay.has('a');
  clock.advance(2_000);
  await settled();
  expect(watch.snapshot().state).toBe('live');
  expect(shown()).toEqual([['a', []]]);
});

test('a lost stream is opened again with a new token, later each time, and at once says so', async () => {
  await live();
  relay.sockets[0]?.end();
  expect(watch.snapshot().state).toBe('lost');
  clock.advance(500);
  await settled();
  relay.sockets[1]?.end();
  clock.advance(999);
  await settled();
  expect(relay.sockets).toHaveLength(2);
  clock.advance(1);
  await settled();
  relay.sockets[2]?.open();
  relay.sockets[2]?.tell({ type: 'authenticated' });
  expect(watch.snapshot().state).toBe('live');
  expect(relay.sockets[2]?.heard).toEqual([{ type: 'authenticate', token: 'token-3' }]);
});

test('a relay that does not answer is tried again until it does', async () => {
  relay.down = true;
  await live();
  expect(watch.snapshot().state).toBe('lost');
  expect(relay.sockets).toEqual([]);
  relay.down = false;
  clock.advance(500);
  await settled();
  expect(relay.sockets).toHaveLength(1);
});

test('somebody may open a conversation while the relay does not answer', async () => {
  relay.has('b', 'a');
  await live();
  relay.down = true;
  watch.open('a');
  await settled();
  expect(watch.snapshot()).toMatchObject({ openId: 'a', lines: [] });
});

test('one reading that fails is made up for by the next', async () => {
  await live();
  relay.down = true;
  clock.advance(2_000);
  await settled();
  relay.down = false;
  relay.has('a');
  clock.advance(2_000);
  await settled();
  expect(shown()).toEqual([['a', []]]);
});
