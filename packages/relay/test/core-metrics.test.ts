import { expect, it } from 'vitest';
import { type Gauge, noMetrics } from '../src/observe/metrics.ts';
import { client, startCore, stopAfterEach } from './support/core.ts';

stopAfterEach();

const c1 = { id: 'c1' } as const;

async function counted() {
  const counts: string[] = [];
  const gauges = new Map<Gauge, () => number>();
  const core = await startCore({
    metrics: {
      ...noMetrics,
      signal: (kind, outcome) => counts.push(`${kind} ${outcome}`),
      message: (outcome) => counts.push(`message ${outcome}`),
      delivery: (latencyMs) => counts.push(`delivery ${latencyMs}`),
      watch: (gauge, read) => gauges.set(gauge, read),
    },
  });
  return { core, counts, gauge: (name: Gauge) => gauges.get(name)?.() };
}

it('every signal and every step of a message is counted, with how long a delivery took', async () => {
  const { core, counts } = await counted();
  const genesys = await core.bind();
  genesys.fates = ['stays', 'arrives', 'refused'];
  await core.relay.typing(client(), { conversation: c1, participant: 'guest', typing: true });
  await core.relay.receipt(client(), { conversation: c1, participant: 'guest', watermark: 'seen' });
  const say = (text: string) =>
    core.relay.message(client(), { conversation: c1, participant: 'guest', text, idempotencyKey: text });
  await say('one');
  await core.clock.advance(1_000);
  await say('one');
  await say('two');
  await core.clock.advance(1_000);
  expect(counts).toEqual([
    'typing sent',
    'receipt coalesced',
    'message accepted',
    'message postponed',
    'message sent',
    'delivery 750',
    'message repeated',
    'message accepted',
    'message failed',
  ]);
});

it('what waits and what is open can be read at any time', async () => {
  const { core, gauge } = await counted();
  const genesys = await core.bind();
  await core.bind('c2');
  genesys.becomes('waiting');
  for (const text of ['one', 'two']) {
    await core.relay.message(client(), { conversation: c1, participant: 'guest', text });
  }
  expect([gauge('conversations'), gauge('lanes_waiting'), gauge('messages_waiting')]).toEqual([2, 1, 2]);
  genesys.becomes('live');
  await core.clock.advance(1);
  expect([gauge('lanes_waiting'), gauge('messages_waiting')]).toEqual([0, 0]);
});

it('explain tells of a message why it waits and how it ended, and never what it says', async () => {
  const { core } = await counted();
  const genesys = await core.bind();
  genesys.fates = ['stays', 'refused'];
  await core.relay.message(client(), { conversation: c1, participant: 'guest', text: 'a secret' });
  await core.clock.advance(1_000);
  const lines = await core.relay.explain(client(), c1);
  expect(lines).toEqual([
    {
      time: expect.stringMatching(/^2026-01-05T/),
      participant: 'guest',
      what: 'message',
      outcome: 'postponed',
      reason: 'offline: It is away.',
    },
    { time: expect.any(String), participant: 'guest', what: 'message', outcome: 'failed', reason: 'Refused with 400.' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});
