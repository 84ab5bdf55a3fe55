// Real time and real sockets: that nothing hangs can only be seen over them. `npm run fuzz` does the same 100,000 times.
import { randomInt } from 'node:crypto';
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
    await expect(fuzz(RUNS, 1, (genesys) => genesys.faults.add(rule))).rejects.toThrow(found);
  },
  60_000,
);
