import { expect, test } from 'vitest';
import { ownConversation } from '../src/agent/own-conversation.ts';
import type { JournalEntry } from '../src/wire/journal-entry.ts';

const frame = (given: Partial<JournalEntry>): JournalEntry => ({
  seq: 1,
  atMs: 0,
  time: '2026-11-21T09:00:00.000Z',
  direction: 'in',
  surface: 'guest',
  kind: 'text',
  size: 100,
  ...given,
});

const mine = [{ id: 'mine', tracingId: 'trace-of-mine' }];

test('the frame that carries the guest’s message names the conversation', () => {
  const entries = [
    frame({ conversationId: 'theirs', payload: { tracingId: 'trace-of-theirs' } }),
    frame({ conversationId: 'ours', payload: { tracingId: 'trace-of-mine' } }),
  ];
  expect(ownConversation(mine, entries)).toBe('ours');
});

test('so does the copy that the guest got of it, as after a reload', () => {
  const copy = frame({
    direction: 'out',
    conversationId: 'ours',
    payload: { body: { channel: { messageId: 'mine' } } },
  });
  expect(ownConversation([{ id: 'mine' }], [copy])).toBe('ours');
});

test('frames without an id are not taken for those of a message without a tracing id', () => {
  expect(
    ownConversation([{ id: 'mine' }], [frame({ conversationId: 'theirs', payload: { body: {} } })]),
  ).toBeUndefined();
});

test('nothing is guessed from other sockets, or before the guest has written', () => {
  const elsewhere = frame({ surface: 'rest', conversationId: 'ours', payload: { tracingId: 'trace-of-mine' } });
  expect(ownConversation(mine, [elsewhere])).toBeUndefined();
  expect(ownConversation([], [frame({ conversationId: 'ours', payload: { tracingId: 'any' } })])).toBeUndefined();
});
