// Real time and real sockets: that nothing hangs can only be seen over them. `npm run fuzz` does the same 100,000 times.
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { Emulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../src/platform/operations.ts';
import { fuzz } from './fuzz/fuzz.ts';

const RUNS = 2_000;
const seed = randomInt(2 ** 31);

test(`${RUNS} wrong frames and requests (--seed ${seed}): no crash, no hang, no leak, no 5xx`, async () => {
  const findings = await fuzz(RUNS, seed);
  // Blind shots would find nothing: sessions were configured, messages went through, and every operation was asked.
  expect(findings.of('answer SessionResponse 200')).toBeGreaterThan(0);
  expect(findings.of('answer StructuredMessage 200')).toBeGreaterThan(0);
  expect(findings.of('status 200')).toBeGreaterThan(0);
  const asked = findings.startingWith('operation ').map(([name]) => name);
  expect(OPERATIONS.map(({ id }) => id).filter((id) => !asked.includes(id))).toEqual([]);
}, 120_000);

test.each([
  ['a 5xx', { operation: 'getUsersMe', rate: 1, status: 500 }, /GET \/api\/v2\/users\/me.* was answered 500/],
  ['a fault of the guest socket', { frame: 'getJwt', rate: 1, status: 5000 }, /A frame was answered with .*5000/],
  ['a connection that breaks', { frame: 'typing', rate: 1, effect: 'cut' }, /The connection was closed with 1006/],
] as const)(
  '%s is found',
  async (_name, rule, found) => {
    await expect(fuzz(RUNS, 1, { prepare: (genesys) => genesys.faults.add(rule) })).rejects.toThrow(found);
  },
  60_000,
);

test.each([
  ['a frame without an answer', { frame: 'getJwt', effect: 'drop' }, /The emulator hangs: a batch of 25 frames/],
  [
    'a request without an answer',
    { operation: 'getUsersMe', rate: 1, effect: 'drop' },
    /hangs: .*\/api\/v2\/users\/me/,
  ],
] as const)(
  '%s is a hang',
  async (_name, rule, found) => {
    const prepare = (genesys: Emulator) => genesys.faults.add(rule);
    await expect(fuzz(RUNS, 1, { prepare, hangMs: 1_000 })).rejects.toThrow(found);
  },
  60_000,
);

test('memory that a reset does not give back is a leak', async () => {
  const held: object[] = [];
  const prepare = (genesys: Emulator) =>
    genesys.journal.subscribe((entry) => held.push(Array.from({ length: 2_000 }, (_, index) => ({ index, entry }))));
  await expect(fuzz(RUNS, 1, { prepare })).rejects.toThrow(/Memory leaks: \d+ MB are held after a reset/);
  expect(held.length).toBeGreaterThan(RUNS);
}, 60_000);

test('a server that outlives the emulator is a leak', async () => {
  const outliving = createServer();
  const prepare = () => outliving.listen(0, '127.0.0.1');
  const left = /Left after the emulator was closed: .*TCPServerWrap/;
  await expect(fuzz(200, 1, { prepare, leakPatienceMs: 1_000 })).rejects.toThrow(left);
  outliving.close();
}, 60_000);

test('a timer that outlives the emulator is a leak', async () => {
  const prepare = (genesys: Emulator) => genesys.clock.after(60_000, () => undefined);
  await expect(fuzz(200, 1, { prepare })).rejects.toThrow('Left after the emulator was closed: 1 timers.');
}, 60_000);
