import { expect, test } from 'vitest';
import { legsText, nameOf, toneOf, typingText } from '../src/relay/words.ts';
import { conversation } from './support/fake-relay.ts';

const ana = { participant: 'agent:1', purpose: 'agent', name: 'Ana Lima', state: 'connected' } as const;
const queue = { participant: 'bot', purpose: 'acd', name: 'Demo queue', state: 'disconnected' } as const;

test('people have names, and an agent whom nobody named is an agent', () => {
  expect(nameOf('guest', { participants: [] })).toBe('guest');
  expect(nameOf('agent:1', { participants: [ana] })).toBe('Ana Lima');
  expect(nameOf('agent:2', { participants: [ana] })).toBe('agent');
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
    'Ana Lima has seen up to 4',
    '2 messages wait',
  ]);
  expect(legsText(conversation('a', { queued: 1 })).at(-1)).toBe('1 message waits');
  expect(legsText(conversation('a', { state: 'ended', endedBecause: 'superseded' }))).toEqual(['ended: superseded']);
});

test('what was spared is no failure', () => {
  expect(
    ['sent', 'linked', 'coalesced', 'suppressed:stale', 'offline', 'failed'].map((outcome) => toneOf({ outcome })),
  ).toEqual(['good', 'good', 'spared', 'spared', 'bad', 'bad']);
});
