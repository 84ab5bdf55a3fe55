import { BOUNDS } from '@backchannel/emulator';
import { expect, test } from 'vitest';
import {
  configured,
  connect,
  conversing,
  fence,
  frames,
  guestUrl,
  journaled,
  onlyConversation,
  rest,
  start,
  startAtRest,
  TOKEN,
} from './support/emulator.ts';
import { refusedStatus } from './support/socket.ts';

/** An error is a frame of class `string`. */
const refusal = (code: number, text: RegExp) =>
  expect.objectContaining({ type: 'response', class: 'string', code, body: expect.stringMatching(text) });

// holds: GUEST-BAD-FRAME, class:string
test.each([
  ['text that is not JSON', '{"action":', /not JSON/],
  ['a JSON value that is no object', '[]', /\$ is a list of 0; expected an object/],
  ['a number', '7', /expected an object/],
  ['null', 'null', /expected an object/],
  ['an action that is no text', { action: 7, token: TOKEN }, /\$\.action is the number 7/],
  ['a missing token', { action: 'getJwt' }, /\$\.token is nothing/],
  ['a message that is text', { action: 'onMessage', token: TOKEN, message: 'hi' }, /\$\.message is the text "hi"/],
  ['a typing value that is no object', frames.typing(7 as never), /\$\.message\.events\[0\]\.typing is the number 7/],
  ['a duration that is text', frames.typing({ type: 'On', duration: '5000' }), /typing\.duration is the text "5000"/],
  ['a text without text', { action: 'onMessage', token: TOKEN, message: { type: 'Text' } }, /\$\.message\.text/],
  [
    'an event without events',
    { action: 'onMessage', token: TOKEN, message: { type: 'Event', events: [] } },
    /at least one event/,
  ],
])('%s is answered 400 and the connection goes on', async (_name, frame, text) => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frame);
  expect(await guest.next()).toEqual(refusal(400, text));
  expect(await fence(guest)).toEqual([]);
  expect(genesys.conversations()).toEqual([]);
});

// holds: GUEST-UNKNOWN-ACTION, GUEST-ACTIONS
test('an unknown action is named in the refusal, and the journal names the nearest one', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send({ action: 'onMesage', token: TOKEN, tracingId: 'slip' });
  expect(await guest.next()).toMatchObject({
    class: 'string',
    code: 400,
    tracingId: 'slip',
    body: 'The action "onMesage" does not exist.',
  });
  expect((await journaled(genesys, ({ kind }) => kind === 'unknown action')).note).toContain(
    'Did you mean "onMessage"?',
  );
});

// holds: action:disconnectCustomer, action:resumeToken, GUEST-NOT-SERVED
test.each(['disconnectCustomer', 'resumeToken'])(
  'the action %s of the schema is answered 4000, because no source gives its shape',
  async (action) => {
    const genesys = await start();
    const guest = await configured(genesys);
    guest.send({ action, token: TOKEN, tracingId: 'later' });
    expect(await guest.next()).toMatchObject({ class: 'string', code: 4000, tracingId: 'later' });
    expect((await journaled(genesys, ({ note }) => note?.startsWith(action) === true)).note).toContain(
      'shape is unknown',
    );
  },
);

// holds: GUEST-NOT-SERVED, switch:answerToUnserved
test.each([
  ['disconnectCustomer', { action: 'disconnectCustomer', token: TOKEN }],
  ['resumeToken', { action: 'resumeToken', token: TOKEN }],
  ['a receipt', { action: 'onMessage', token: TOKEN, message: { type: 'Receipt' } }],
  ['Presence Disconnect', frames.presence('Disconnect')],
])('%s may as well be unknown to the service, or answered by nothing: a switch', async (_name, frame) => {
  const stern = await start({ switches: { answerToUnserved: 400 } });
  const refused = await configured(stern);
  refused.send(frame);
  expect(await refused.next()).toMatchObject({ class: 'string', code: 400 });
  const silent = await start({ switches: { answerToUnserved: 'silence' } });
  const ignored = await configured(silent);
  ignored.send(frame);
  expect(await fence(ignored)).toEqual([]);
  expect((await journaled(silent, ({ kind }) => kind === 'dropped')).note).toMatch(/(is|are) not available here/);
});

