import { expect, test } from 'vitest';
import { EXPLAIN_MAX, Timeline } from '../src/timeline.ts';

test('equal neighbours are one entry with a count', () => {
  const timeline = new Timeline();
  timeline.add(1, 'fact', 'coalesced');
  timeline.add(2, 'fact', 'coalesced');
  timeline.add(3, 'on', 'sent');
  timeline.add(4, 'fact', 'coalesced');
  expect(timeline.entries()).toEqual([
    { atMs: 1, what: 'fact', why: 'coalesced', count: 2 },
    { atMs: 3, what: 'on', why: 'sent', count: 1 },
    { atMs: 4, what: 'fact', why: 'coalesced', count: 1 },
  ]);
});

test('a full timeline forgets the oldest and says how many', () => {
  const timeline = new Timeline();
  for (let index = 0; index < EXPLAIN_MAX + 10; index++) timeline.add(index, 'on', String(index));
  const [older, ...entries] = timeline.entries();
  expect(older).toEqual({ atMs: 10, what: 'older', why: 'forgotten', count: 10 });
  expect(entries.map((entry) => entry.atMs)).toEqual(Array.from({ length: EXPLAIN_MAX }, (_, index) => index + 10));
});

test('what was handed out does not change later', () => {
  const timeline = new Timeline();
  timeline.add(1, 'on', 'sent');
  const before = timeline.entries();
  timeline.add(2, 'on', 'sent');
  expect(before).toMatchObject([{ count: 1 }]);
});
