import { hostsAt } from '@backchannel/client';
import { OpenMessagingChannel, type OpenMessagingChannelOptions, readWebhook } from '@backchannel/client/open';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { type FakeAnswer, FakePorts, type FakeRequest } from './support/fake-ports.ts';
import { checkLeaks } from './support/leaks.ts';

const ADA = { id: 'ada@example.test', idType: 'Email', nickname: 'Ada' } as const;
const PATH = '/api/v2/conversations/messages/integration-1/inbound/open';

const answerTo = ({ path, body }: FakeRequest): FakeAnswer => {
  const { id, status } = JSON.parse(body) as { id?: string; status?: string };
  if (path.endsWith('/receipt')) return { body: { id, type: 'Receipt', status, isFinalReceipt: true, channel: {} } };
  return { body: { id: 'platform-1', type: 'Text', conversationId: 'c-1', channel: {} } };
};

describe('a channel of open messaging', () => {
  const track = checkLeaks();
  const make = (options: Partial<OpenMessagingChannelOptions> = {}) => {
    const ports = new FakePorts(answerTo);
    const hosts = hostsAt('http://test.invalid');
    const channel = new OpenMessagingChannel({
      hosts,
      integrationId: 'integration-1',
      token: 'good',
      ports,
      ...options,
    });
    const bodies = (kind: string): Record<string, unknown>[] =>
      ports.requests.filter(({ path }) => path === `${PATH}/${kind}`).map(({ body }) => JSON.parse(body));
    return { ...track({ ports }), channel, bodies };
  };

  it('sends a message with an id and a time of its own, and knows the conversation from then on', async () => {
    const { ports, channel, bodies } = make();
    const ada = channel.guest(ADA);
    expect(await ada.message('Hello', { metadata: { orderId: '42' } })).toMatchObject({
      outcome: 'sent',
      value: { id: 'platform-1', messageId: 'id-1', time: '2026-01-05T00:00:01.000Z', conversationId: 'c-1' },
    });
    expect(ada.conversationId).toBe('c-1');
    expect(ports.requests[0]?.query.get('prefetchConversationId')).toBe('true');
    expect(ports.requests[0]?.headers.get('authorization')).toBe('Bearer good');
    expect(bodies('message')).toEqual([
      {
        channel: { from: ADA, messageId: 'id-1', time: '2026-01-05T00:00:01.000Z' },
        text: 'Hello',
        metadata: { orderId: '42' },
      },
    ]);
    await channel.close();
  });

  it('repeats a message under the same id and time when it is told to', async () => {
    const { ports, channel, bodies } = make({ prefetchConversationId: false });
    const ada = channel.guest(ADA);
    ports.server = () => undefined;
    const first = ada.message('Hello', { messageId: 'm-1' });
    await ports.clock.advance(15_000);
    expect(await first).toMatchObject({ outcome: 'timeout' });
    ports.server = answerTo;
    await ada.message('Hello', { messageId: 'm-1', time: '2026-01-05T00:00:01.000Z' });
    expect(new Set(bodies('message').map((body) => JSON.stringify(body))).size).toBe(1);
    await channel.close();
  });

  it('never opens a conversation by typing', async () => {
    const { ports, channel } = make();
    const ada = channel.guest(ADA);
    ada.typing.keystroke();
    await settle();
    expect(ports.requests).toEqual([]);
    expect(ada.typing.explain().at(-1)).toMatchObject({ why: 'suppressed:no-conversation' });
    await channel.close();
  });

  // holds: OPEN-EVENT
  it('types with an event that has no On, no Off and no duration, once per 5 s, and again after a message', async () => {
    const { ports, channel, bodies } = make();
    const ada = channel.guest(ADA);
    await ada.message('Hello');
    for (let second = 0; second < 11; second += 1) {
      ada.typing.keystroke();
      await ports.clock.advance(1_000);
    }
    expect(bodies('event')).toHaveLength(3);
    expect(bodies('event')[0]).toEqual({
      channel: { from: ADA, time: expect.any(String) },
      events: [{ eventType: 'Typing' }],
    });
    ada.typing.stop();
    await ada.message('Are you there?');
    ada.typing.keystroke();
    await settle();
    expect(bodies('event')).toHaveLength(4);
    await channel.close();
  });

  it('never types more than 30 times in a minute, whatever the messages between', async () => {
    const { ports, channel, bodies } = make();
    const ada = channel.guest(ADA);
    await ada.message('Hello');
    for (let count = 0; count < 50; count += 1) {
      ada.typing.keystroke();
      await ports.clock.advance(500);
      await ada.message('…and');
      await ports.clock.advance(500);
    }
    expect(bodies('event')).toHaveLength(30);
    await channel.close();
  });

  it('types in a conversation that a webhook has told of, until it is over', async () => {
    const { channel, bodies } = make();
    const ada = channel.guest(ADA);
    ada.heard(readWebhook(JSON.stringify({ id: '1', type: 'Text', channel: {}, text: 'Hi', conversationId: 'c-7' })));
    expect(ada.conversationId).toBe('c-7');
    ada.typing.keystroke();
    await settle();
    ada.ended();
    ada.typing.keystroke();
    await settle();
    expect(bodies('event')).toHaveLength(1);
    await channel.close();
  });

  // holds: OPEN-RECEIPT-STATUS
  it('confirms an agent’s message, or says why it failed', async () => {
    const { channel, bodies } = make();
    const ada = channel.guest(ADA);
    expect(await ada.receipt('m-1', 'Delivered')).toMatchObject({ outcome: 'sent', value: { status: 'Delivered' } });
    expect(await ada.receipt('m-2', 'Failed')).toMatchObject({ outcome: 'sent' });
    const channelTo = { to: { id: ADA.id, idType: 'Email' }, time: '2026-01-05T00:00:01.000Z' };
    expect(bodies('receipt')).toEqual([
      { id: 'm-1', channel: channelTo, status: 'Delivered', isFinalReceipt: true },
      {
        id: 'm-2',
        channel: channelTo,
        status: 'Failed',
        isFinalReceipt: true,
        reasons: [expect.objectContaining({ code: 'GeneralError' })],
      },
    ]);
    await expect(ada.receipt('m-1', 'Read' as never)).rejects.toMatchObject({
      code: 'receipt.unsupported',
      message: expect.stringContaining('no Read'),
    });
    await channel.close();
  });

  // holds: OPEN-RECEIPT-REFUSED
  it('takes a receipt that is answered 2xx with Failed in its body for refused', async () => {
    const { ports, channel } = make();
    const reasons = [{ code: 'UnknownMessage', message: 'no such message' }];
    ports.server = () => ({ body: { id: 'm-1', type: 'Receipt', status: 'Failed', reasons, channel: {} } });
    expect(await channel.guest(ADA).receipt('m-1', 'Delivered')).toMatchObject({
      outcome: 'refused',
      error: { code: 'receipt.failed', message: expect.stringContaining('UnknownMessage: no such message') },
    });
    await channel.close();
  });

  it('tells what was pressed', async () => {
    const { channel, bodies } = make();
    const button = { type: 'QuickReply', text: 'Yes', payload: 'yes', originatingMessageId: 'm-1' } as const;
    expect(await channel.guest(ADA).structuredResponse(button)).toMatchObject({ outcome: 'sent' });
    expect(bodies('structured/response')[0]).toMatchObject({
      buttonResponse: { type: 'QuickReply', text: 'Yes', payload: 'yes' },
      originatingMessageId: 'm-1',
    });
    await channel.close();
  });

  it('keeps messages within the token’s limit and typing out of their reserve', async () => {
    const { ports, channel, bodies } = make();
    const guests = Array.from({ length: 150 }, (_, index) => channel.guest({ id: `guest-${index}` }));
    for (const guest of guests)
      guest.heard({ kind: 'other', type: '', id: '', guestId: '', conversationId: '', time: '' });
    for (const guest of guests) guest.typing.keystroke();
    await settle();
    expect(bodies('event')).toHaveLength(100);
    await Promise.all(Array.from({ length: 60 }, () => guests[0]!.message('Hello')));
    expect(bodies('message')).toHaveLength(60);
    expect(ports.requests.length).toBeLessThanOrEqual(300);
    await channel.close();
  });

  it('is told by a notice when typing is refused, and rests after a 429', async () => {
    const { ports, channel } = make();
    const notices: string[] = [];
    channel.on('notice', ({ code }) => notices.push(code));
    const ada = channel.guest(ADA);
    await ada.message('Hello');
    ports.server = () => ({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { code: 'too.many.requests.retry.after' },
    });
    ada.typing.keystroke();
    await settle();
    expect(notices).toEqual(['typing.refused']);
    await channel.close();
  });

  it('is one guest per address, with the names that were told last', async () => {
    const { channel, bodies } = make();
    const ada = channel.guest({ id: 'ada' });
    expect(channel.guest({ id: 'ada', nickname: 'Ada' })).toBe(ada);
    await ada.message('Hello');
    expect(bodies('message')[0]).toMatchObject({ channel: { from: { id: 'ada', idType: 'Opaque', nickname: 'Ada' } } });
    ada.close();
    expect(channel.guest({ id: 'ada' })).not.toBe(ada);
    await channel.close();
  });

  it.each([
    ['an integration', () => make({ integrationId: '' })],
    ['a token', () => make({ token: '' })],
    ['an address', () => make().channel.guest({ id: '' })],
    ['a known kind of address', () => make().channel.guest({ id: 'ada', idType: 'Nick' as never })],
  ])('wants %s', (_, mistake) => {
    expect(mistake).toThrow('option.invalid');
  });

  it('refuses blank text, and guests once it is closed', async () => {
    const { channel } = make();
    const ada = channel.guest(ADA);
    await expect(ada.message('  ')).rejects.toMatchObject({ code: 'text.invalid' });
    const attachments = [{ mediaType: 'Image', url: 'https://files.test/1.png', mime: 'image/png' }] as const;
    expect(await ada.message('', { attachments })).toMatchObject({ outcome: 'sent' });
    await channel.close();
    expect(() => channel.guest(ADA)).toThrow('channel.closed');
  });
});