// holds: GUEST-CLEAR-403, GUEST-NOT-SERVED, GUEST-TYPING-ON-ONLY
test.each([
  ['a receipt', { type: 'Receipt' }, 4000],
  ['a structured message that answers nothing', { type: 'Structured', text: 'Billing' }, 400],
  ['a typing stop', frames.typing({ type: 'Off' }).message, 400],
  ['Presence Clear', frames.presence('Clear').message, 403],
  ['Presence Disconnect', frames.presence('Disconnect').message, 4000],
])('%s is refused and opens no conversation', async (_name, message, code) => {
  const genesys = await start({ deployment: { conversationClear: false } });
  const guest = await configured(genesys);
  guest.send({ action: 'onMessage', token: TOKEN, message });
  expect(await guest.next()).toMatchObject({ class: 'string', code });
  expect(genesys.conversations()).toEqual([]);
});

// holds: GUEST-CONFIGURE-FIRST, GUEST-TOKEN-MISMATCH
test('a frame before configureSession is answered 4007, and so is a frame with another token than the configured one', async () => {
  const genesys = await start();
  const stranger = await connect(genesys);
  stranger.send(frames.text('too early'));
  expect(await stranger.next()).toMatchObject({ class: 'string', code: 4007, tracingId: 'text-too early' });
  const guest = await configured(genesys);
  guest.send(frames.text('not mine', { token: 'somebody-else' }));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4007 });
  expect(genesys.conversations()).toEqual([]);
});

test('a configureSession for another deployment is answered 404', async () => {
  const genesys = await start();
  const guest = await connect(genesys);
  guest.send(frames.configure(genesys, { deploymentId: 'elsewhere' }));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 404 });
});

// holds: LIMIT-GUEST-TOKEN
test('a token may have 2,048 characters and not one more', async () => {
  const genesys = await start();
  await configured(genesys, { token: 'x'.repeat(2_048) });
  const guest = await connect(genesys);
  guest.send(frames.configure(genesys, { token: 'x'.repeat(2_049) }));
  expect(await guest.next()).toEqual(refusal(400, /2049 characters/));
});

// holds: LIMIT-GUEST-TEXT, GUEST-CODES
test('a text may have 4,096 bytes and not one more: 4011', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.text(`${'é'.repeat(2_047)}xx`));
  expect(await guest.next()).toMatchObject({ class: 'StructuredMessage' });
  guest.send(frames.text(`${'é'.repeat(2_047)}xxx`));
  expect(await guest.next()).toMatchObject({
    class: 'string',
    code: 4011,
    body: 'Message length 4097 is larger than 4096',
  });
});

// holds: LIMIT-GUEST-ATTRIBUTES
test('custom attributes may have 2,048 bytes and not one more: 4013', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const withAttribute = (length: number) =>
    frames.text('hi', { channel: { metadata: { customAttributes: { key: `${'é'.repeat((length - 3 - 1) / 2)}x` } } } });
  guest.send(withAttribute(2_048));
  expect(await guest.next()).toMatchObject({ class: 'StructuredMessage' });
  guest.send(withAttribute(2_050));
  expect(await guest.next()).toMatchObject({ class: 'string', code: 4013 });
});

// holds: GUEST-EVENTS-PER-FRAME
test.each([
  ['events', 'Event', { eventType: 'Typing', typing: { type: 'On' } }, BOUNDS.guestEventsPerFrame],
  [
    'content',
    'Structured',
    { contentType: 'ButtonResponse', buttonResponse: { type: 'QuickReply', text: 'x', payload: 'x' } },
    BOUNDS.guestContentPerFrame,
  ],
] as const)('a frame may carry a bounded number of %s and not one more', async (field, type, each, max) => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send(frames.text('hello'));
  await guest.next();
  const crowd = (length: number) => ({
    action: 'onMessage',
    token: TOKEN,
    message: { type, text: 'x', [field]: Array.from({ length }, () => each) },
  });
  guest.send(crowd(max));
  guest.send(crowd(max + 1));
  const before = await fence(guest);
  expect(before.at(-1)).toEqual(refusal(400, new RegExp(`\\$\\.message\\.${field} has ${max + 1} entries`)));
  expect(before.filter((frame) => frame.code !== 200)).toHaveLength(1);
});

// holds: GUEST-FRAME-BYTES
test('a frame over the bound closes the connection with 1009, and the journal names the bound', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send('x'.repeat(BOUNDS.guestFrameBytes));
  expect(await guest.next()).toEqual(refusal(400, /not JSON/));
  guest.send('x'.repeat(BOUNDS.guestFrameBytes + 1));
  expect(await guest.closed).toBe(1009);
  expect((await journaled(genesys, ({ kind }) => kind === 'broken')).note).toContain(String(BOUNDS.guestFrameBytes));
});

