import { expect, test } from 'vitest';
import { conversationOfSeat, conversationOnWire } from '../src/agent/own-conversation.ts';
import { SEAT_ATTRIBUTE } from '../src/guest/guest-seat.ts';
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
  expect(conversationOnWire(mine, entries)).toBe('ours');
});

test('so does the copy that the guest got of it, as after a reload', () => {
  const copy = frame({
    direction: 'out',
    conversationId: 'ours',
    payload: { body: { channel: { messageId: 'mine' } } },
  });
  expect(conversationOnWire([{ id: 'mine' }], [copy])).toBe('ours');
});

test('frames without an id are not taken for those of a message without a tracing id', () => {
  expect(
    conversationOnWire([{ id: 'mine' }], [frame({ conversationId: 'theirs', payload: { body: {} } })]),
  ).toBeUndefined();
});

test('nothing is guessed from other sockets, or before the guest has written', () => {
  const elsewhere = frame({ surface: 'rest', conversationId: 'ours', payload: { tracingId: 'trace-of-mine' } });
  expect(conversationOnWire(mine, [elsewhere])).toBeUndefined();
  expect(conversationOnWire([], [frame({ conversationId: 'ours', payload: { tracingId: 'any' } })])).toBeUndefined();
});

test('the guest’s first frame says whose seat it is, before anything is written', () => {
  const conversation = (id: string, attributes: Readonly<Record<string, string>>) => ({
    id,
    participants: [{ id: `customer-of-${id}`, purpose: 'customer', state: 'connected', attributes }],
  });
  const conversations = [
    conversation('ours', { [SEAT_ATTRIBUTE]: 'seat-1' }),
    conversation('theirs', { [SEAT_ATTRIBUTE]: 'seat-2' }),
    conversation('of-a-program', {}),
  ];
  expect(conversationOfSeat('seat-1', conversations)).toBe('ours');
  expect(conversationOfSeat('seat-3', conversations)).toBeUndefined();
});
