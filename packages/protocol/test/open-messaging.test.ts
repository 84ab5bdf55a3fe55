import {
  openInboundPath,
  parseMessagingSettingRequest,
  parseOpenAnswer,
  parseOpenEventRequest,
  parseOpenIntegrationRequest,
  parseOpenMessageRequest,
  parseOpenReceiptRequest,
  parseOpenStructuredResponseRequest,
  parseOpenWebhook,
} from '@backchannel/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const from = { id: 'ada@example.test', idType: 'Email' };
const time = '2026-01-05T10:00:00.000Z';

describe('the inbound calls of open messaging', () => {
  // holds: OPEN-INBOUND
  test('have one path each, with the integration in it', () => {
    expect(openInboundPath('a/b', 'structured/response')).toBe(
      '/api/v2/conversations/messages/a%2Fb/inbound/open/structured/response',
    );
  });

  test('are read with the fields of their schema alone', () => {
    const message = { channel: { from, time, messageId: 'ext-1', to: { id: 'x' } }, text: 'Hi', direction: 'Inbound' };
    const parsed = parseOpenMessageRequest(message);
    expect(parsed.ok && Object.keys(parsed.value)).toEqual(['channel', 'text', 'content', 'metadata']);
    expect(parsed.ok && Object.keys(parsed.value.channel)).not.toContain('to');
  });

  // holds: OPEN-ID-TYPE
  test.each(['Email', 'email', 'EMAIL'])('take the idType %s for Email', (idType) => {
    const parsed = parseOpenMessageRequest({ channel: { from: { id: 'ada', idType }, time }, text: 'Hi' });
    expect(parsed).toMatchObject({ ok: true, value: { channel: { from: { idType: 'Email' } } } });
  });

  test.each([
    ['a message without an address', parseOpenMessageRequest, { channel: { time }, text: 'x' }, '$.channel.from'],
    ['nested metadata', parseOpenMessageRequest, { channel: { from, time }, metadata: { a: {} } }, '$.metadata.a'],
    [
      'an event that is no typing',
      parseOpenEventRequest,
      { channel: { from, time }, events: [{ eventType: 'Join' }] },
      '$.events[0].eventType',
    ],
    [
      'a receipt of Read',
      parseOpenReceiptRequest,
      { id: 'm', channel: { to: from, time }, status: 'Read' },
      '$.status',
    ],
    [
      'a receipt without a message',
      parseOpenReceiptRequest,
      { channel: { to: from, time }, status: 'Delivered' },
      '$.id',
    ],
    [
      'an unknown reason',
      parseOpenReceiptRequest,
      { id: 'm', channel: { to: from, time }, status: 'Failed', reasons: [{ code: 'Bad', message: '' }] },
      '$.reasons[0].code',
    ],
    [
      'a button without payload',
      parseOpenStructuredResponseRequest,
      { channel: { from, time }, buttonResponse: { type: 'Button', text: 'x' }, originatingMessageId: 'm' },
      '$.buttonResponse.payload',
    ],
    [
      'an integration without a secret',
      parseOpenIntegrationRequest,
      { name: 'x', outboundNotificationWebhookUrl: 'https://x.test' },
      '$.outboundNotificationWebhookSignatureSecretToken',
    ],
    [
      'a setting that is On',
      parseMessagingSettingRequest,
      { name: 'x', event: { typing: { on: { inbound: 'On' } } } },
      '$.event.typing.on.inbound',
    ],
  ] as const)('%s is refused at its field', (_, guard, value, path) => {
    expect(guard(value)).toMatchObject({ ok: false, problem: { path } });
  });
});

describe('what comes back', () => {
  test('an answer is read whatever it lacks', () => {
    expect(parseOpenAnswer({ type: 'Receipt', status: 'Failed', reasons: [{ code: 'GeneralError' }] })).toMatchObject({
      ok: true,
      value: { status: 'Failed', reasons: [{ code: 'GeneralError', message: '' }], isFinalReceipt: false },
    });
  });

  test('a webhook needs an id, a type and a channel', () => {
    expect(parseOpenWebhook({ id: '1', type: 'Text', channel: {} })).toMatchObject({ ok: true, value: { events: [] } });
    expect(parseOpenWebhook({ id: '1', type: 'Text' })).toMatchObject({ ok: false, problem: { path: '$.channel' } });
  });

  test('no guard throws, whatever it is given', () => {
    const guards = [
      parseOpenAnswer,
      parseOpenWebhook,
      parseOpenMessageRequest,
      parseOpenReceiptRequest,
      parseOpenEventRequest,
    ];
    fc.assert(fc.property(fc.anything(), (value) => guards.every((guard) => typeof guard(value).ok === 'boolean')));
  });
});
