import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../src/wire/journal-entry.ts';
import { linesOf, TOGETHER_MS } from '../src/wire/wire-line.ts';

const notification = (seq: number, given: Partial<JournalEntry> = {}): JournalEntry => ({
  seq,
  atMs: seq,
  time: new Date(Date.UTC(2026, 10, 21, 9) + (given.atMs ?? seq)).toISOString(),
  direction: 'out',
  surface: 'notifications',
  kind: 'conversation',
  size: 1_858,
  conversationId: 'ours',
  payload: { topicName: 'v2.users.ana.conversations.messages', metadata: { CorrelationId: 'one' } },
  ...given,
});

const counts = (...entries: JournalEntry[]) => linesOf(entries).map(({ entry, count }) => [entry.seq, count]);

test('a notification to several sockets is one line that says to how many', () => {
  expect(linesOf([notification(1), notification(2), notification(4)])).toEqual([
    { entry: notification(1), count: 3, withinMs: 3 },
  ]);
});

test.each<[string, Partial<JournalEntry>]>([
  ['another notification', { payload: { metadata: { CorrelationId: 'two' } } }],
  ['another conversation', { conversationId: 'theirs' }],
  ['another direction', { direction: 'in' }],
  ['another status', { status: 429 }],
  ['something to say about it', { note: 'Injected: lost.' }],
  ['another fault', { fault: 'f1' }],
  ['another size', { size: 12 }],
])('%s is a line of its own', (_name, given) => {
  expect(counts(notification(1), notification(2, given))).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

test('only neighbours are one line: the order of what passed stays', () => {
  const between = notification(2, { kind: 'typing' });
  expect(counts(notification(1), between, notification(3))).toEqual([
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
});

test('what comes again later is a line of its own, as heartbeats are', () => {
  const heartbeat = (seq: number, atMs: number) => notification(seq, { atMs, kind: 'heartbeat' });
  expect(
    counts(heartbeat(1, 0), heartbeat(2, TOGETHER_MS), heartbeat(3, TOGETHER_MS + 1), heartbeat(4, TOGETHER_MS + 2)),
  ).toEqual([
    [1, 2],
    [3, 2],
  ]);
});

describe('a request', () => {
  const asks = (seq: number, given: Partial<JournalEntry> = {}) =>
    notification(seq, { surface: 'rest', direction: 'in', kind: 'GET …/me', size: 0, payload: undefined, ...given });
  const answers = (seq: number, given: Partial<JournalEntry> = {}) =>
    asks(seq, { direction: 'out', status: 200, size: 222, payload: { name: 'Ana Lima' }, ...given });
  const seqs = (...entries: JournalEntry[]) =>
    linesOf(entries).map(({ entry, answer, count }) => [entry.seq, answer?.seq, count]);

  test('and the answer that follows it are one line, and so are two readers of one thing', () => {
    expect(seqs(asks(1), answers(2))).toEqual([[1, 2, 1]]);
    expect(seqs(asks(1), answers(2), asks(3), answers(4))).toEqual([[1, 2, 2]]);
    expect(seqs(asks(1), answers(2), asks(3), answers(4, { payload: { name: 'Ben Okafor' } }))).toEqual([
      [1, 2, 1],
      [3, 4, 1],
    ]);
  });

  test('of which something came stands before it, and its answer after', () => {
    expect(seqs(asks(1), notification(2), answers(3))).toEqual([
      [1, undefined, 1],
      [2, undefined, 1],
      [3, undefined, 1],
    ]);
  });

  test('has no answer that may be another one’s', () => {
    expect(seqs(asks(1), asks(2, { size: 40 }), answers(3), answers(4))).toEqual([
      [1, undefined, 1],
      [2, undefined, 1],
      [3, undefined, 2],
    ]);
    expect(seqs(asks(1), answers(2, { kind: 'GET …/you' }))).toEqual([
      [1, undefined, 1],
      [2, undefined, 1],
    ]);
  });

  test.each<[string, Partial<JournalEntry>]>([
    ['was refused', { status: 429 }],
    ['somebody has a word about', { note: 'A hint.' }],
    ['a fault has made', { fault: 'f1' }],
    ['has fields that nobody reads', { unread: [{ field: 'typin' }] }],
  ])('that %s keeps its answer in a line of its own', (_name, given) => {
    expect(seqs(asks(1), answers(2, given))).toHaveLength(2);
  });
});

test('an empty wire has no lines', () => {
  expect(linesOf([])).toEqual([]);
});
