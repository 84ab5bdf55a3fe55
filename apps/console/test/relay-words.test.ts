import { expect, test } from 'vitest';
import { legsText, nameOf, toneOf, typingText } from '../src/relay/words.ts';
import { conversation } from './support/fake-relay.ts';

const ana = { participant: 'agent:1', purpose: 'agent', name: 'Ana Lima', state: 'connected' } as const;
const queue = { participant: 'bot', purpose: 'acd', name: 'Demo queue', state: 'disconnected' } as const;

test('people have names, and an agent whom nobody named is an agent', () => {
  const known = conversation('a', { participants: [ana], guest: { nickname: 'Ada', connection: { state: 'live' } } });
  expect(nameOf('guest', conversation('a'))).toBe('guest');
  expect(nameOf('guest', known)).toBe('guest Ada');
  expect(nameOf('bot', known)).toBe('bot');
  expect(nameOf('agent:1', known)).toBe('Ana Lima');
  expect(nameOf('agent:2', known)).toBe('agent');
});

test('one types, two type, nobody is not mentioned', () => {
  const participants = [ana];
  expect(typingText(conversation('a', { participants }))).toBe('');
  expect(typingText(conversation('a', { participants, typing: ['guest'] }))).toBe('guest types');
  expect(typingText(conversation('a', { participants, typing: ['guest', 'agent:1'] }))).toBe('guest and Ana Lima type');
});

test('both legs, who has seen what, and what waits', () => {
  expect(legsText(conversation('a', { participants: [queue] }))).toEqual(['guest live', 'no agent']);
  const busy = conversation('a', {
    guest: { connection: { state: 'waiting', reason: 'offline' } },
    participants: [queue, ana],
    watermarks: [{ participant: 'agent:1', watermark: 'seen', upTo: 4 }],
    queued: 2,
  });
  expect(legsText(busy)).toEqual([
    'guest waiting: offline',
    'Ana Lima connected',
    'seen by Ana Lima up to event 4',
    '2 messages wait',
  ]);
  expect(legsText(conversation('a', { queued: 1 })).at(-1)).toBe('1 message waits');
  expect(legsText(conversation('a', { state: 'ended', endedBecause: 'superseded' }))).toEqual(['ended: superseded']);
});

test('one receipt is told once, however many watermarks it has moved', () => {
  const moved = (...watermarks: (readonly [participant: string, watermark: string, upTo: number])[]) =>
    legsText(
      conversation('a', {
        participants: [ana],
        watermarks: watermarks.map(([participant, watermark, upTo]) => ({ participant, watermark, upTo })),
      }),
    ).slice(2);

  const seen = [
    ['guest', 'delivered', 4],
    ['guest', 'displayed', 4],
    ['guest', 'seen', 4],
  ] as const;
  expect(moved(...seen)).toEqual(['seen by guest up to event 4']);
  expect(moved(['guest', 'acknowledged', 4], ...seen)).toEqual(['acknowledged by guest up to event 4']);
  expect(moved(...seen.slice(1), ['guest', 'delivered', 6], ['agent:1', 'delivered', 2])).toEqual([
    'seen by guest up to event 4',
    'delivered to guest up to event 6',
    'delivered to Ana Lima up to event 2',
  ]);
});

test('what was spared is no failure', () => {
  expect(
    ['sent', 'linked', 'coalesced', 'suppressed:stale', 'offline', 'failed'].map((outcome) => toneOf({ outcome })),
  ).toEqual(['good', 'good', 'spared', 'spared', 'bad', 'bad']);
});
