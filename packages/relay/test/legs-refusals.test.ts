import { expect, it } from 'vitest';
import { Refusals } from '../src/legs/refusals.ts';

it('a reason is new once for all who are refused for it, and again when all of them had been accepted', () => {
  const refusals = new Refusals();
  expect([
    refusals.refused('ann', 'no role'),
    refusals.refused('bob', 'no role'),
    refusals.refused('ann', 'no role'),
    refusals.refused('cem', 'no user'),
  ]).toEqual([true, false, false, true]);
  expect(refusals.size).toBe(3);
  refusals.accepted('ann');
  refusals.accepted('nobody');
  expect(refusals.refused('ann', 'no role')).toBe(false);
  refusals.accepted('ann');
  refusals.accepted('bob');
  expect(refusals.refused('ann', 'no role')).toBe(true);
  expect(refusals.refused('cem', 'no role')).toBe(false);
  expect(refusals.refused('dan', 'no user')).toBe(true);
  expect(refusals.size).toBe(3);
});
