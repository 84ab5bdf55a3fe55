import {
  agentLeg,
  agentTypingPath,
  FACTS,
  hostsAt,
  hostsIn,
  LIMITS,
  type Participant,
  parseAgentTypingRequest,
  parseNotificationFrame,
} from '@backchannel/protocol';
import { expect, test } from 'vitest';

// holds: HOSTS-REGIONS
test('a region is known by its AWS name and by its domain', () => {
  expect(hostsIn('eu-west-1')).toEqual(hostsIn('mypurecloud.ie'));
  expect(hostsIn('us-east-1')).toEqual({
    api: 'https://api.mypurecloud.com',
    login: 'https://login.mypurecloud.com',
    guestSocket: 'wss://webmessaging.mypurecloud.com/v1',
    cdn: 'https://api-cdn.mypurecloud.com',
  });
  expect(hostsIn('new1.pure.cloud').api).toBe('https://api.new1.pure.cloud');
});

test('a region that is an inherited name is taken as a domain', () => {
  expect(hostsIn('constructor').api).toBe('https://api.constructor');
});

// holds: HOSTS-ONE-SERVER
test('one server plays every host', () => {
  expect(hostsAt('http://127.0.0.1:4100/')).toEqual({
    api: 'http://127.0.0.1:4100',
    login: 'http://127.0.0.1:4100',
    guestSocket: 'ws://127.0.0.1:4100/v1',
    cdn: 'http://127.0.0.1:4100',
  });
  expect(hostsAt('https://relay.example.org').guestSocket).toBe('wss://relay.example.org/v1');
});

test.each(['127.0.0.1:4100', 'ftp://x', 'http://', ''])('%j is refused as a base URL, with one that works', (url) => {
  expect(() => hostsAt(url)).toThrow(/not an http\(s\) URL\. Pass one like/);
});

test('ids are escaped in paths', () => {
  expect(agentTypingPath('a/b', 'c?d')).toBe('/api/v2/conversations/messages/a%2Fb/communications/c%3Fd/typing');
});

// holds: AGENT-TYPING-ON-ONLY
test('typing Off is refused with the value that exists', () => {
  expect(parseAgentTypingRequest({ typing: { type: 'Off' } })).toEqual({
    ok: false,
    problem: { path: '$.typing.type', found: 'the text "Off"', expected: '"On"' },
  });
});

// holds: AGENT-TYPING-BODY
test('the duration of an agent’s typing is a whole number of milliseconds, of which nothing more is asked', () => {
  const parse = (duration: unknown) => parseAgentTypingRequest({ typing: { type: 'On', duration } });
  for (const duration of [5_000, 1, 0, -1, undefined]) {
    expect(parse(duration)).toEqual({ ok: true, value: { typing: { type: 'On', duration } } });
  }
  for (const [duration, found] of [
    [2_999.4, 'the number 2999.4'],
    ['5000', 'the text "5000"'],
    [Number.POSITIVE_INFINITY, 'the number Infinity'],
  ] as const) {
    expect(parse(duration)).toEqual({
      ok: false,
      problem: { path: '$.typing.duration', found, expected: 'a whole number' },
    });
  }
});

const agent = (id: string, rest: Partial<Participant> = {}): Participant => ({
  id,
  purpose: 'agent',
  userId: `user-${id}`,
  attributes: {},
  communications: [{ id: `leg-${id}`, state: 'connected', messages: [] }],
  ...rest,
});

// holds: CONVERSATION-LEGS
test('the agent leg is the last agent participant that has not left', () => {
  const first = agent('1', { endTime: '2026-01-01T10:00:00.000Z' });
  const participants = [agent('0', { purpose: 'customer' }), first, agent('2')];
  expect(agentLeg({ id: 'c', participants })?.communication.id).toBe('leg-2');
  expect(agentLeg({ id: 'c', participants: [first] })).toBeUndefined();
});

test('a disconnected communication is no leg, and another user’s is not mine', () => {
  const gone = agent('1', { communications: [{ id: 'leg', state: 'disconnected', messages: [] }] });
  expect(agentLeg({ id: 'c', participants: [gone] })).toBeUndefined();
  expect(agentLeg({ id: 'c', participants: [agent('1')] }, 'user-2')).toBeUndefined();
  expect(agentLeg({ id: 'c', participants: [agent('1'), agent('2')] }, 'user-1')?.participant.id).toBe('1');
});

// holds: NOTIFY-EVENTS
test('a topic that this version does not know is kept by name', () => {
  expect(parseNotificationFrame({ topicName: 'v2.users.u.presence', eventBody: {} })).toEqual({
    ok: true,
    value: { kind: 'unrecognised', topic: 'v2.users.u.presence' },
  });
});

test('every limit and every fact says where it is from', () => {
  const limits = Object.values(LIMITS);
  expect(new Set(limits.map((limit) => limit.id)).size).toBe(limits.length);
  for (const { source, limit } of limits) {
    expect(source).not.toBe('');
    expect(limit).toBeGreaterThan(0);
  }
  for (const [id, fact] of Object.entries(FACTS)) {
    expect(id).toMatch(/^[A-Z0-9-]+$/);
    expect(fact.says.endsWith('.') || fact.says.endsWith('”')).toBe(true);
    expect(fact.source).not.toBe('');
  }
});
