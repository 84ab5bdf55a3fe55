import { messageKey, parseGuestRequest, parseGuestResponse } from '@backchannel/protocol';
import { expect, test } from 'vitest';

const frame = (name: string, body: unknown, code = 200) => ({ type: 'message', class: name, code, body });
const outbound = (body: object) =>
  parseGuestResponse(frame('StructuredMessage', { id: 'x', direction: 'Outbound', ...body }));

// holds: GUEST-DISPATCH-ON-CLASS, GUEST-TOLERANCE
test('a class that this version does not know is kept by name, not refused', () => {
  expect(parseGuestResponse(frame('ResumeTokenResponse', { resumeToken: 'r' }))).toMatchObject({
    ok: true,
    value: { class: 'unrecognised', body: { name: 'ResumeTokenResponse', value: { resumeToken: 'r' } } },
  });
});

test('unknown events and content keep their name', () => {
  expect(
    outbound({
      type: 'Event',
      events: [{ eventType: 'Reactions', reactions: [] }],
      content: [{ contentType: 'FakeContent', fakeContent: { foo: 'bar' } }],
    }),
  ).toMatchObject({
    ok: true,
    value: {
      body: {
        events: [{ eventType: 'Other', name: 'Reactions' }],
        content: [{ contentType: 'FakeContent', item: { foo: 'bar' } }],
      },
    },
  });
});

// holds: GUEST-TYPING-DURATION
test.each(['duration', 'durationMs'])('the lifetime of typing is read from %s', (field) => {
  expect(
    outbound({ type: 'Event', events: [{ eventType: 'Typing', typing: { type: 'On', [field]: 7000 } }] }),
  ).toMatchObject({
    value: { body: { events: [{ typing: { duration: 7000 } }] } },
  });
});

// holds: GUEST-CLOSED-REASON, class:ConnectionClosedEvent
test.each(['reason', 'reasonCode'])('why a connection was closed is read from %s', (field) => {
  expect(parseGuestResponse(frame('ConnectionClosedEvent', { [field]: 'signedIn' }))).toMatchObject({
    value: { body: { reason: 'signedIn' } },
  });
});

test('a connection closed without any body is read', () => {
  expect(parseGuestResponse({ class: 'ConnectionClosedEvent', code: 200, body: null })).toMatchObject({
    value: { body: {} },
  });
});

test.each([
  [
    'message.channel, as the mobile client sends them',
    { message: { type: 'Text', channel: { metadata: { customAttributes: { a: 'b' } } } } },
  ],
  [
    'channel, as the Java client sends them',
    { message: { type: 'Text' }, channel: { metadata: { customAttributes: { a: 'b' } } } },
  ],
])('custom attributes are read from %s', (_where, rest) => {
  expect(parseGuestRequest({ action: 'onMessage', token: 't', ...rest })).toMatchObject({
    value: { customAttributes: { a: 'b' } },
  });
});

test('custom attributes are texts, and the wrong one is named', () => {
  const parsed = parseGuestRequest({
    action: 'onMessage',
    token: 't',
    message: { type: 'Text' },
    channel: { metadata: { customAttributes: { total: 12 } } },
  });
  expect(!parsed.ok && parsed.problem.path).toBe('$.channel.metadata.customAttributes.total');
});

test('an attachment-only message, which has neither type nor text, is read', () => {
  expect(parseGuestRequest({ action: 'onMessage', token: 't', message: { content: [] } }).ok).toBe(true);
});

// holds: GUEST-MESSAGE-KEY
test('a message is the same message under channel.messageId, else under its id', () => {
  const live = { id: 'a', type: 'Text', direction: 'Inbound', events: [], content: [] } as const;
  expect(messageKey({ ...live, channel: { messageId: 'b' } })).toBe('b');
  expect(messageKey(live)).toBe('a');
});
