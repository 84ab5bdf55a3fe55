import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AGREEMENT_FALL_MAX, type GateRecord, gateProblems, measureForGate } from '../fidelity/gate.ts';

const world = { agreement: 0.93, showsPerMessage: 1.2, peakPerMinute: 12, refusals: 0 };

describe('the gate', () => {
  test('the policy that ships is as good as recorded, and breaks no limit', async () => {
    const recorded = JSON.parse(
      await readFile(join(import.meta.dirname, '../fidelity/gate.json'), 'utf8'),
    ) as GateRecord;
    expect(gateProblems(measureForGate(), recorded)).toEqual([]);
    // Two seconds of work; the bound is for machines that do much else meanwhile.
  }, 60_000);

  test('lets the agreement fall a little and no more', () => {
    const before = { 'chat guest': world };
    const fallen = (by: number) => ({ 'chat guest': { ...world, agreement: world.agreement - by } });
    expect(gateProblems(fallen(AGREEMENT_FALL_MAX - 0.0001), before)).toEqual([]);
    expect(gateProblems(fallen(AGREEMENT_FALL_MAX + 0.0001), before)).toEqual([
      expect.stringContaining('chat guest: agreement fell from 0.93'),
    ]);
  });

  test.each([
    ['chat guest', { peakPerMinute: 13 }, '13 frames in a minute, and the limit is 12'],
    ['chat open', { peakPerMinute: 31 }, 'the limit is 30'],
    ['shared 60', { peakPerMinute: 301 }, 'the limit is 300'],
    ['shared 60', { refusals: 1 }, '1 frames were refused'],
  ])('%s with %j is a broken limit', (name, broken, problem) => {
    expect(gateProblems({ [name]: { ...world, ...broken } }, { [name]: world })).toEqual([
      expect.stringContaining(problem),
    ]);
  });

  test('a world that is new, or gone, is said', () => {
    expect(gateProblems({}, { 'chat guest': world })).toEqual([expect.stringContaining('not measured any more')]);
    expect(gateProblems({ 'chat guest': world }, {})).toEqual([expect.stringContaining('not recorded')]);
  });
});
