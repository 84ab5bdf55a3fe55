import { createHash } from 'node:crypto';
import type { Emulator } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import {
  configured,
  connect,
  frames,
  journaled,
  onlyConversation,
  rest,
  start,
  startAtRest,
  TOKEN,
} from './support/emulator.ts';
import type { Json, TestSocket } from './support/socket.ts';

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

const announce = (more: object = {}) => ({
  action: 'onAttachment',
  token: TOKEN,
  attachmentId: 'mine-1',
  fileName: 'receipt.png',
  fileType: 'image/png',
  fileSize: PNG.length,
  tracingId: 'attach-1',
  ...more,
});

const put = (presigned: Json, body: Buffer = PNG, headers: object = presigned.headers): Promise<Response> =>
  fetch(presigned.url, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'image/png' },
    body: new Uint8Array(body),
  });

async function presigned(guest: TestSocket, more: object = {}): Promise<Json> {
  guest.send(announce(more));
  const answer = await guest.next();
  expect(answer).toMatchObject({ type: 'response', class: 'PresignedUrlResponse', code: 200, tracingId: 'attach-1' });
  return answer.body;
}

async function uploaded(guest: TestSocket, more: object = {}): Promise<Json> {
  expect((await put(await presigned(guest, more))).status).toBe(200);
  const event = await guest.next();
  expect(event).toMatchObject({ type: 'message', class: 'UploadSuccessEvent' });
  return event.body;
}

const withFile = (id: string, message: object = { type: 'Text', text: 'Photo attached' }) => ({
  action: 'onMessage',
  token: TOKEN,
  tracingId: 'file-1',
  message: { ...message, content: [{ contentType: 'Attachment', attachment: { id } }] },
});

const one = (action: string, attachmentId = 'mine-1') => ({ action, token: TOKEN, attachmentId, tracingId: action });

// holds: op:putAttachment, op:getAttachment, GUEST-ATTACHMENT, GUEST-ATTACHMENT-STORE, action:onAttachment, class:PresignedUrlResponse, class:UploadSuccessEvent
test('a file is announced, put to its URL with its headers, confirmed on every connection, and sent with a message', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const other = await configured(genesys);
  const file = await uploaded(guest);
  expect(file.attachmentId).toBe('mine-1');
  expect((await other.next()).class).toBe('UploadSuccessEvent');
  const download = await fetch(file.downloadUrl);
  expect([download.headers.get('content-type'), download.headers.get('x-content-type-options')]).toEqual([
    'image/png',
    'nosniff',
  ]);
  expect(Buffer.from(await download.arrayBuffer())).toEqual(PNG);

  guest.send(withFile('mine-1'));
  const copy = await guest.next();
  expect(copy.body).toMatchObject({
    type: 'Text',
    text: 'Photo attached',
    content: [
      {
        contentType: 'Attachment',
        attachment: { id: 'mine-1', mediaType: 'Image', filename: 'receipt.png', fileSize: 16, mime: 'image/png' },
      },
    ],
  });
  expect((await fetch(copy.body.content[0].attachment.url)).status).toBe(200);
  const { id, conversation } = onlyConversation(genesys);
  const messageId = conversation.transcript[0]?.id;
  const seen = await rest(genesys, 'GET', `/api/v2/conversations/messages/${id}/messages/${messageId}`);
  expect(seen.body.normalizedMessage.content[0].attachment.filename).toBe('receipt.png');
});

test('a message of nothing but a file needs neither type nor text, and comes back as Text', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  await uploaded(guest);
  guest.send(withFile('mine-1', {}));
  expect((await guest.next()).body).toMatchObject({ type: 'Text', content: [{ contentType: 'Attachment' }] });
});

// holds: GUEST-ATTACHMENT-CODES, LIMIT-GUEST-FILE, LIMIT-GUEST-FILE-NAME
test.each([
  ['an empty name', { fileName: ' ' }, 4004],
  ['a name without an extension', { fileName: 'receipt' }, 4004],
  ['a name that ends in a dot', { fileName: 'receipt.' }, 4004],
  ['a name of 1,024 characters', { fileName: `${'x'.repeat(1_020)}.png` }, 4005],
  ['a blocked extension', { fileName: 'receipt.EXE' }, 4001],
  ['a type that is not allowed', { fileType: 'video/mpg' }, 4001],
  ['an empty file', { fileSize: 0 }, 4102],
  ['a negative size', { fileSize: -1 }, 4002],
  ['a size that is one byte too large', { fileSize: 10_240 * 1_024 + 1 }, 4002],
])('%s is refused with its code', async (_name, more, code) => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(announce(more));
  expect(await guest.next()).toMatchObject({ class: 'string', code, tracingId: 'attach-1' });
});

test('names of 1,023 characters and files of exactly the size are taken; limits can be set', async () => {
  const genesys = await start({ limits: { guestFileKilobytes: 1, guestFileNameCharacters: 20 } });
  const guest = await configured(genesys);
  await presigned(guest, { fileName: `${'x'.repeat(16)}.png`, fileSize: 1_024 });
  guest.send(announce({ fileName: `${'x'.repeat(17)}.png` }));
  expect(await guest.next()).toMatchObject({ code: 4005 });
  guest.send(announce({ fileSize: 1_025 }));
  expect(await guest.next()).toMatchObject({ code: 4002 });
  const standard = await start();
  await presigned(await configured(standard), { fileName: `${'x'.repeat(1_019)}.png`, fileSize: 10_240 * 1_024 });
});