// holds: GUEST-BINARY-FRAME
test('a binary frame that holds a request is read; any other is a bad frame', async () => {
  const genesys = await start();
  const guest = await connect(genesys);
  guest.socket.send(Buffer.from(JSON.stringify(frames.configure(genesys))));
  expect(await guest.next()).toMatchObject({ class: 'SessionResponse' });
  guest.socket.send(Buffer.from([0xff, 0xfe, 0x00, 0x80]));
  expect(await guest.next()).toEqual(refusal(400, /not JSON/));
});

test('a guest that does not read loses its connection at a bound, and nobody else does', async () => {
  // Real time and megabytes: the socket buffers of the system have to fill before the emulator's own does.
  const genesys = await start({ limits: 'off' });
  const reader = await configured(genesys);
  const slow = await configured(genesys, { token: 'slow' });
  slow.socket.pause();
  const bulk = { action: 'onMessage', token: 'slow', message: { type: 'Text', text: 'x'.repeat(4_000) } };
  const ended = journaled(genesys, ({ kind }) => kind === 'slow reader');
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    for (let count = 0; count < 200; count += 1) slow.send(bulk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await ended).note).toContain(String(BOUNDS.unreadBytes));
  slow.socket.resume();
  expect(await slow.closed).toBe(1006);
  expect(await fence(reader)).toEqual([]);
});

// holds: GUEST-WRONG-DEPLOYMENT, GUEST-UPGRADE-403
test('a wrong, missing or inactive deployment is refused at the upgrade with 403, another path with 404', async () => {
  const genesys = await start();
  const base = genesys.url.replace(/^http/, 'ws');
  expect(await refusedStatus(`${base}/v1?deploymentId=nobody`)).toBe(403);
  expect(await refusedStatus(`${base}/v1`)).toBe(403);
  expect(await refusedStatus(`${base}/v2?deploymentId=${genesys.info.deploymentId}`)).toBe(404);
  const inactive = await start({ deployment: { status: 'Inactive' } });
  expect(await refusedStatus(guestUrl(inactive))).toBe(403);
});

// holds: GUEST-ALLOWED-DOMAINS
test('a deployment with allowed domains refuses pages of others, whole origin or bare host', async () => {
  const genesys = await start({ deployment: { allowedDomains: ['shop.example'] } });
  expect(await refusedStatus(guestUrl(genesys), { origin: 'https://evil.example' })).toBe(403);
  expect(await refusedStatus(guestUrl(genesys), { origin: 'evil.example' })).toBe(403);
  await expect(refusedStatus(guestUrl(genesys), { origin: 'https://shop.example' })).rejects.toThrow('accepted');
});

// holds: GUEST-TYPING-403, GUEST-TYPING-FLAG
test('guest typing is answered 403 in the official words while the deployment has it off', async () => {
  const genesys = await start({ deployment: { showUserTypingIndicator: false } });
  const guest = await configured(genesys);
  guest.send(frames.text('hello'));
  await guest.next();
  guest.send(frames.typing());
  expect(await guest.next()).toMatchObject({
    class: 'string',
    code: 403,
    body: 'Turn on the Feature Toggle or fix the configuration.',
  });
  expect(genesys.conversations()[0]?.typing).toEqual([]);
});

// holds: GUEST-SESSION-EXPIRED, GUEST-SESSION-EXPIRY-UNASKED, class:SessionExpiredEvent
test('an expired session says so on its connection and in answer to the next frame; configureSession starts a new one', async () => {
  const { genesys, clock } = await startAtRest({ deployment: { sessionDurationSeconds: 900 } });
  const guest = await configured(genesys);
  clock.advance(600_000);
  guest.send(frames.text('prolongs it'));
  await guest.next();
  clock.advance(899_000);
  guest.send(frames.typing());
  expect(await fence(guest)).toEqual([]);
  clock.advance(1_000);
  expect(await guest.next()).toMatchObject({ type: 'message', class: 'SessionExpiredEvent', code: 200 });
  guest.send(frames.text('too late'));
  expect(await guest.next()).toMatchObject({
    type: 'response',
    class: 'SessionExpiredEvent',
    tracingId: 'text-too late',
  });
  guest.send(frames.configure(genesys));
  expect((await guest.next()).body.newSession).toBe(true);
});

test('an agent’s words after the end of a session do not bring it back', async () => {
  const { genesys, clock } = await startAtRest({ deployment: { sessionDurationSeconds: 900 } });
  await conversing(genesys);
  const { messagesPath } = onlyConversation(genesys);
  clock.advance(900_000);
  const sent = await rest(genesys, 'POST', messagesPath, { body: { textBody: 'Still there?' } });
  expect(sent.status).toBe(200);
  const again = await configured(genesys);
  expect(again.frames[0].body.newSession).toBe(true);
});
