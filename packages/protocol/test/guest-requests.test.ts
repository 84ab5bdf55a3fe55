import {
  parseAttachmentRefusal,
  parseContent,
  parseGuestConfiguration,
  parseGuestRequest,
  parseGuestTokens,
  parsePresignedUrl,
  parseTokenExchangeRequest,
} from '@backchannel/protocol';
import { describe, expect, test } from 'vitest';

const token = 'token-1';
const problem = (path: string) => ({ ok: false, problem: expect.objectContaining({ path }) });

describe('requests of a guest', () => {
  test.each([
    ['configureAuthenticatedSession', { deploymentId: 'd', data: { code: 'jwt' } }, { deploymentId: 'd', jwt: 'jwt' }],
    ['onAttachment', { fileName: 'a.png', fileType: 'image/png', fileSize: 1 }, { fileName: 'a.png', fileSize: 1 }],
    ['getAttachment', { attachmentId: 'a' }, { attachmentId: 'a' }],
    ['deleteAttachment', { attachmentId: 'a' }, { attachmentId: 'a' }],
    ['closeSession', { closeAllConnections: true }, { closeAllConnections: true }],
    ['getConfiguration', { deploymentId: 'd' }, { deploymentId: 'd' }],
  ])('%s is read with what the schema requires and clients send', (action, fields, read) => {
    const parsed = parseGuestRequest({ action, token, ...fields });
    expect(parsed).toMatchObject({ ok: true, value: { action, token, ...read } });
  });

  test.each([
    ['configureAuthenticatedSession', { deploymentId: 'd', data: {} }, '$.data.code'],
    ['onAttachment', { fileName: 'a.png', fileType: 'image/png', fileSize: '1' }, '$.fileSize'],
    ['getAttachment', {}, '$.attachmentId'],
    ['closeSession', {}, '$.closeAllConnections'],
    ['getConfiguration', {}, '$.deploymentId'],
  ])('%s without a field of its own names the field', (action, fields, path) => {
    expect(parseGuestRequest({ action, token, ...fields })).toEqual(problem(path));
  });
});

describe('content of a message', () => {
  test('items that the schema has are read, others keep their name and value', () => {
    const parsed = parseContent([
      { contentType: 'QuickReply', quickReply: { text: 'Billing', payload: 'B', action: 'Message' } },
      {
        contentType: 'Card',
        card: { title: 'Shoes', actions: [{ type: 'Link', text: 'See', url: 'https://x.test' }] },
      },
      { contentType: 'Carousel', carousel: { cards: [{ title: 'Hats', actions: [] }] } },
      { contentType: 'ListPicker', listPicker: { sections: [] } },
    ]);
    expect(parsed).toMatchObject({
      ok: true,
      value: [
        { quickReply: { text: 'Billing', payload: 'B' } },
        { card: { title: 'Shoes', actions: [{ type: 'Link', url: 'https://x.test' }] } },
        { carousel: { cards: [{ title: 'Hats' }] } },
        { contentType: 'Other', name: 'ListPicker', item: { sections: [] } },
      ],
    });
  });

  test.each([
    [[{ contentType: 'QuickReply', quickReply: { text: 'x' } }], '$[0].quickReply.payload'],
    [
      [{ contentType: 'ButtonResponse', buttonResponse: { type: 'Knob', text: 'x', payload: 'x' } }],
      '$[0].buttonResponse.type',
    ],
    [[{ contentType: 'Card', card: { actions: [] } }], '$[0].card.title'],
    [[{ contentType: '' }], '$[0].contentType'],
    [[{ contentType: 'Attachment' }], '$[0].attachment'],
    [{}, '$'],
  ])('%j is refused at %s', (value, path) => {
    expect(parseContent(value)).toEqual(problem(path));
  });

  test.each(['constructor', '__proto__', 'toString'])('a content type called %s is an unknown one', (contentType) => {
    expect(parseContent([{ contentType }])).toMatchObject({ ok: true, value: [{ contentType: 'Other' }] });
  });
});

describe('answers about files and configuration', () => {
  test('an empty inbound allows nothing', () => {
    const nothing = { ok: true, value: { allowedMedia: { fileTypes: [] }, blockedExtensions: [] } };
    for (const body of [{}, { allowedMedia: {} }, { allowedMedia: { inbound: {} } }]) {
      expect(parseGuestConfiguration(body)).toMatchObject(nothing);
    }
  });

  test('media types and the largest file are read from where they stand', () => {
    const inbound = { fileTypes: [{ type: '*/*' }, { type: 'video/3gpp' }], maxFileSizeKB: 10_240 };
    expect(parseGuestConfiguration({ allowedMedia: { inbound }, blockedExtensions: ['.ade'] })).toMatchObject({
      value: { allowedMedia: { fileTypes: ['*/*', 'video/3gpp'], maxFileSizeKB: 10_240 }, blockedExtensions: ['.ade'] },
    });
  });

  test('a URL without headers is one to read from; one without a URL is none', () => {
    expect(parsePresignedUrl({ attachmentId: 'a', headers: {}, url: 'https://x.test', fileSize: 4 })).toMatchObject({
      ok: true,
    });
    expect(parsePresignedUrl({ attachmentId: 'a', headers: {} })).toEqual(problem('$.url'));
    expect(parseAttachmentRefusal({ errorCode: '4001', errorMessage: '' })).toEqual(problem('$.errorCode'));
  });

  test('a token exchange names its deployment; its answer needs a JWT alone', () => {
    expect(parseTokenExchangeRequest({ oauth: { code: 'c' } })).toEqual(problem('$.deploymentId'));
    expect(parseTokenExchangeRequest({ deploymentId: 'd', oauth: { idToken: 'i', nonce: 'n' } })).toMatchObject({
      ok: true,
    });
    expect(parseGuestTokens({ jwt: 'j' })).toMatchObject({ ok: true });
    expect(parseGuestTokens({ refreshToken: 'r' })).toEqual(problem('$.jwt'));
  });
});
