import { describe, expect, it } from 'vitest';
import type { ParticipantView } from '../src/domain/commands.ts';
import { typistOf, writerOf } from '../src/legs/attribution.ts';

const participant = (userId: string, changes: Partial<ParticipantView> = {}): ParticipantView => ({
  id: `participant-${userId}`,
  participant: `agent:${userId}`,
  purpose: 'agent',
  userId,
  name: `Name of ${userId}`,
  state: 'connected',
  ...changes,
});
const customer: ParticipantView = { id: 'c', participant: 'guest', purpose: 'customer', state: 'connected' };
const queue: ParticipantView = { id: 'q', participant: 'queue', purpose: 'acd', state: 'disconnected' };
const left = { state: 'disconnected' } as const;

describe('who wrote it', () => {
  it.each([
    ['the guest', { from: 'guest' } as const, [customer, participant('ana')], 'guest'],
    ['a bot', { from: 'bot' } as const, [customer, participant('ana')], 'bot'],
    ['the only agent there ever was', { from: 'agent' } as const, [customer, queue, participant('ana')], 'agent:ana'],
    [
      'the only agent, twice there',
      { from: 'agent' } as const,
      [participant('ana', left), participant('ana')],
      'agent:ana',
    ],
    ['nobody known, before the legs are linked', { from: 'agent', name: 'Ana' } as const, [], 'agent'],
    ['one of two, without a name', { from: 'agent' } as const, [participant('ana', left), participant('ben')], 'agent'],
    [
      'one of two, by a name that is one’s alone',
      { from: 'agent', name: 'Name of ana' } as const,
      [participant('ana', left), participant('ben')],
      'agent:ana',
    ],
    [
      'one of two of the same name',
      { from: 'agent', name: 'Kim' } as const,
      [participant('ana', { name: 'Kim' }), participant('ben', { name: 'Kim' })],
      'agent',
    ],
  ])('%s', (_who, message, participants, expected) => {
    expect(writerOf(message, participants)).toBe(expected);
  });
});

describe('who of the other side types', () => {
  it.each([
    ['the only agent who is connected', [participant('ana', left), participant('ben')], 'agent:ben'],
    ['one of two who are connected', [participant('ana'), participant('ben')], 'agent'],
    ['nobody known', [customer, queue], 'agent'],
    ['not one who only alerts', [participant('ana', { state: 'alerting' })], 'agent'],
  ])('%s', (_who, participants, expected) => {
    expect(typistOf(participants)).toBe(expected);
  });
});
