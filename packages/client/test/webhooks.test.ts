import { createHmac } from 'node:crypto';
import { readWebhook, verifyWebhook, WebhookInbox } from '@backchannel/client/open';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** Computed by another implementation (OpenSSL: `printf … | openssl dgst -sha256 -hmac … -binary | base64`). */
const VECTORS = [
  [
    'a-secret-longer-than-15',
    '{"id":"1","type":"Text","text":"Hello"}',
    'sha256=jV1cPCEcVCo7vL46mZlKlEQbCtLdzphUHraAVYFnjps=',
  ],
  ['a-secret-longer-than-15', '{"text":"Größe? 👟"}', 'sha256=qV2RnWTQY8qYKMLcO1IaKHgX77C2XPqZrKUFdq1jtG4='],
  ['a-secret-longer-than-15', '', 'sha256=NpHhg8FRgZZighFbCJe493avJu3sNR8FAoMBJq1H44k='],
] as const;

const sign = (secret: string, body: string | Uint8Array): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`;

const SECRET = 'a-secret-longer-than-15';

describe('a webhook’s signature', () => {
  // holds: OPEN-SIGNATURE
  it.each(VECTORS)('of the secret %s and the body %s is verified', async (secret, rawBody, signature) => {
    expect(await verifyWebhook({ secret, rawBody, signature })).toBe(true);
    expect(await verifyWebhook({ secret, rawBody: new TextEncoder().encode(rawBody), signature })).toBe(true);
    expect(await verifyWebhook({ secret: `${secret}.`, rawBody, signature })).toBe(false);
  });

  it.each([
    ['is absent', undefined],
    ['stands twice', ['sha256=x', 'sha256=y']],
    ['is empty', ''],
    ['is hexadecimal', `sha256=${createHmac('sha256', SECRET).update('{}').digest('hex')}`],
    ['has no prefix', sign(SECRET, '{}').slice(7)],
    ['has another prefix', sign(SECRET, '{}').replace('sha256', 'sha1')],
    ['is no base64', 'sha256=A'],
    ['is cut', sign(SECRET, '{}').slice(0, -2)],
    ['is followed by something', `${sign(SECRET, '{}')} `],
    ['is of another body', sign(SECRET, '{ }')],
  ])('is refused when it %s', async (_, signature) => {
    expect(await verifyWebhook({ secret: SECRET, rawBody: '{}', signature })).toBe(false);
  });

  it('is true for any bytes and their signature, and false when any bit of either is flipped', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.string({ minLength: 1 }),
        fc.nat(),
        fc.nat(),
        async (rawBody, secret, inBody, inText) => {
          const signature = sign(secret, rawBody);
          expect(await verifyWebhook({ secret, rawBody, signature })).toBe(true);
          const other = Uint8Array.from(rawBody);
          const bit = inBody % (rawBody.length * 8);
          other[bit >> 3]! ^= 1 << (bit & 7);
          expect(await verifyWebhook({ secret, rawBody: other, signature })).toBe(false);
          const characters = Buffer.from(signature);
          const flipped = inText % (characters.length * 8);
          characters[flipped >> 3]! ^= 1 << (flipped & 7);
          expect(await verifyWebhook({ secret, rawBody, signature: characters.toString('latin1') })).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is refused in every other spelling of the same bytes', async () => {
    const signature = sign(SECRET, '{}');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const last = alphabet.indexOf(signature.at(-2)!);
    // The last character of 32 bytes has two spare bits, which a decoder passes over.
    const other = `${signature.slice(0, -2)}${alphabet[last ^ 1]}=`;
    expect(Buffer.from(other.slice(7), 'base64')).toEqual(Buffer.from(signature.slice(7), 'base64'));
    expect(await verifyWebhook({ secret: SECRET, rawBody: '{}', signature: other })).toBe(false);
  });

  it('is not looked at without a secret, or when the body has been parsed', async () => {
    const signature = sign(SECRET, '{}');
    await expect(verifyWebhook({ secret: '', rawBody: '{}', signature })).rejects.toMatchObject({
      code: 'option.invalid',
    });
    await expect(verifyWebhook({ secret: SECRET, rawBody: {} as never, signature })).rejects.toMatchObject({
      code: 'option.invalid',
      message: expect.stringContaining('before a JSON parser'),
    });
    expect(() => new WebhookInbox({ secret: '' })).toThrow('option.invalid');
    expect(() => new WebhookInbox({ secret: SECRET, rememberedMax: 0 })).toThrow('option.invalid');
  });
});

const channel = {
  id: 'integration-1',
  platform: 'Open',
  to: { id: 'ada@example.test', idType: 'Email' },
  from: { nickname: 'Demo', id: 'integration-1', idType: 'Opaque' },
  time: '2026-01-05T10:00:00.000Z',
};
const text = {
  id: 'm-1',
  channel: { ...channel, messageId: 'm-1' },
  type: 'Text',
  text: 'Hello',
  content: [],
  conversationId: 'c-1',
};
const typing = {
  id: 't-1',
  channel,
  type: 'Event',
  events: [{ eventType: 'Typing', typing: { type: 'On', duration: 6_000 } }],
};
const published = {
  id: 'm-2',
  type: 'Receipt',
  status: 'Published',
  direction: 'Inbound',
  isFinalReceipt: true,
  channel: { ...channel, messageId: 'ext-1', from: channel.to, to: channel.from },
};
const facts = { guestId: 'ada@example.test', time: channel.time };

describe('a webhook', () => {
  it.each([
    ['text', text, { kind: 'text', ...facts, id: 'm-1', text: 'Hello', from: 'agent', conversationId: 'c-1' }],
    ['a bot’s text', { ...text, originatingEntity: 'Bot' }, { kind: 'text', from: 'bot' }],
    [
      'quick replies',
      { ...text, type: 'Structured', content: [{ contentType: 'QuickReply' }] },
      { kind: 'text', content: [{ contentType: 'QuickReply' }] },
    ],
    ['typing', typing, { kind: 'typing', ...facts, durationMs: 6_000 }],
    [
      'typing without a duration',
      { ...typing, events: [{ eventType: 'Typing', typing: { type: 'On' } }] },
      { durationMs: 5_000 },
    ],
    [
      'a receipt of an inbound message',
      published,
      { kind: 'receipt', ...facts, about: 'inbound', messageId: 'ext-1', status: 'Published', isFinal: true },
    ],
    [
      'a failure',
      { ...published, status: 'Failed', direction: 'Outbound', reasons: [{ code: 'GeneralError', message: 'x' }] },
      { about: 'outbound', status: 'Failed', reasons: [{ code: 'GeneralError' }] },
    ],
    [
      'a presence event',
      { ...typing, events: [{ eventType: 'Presence', presence: { type: 'Disconnect' } }] },
      { kind: 'other', type: 'Event' },
    ],
    ['a type of tomorrow', { ...text, type: 'Hologram' }, { kind: 'other', type: 'Hologram' }],
  ])('with %s is read', (_, body, event) => {
    expect(readWebhook(JSON.stringify(body))).toMatchObject(event);
  });

  it('that cannot be read says why and does not throw', () => {
    expect(readWebhook('{')).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('not JSON') });
    expect(readWebhook(new Uint8Array([0xff, 0xfe]))).toMatchObject({ kind: 'unreadable' });
    expect(readWebhook('{"id":"1"}')).toMatchObject({ kind: 'unreadable', reason: expect.stringContaining('$.type') });
  });

  it('is never a reason to throw, whatever JSON it holds', () => {
    fc.assert(fc.property(fc.json(), (body) => typeof readWebhook(body).kind === 'string'));
  });
});

describe('an inbox', () => {
  const post = (inbox: WebhookInbox, body: object, secret = SECRET) => {
    const rawBody = JSON.stringify(body);
    return inbox.receive({ rawBody, signature: sign(secret, rawBody) });
  };

  it('takes what is signed, reports what came before, and refuses what is forged', async () => {
    const inbox = new WebhookInbox({ secret: SECRET });
    expect(await post(inbox, text)).toMatchObject({ verdict: 'new', event: { kind: 'text' } });
    expect(await post(inbox, text)).toMatchObject({ verdict: 'repeated', event: { kind: 'text' } });
    expect(await post(inbox, { ...text, id: 'm-9' })).toMatchObject({ verdict: 'new' });
    expect(await post(inbox, text, 'another-secret-entirely')).toEqual({ verdict: 'forged' });
  });

  it('tells a message from its receipts, and one receipt from the next', async () => {
    const inbox = new WebhookInbox({ secret: SECRET });
    const verdicts = [];
    for (const each of [text, { ...published, id: 'm-1' }, { ...published, id: 'm-1', status: 'Failed' }]) {
      verdicts.push((await post(inbox, each)).verdict);
    }
    expect(verdicts).toEqual(['new', 'new', 'new']);
  });

  it('takes two copies that come at the same time once', async () => {
    const inbox = new WebhookInbox({ secret: SECRET });
    const both = await Promise.all([post(inbox, text), post(inbox, text)]);
    expect(both.map(({ verdict }) => verdict).sort()).toEqual(['new', 'repeated']);
  });

  it('takes one again that it was told to forget', async () => {
    const inbox = new WebhookInbox({ secret: SECRET });
    const first = await post(inbox, text);
    if (first.verdict === 'new') inbox.forget(first.event);
    expect(await post(inbox, text)).toMatchObject({ verdict: 'new' });
  });

  it('remembers as many as its bound', async () => {
    const inbox = new WebhookInbox({ secret: SECRET, rememberedMax: 2 });
    for (const id of ['1', '2', '3']) await post(inbox, { ...text, id });
    expect(await post(inbox, { ...text, id: '3' })).toMatchObject({ verdict: 'repeated' });
    expect(await post(inbox, { ...text, id: '1' })).toMatchObject({ verdict: 'new' });
  });
});