// holds: GUEST-ATTACHMENT-ERRORS, switch:generateUrlErrorAs, class:GenerateUrlError
test.each([
  ['message', 200],
  ['response', 400],
] as const)('with errorsAsJson a refusal is a GenerateUrlError: %s, code %i', async (generateUrlErrorAs, code) => {
  const genesys = await start({ switches: { generateUrlErrorAs } });
  const guest = await configured(genesys);
  guest.send(announce({ fileSize: 0, errorsAsJson: true }));
  expect(await guest.next()).toMatchObject({
    type: generateUrlErrorAs,
    class: 'GenerateUrlError',
    code,
    tracingId: 'attach-1',
    body: { attachmentId: 'mine-1', errorCode: 4102 },
  });
});

test('without attachments the session allows nothing and onAttachment is 4000', async () => {
  const genesys = await start({ defaults: 'platform' });
  const guest = await configured(genesys);
  expect(guest.frames[0].body.allowedMedia).toEqual({ inbound: {} });
  guest.send(announce());
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4000 });
});

// holds: class:UploadFailureEvent
test.each([
  ['a content that is not its type', Buffer.from('no picture at all'), { fileSize: 17 }, 4003],
  ['fewer bytes than announced', PNG, { fileSize: 20 }, 4002],
  ['nothing at all', Buffer.alloc(0), {}, 4102],
  ['another MD5', PNG, { fileMd5: createHash('md5').update('other').digest('hex') }, 4003],
])('an upload of %s is an UploadFailureEvent, and the file cannot be sent', async (_name, body, more, errorCode) => {
  const genesys = await start();
  const guest = await configured(genesys);
  expect((await put(await presigned(guest, more), body)).status).toBe(200);
  expect(await guest.next()).toMatchObject({
    class: 'UploadFailureEvent',
    body: { attachmentId: 'mine-1', errorCode },
  });
  guest.send(withFile('mine-1'));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4010, tracingId: 'file-1' });
});

test('the right MD5, in hexadecimal or base64, is taken', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  for (const encoding of ['hex', 'base64'] as const) {
    await uploaded(guest, { attachmentId: encoding, fileMd5: createHash('md5').update(PNG).digest(encoding) });
  }
});

test('a URL is good with its own headers, signature and time alone', async () => {
  const { genesys, clock } = await startAtRest();
  const guest = await configured(genesys);
  const file = await presigned(guest);
  expect((await put(file, PNG, {})).status).toBe(403);
  expect((await journaled(genesys, ({ status }) => status === 403)).note).toContain('x-amz-tagging');
  expect((await fetch(file.url.replace('/upload', '/receipt.png'))).status).toBe(403);
  expect((await put({ ...file, url: `${file.url}0` })).status).toBe(403);
  expect((await put({ ...file, url: file.url.replace(/expires=\d+/, 'expires=99999999999') })).status).toBe(403);
  clock.advance(600_000);
  expect((await put(file)).status).toBe(403);
  expect((await fetch(`${genesys.url}/attachments/none/receipt.png?expires=1&signature=x`)).status).toBe(403);
});

// holds: GUEST-ATTACHMENT-URL-LIFE, GUEST-ATTACHMENT-UNSENT, action:getAttachment
test('getAttachment gives a fresh URL with empty headers; 4009, 4010 and 4008 say why not', async () => {
  const { genesys, clock } = await startAtRest({ deployment: { sessionDurationSeconds: 30 * 86_400 } });
  const guest = await configured(genesys);
  guest.send(one('getAttachment'));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4009 });
  const file = await presigned(guest);
  guest.send(one('getAttachment'));
  expect(await guest.next()).toMatchObject({ code: 4010 });
  await put(file);
  await guest.next();
  clock.advance(700_000);
  guest.send(one('getAttachment'));
  const fresh = await guest.next();
  expect(fresh.body).toMatchObject({ attachmentId: 'mine-1', headers: {}, fileSize: 16, fileName: 'receipt.png' });
  expect((await fetch(fresh.body.url)).status).toBe(200);
  clock.advance(15 * 86_400_000);
  guest.send(withFile('mine-1'));
  expect(await guest.next()).toMatchObject({ code: 4008 });
});

// holds: action:deleteAttachment, class:AttachmentDeletedResponse
test('a file can be taken back until it is sent', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const file = await uploaded(guest);
  guest.send(one('deleteAttachment'));
  expect(await guest.next()).toMatchObject({ class: 'AttachmentDeletedResponse', body: { attachmentId: 'mine-1' } });
  expect((await fetch(file.downloadUrl)).status).toBe(404);
  guest.send(withFile('mine-1'));
  expect(await guest.next()).toMatchObject({ code: 4009 });
  await uploaded(guest, { attachmentId: 'mine-2' });
  guest.send(withFile('mine-2'));
  await guest.next();
  guest.send(one('deleteAttachment', 'mine-2'));
  expect(await guest.next()).toMatchObject({ code: 4009 });
});

// holds: GUEST-ATTACHMENT-ONE
test('a message carries one file, and only of its own session', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  await uploaded(guest);
  const file = { contentType: 'Attachment', attachment: { id: 'mine-1' } };
  guest.send(frames.text('two', { message: { type: 'Text', text: 'two', content: [file, file] } }));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 400 });
  const stranger = await connect(genesys);
  stranger.send(frames.configure(genesys, { token: 'stranger' }));
  await stranger.next();
  stranger.send({ ...withFile('mine-1'), token: 'stranger' });
  expect(await stranger.next()).toMatchObject({ code: 4009 });
});

test('an upload over the largest file is refused by the store before it is read whole', async () => {
  const genesys: Emulator = await start({ deployment: { maxFileSizeKB: 1 } });
  const guest = await configured(genesys);
  const answer = await put(await presigned(guest), Buffer.alloc(2_000_000));
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('EntityTooLarge')]);
});
