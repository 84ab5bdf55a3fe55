// Real time and real sockets: what the functions beside GuestSession mean on the wire, against the emulator.
import { hostsAt } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import {
  attachmentRules,
  attachmentUrl,
  choicesOf,
  clear,
  contentOf,
  deleteAttachment,
  healthCheck,
  olderMessages,
  reply,
  sendAttachment,
  startNew,
  uploadAttachment,
  watchExpiry,
} from '@backchannel/client/guest/more';
import { type Emulator, type EmulatorOptions, startEmulator } from '@backchannel/emulator';
import { expect, it, vi } from 'vitest';

const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

const PNG = new Blob([Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])], {
  type: 'image/png',
});

async function meeting(options: EmulatorOptions = {}) {
  const genesys = await startEmulator({ port: 0, seed: 5, limits: 'off', ...options });
  const guest = new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId });
  expect(await guest.connect()).toMatchObject({ outcome: 'sent' });
  const end = async (): Promise<void> => {
    await guest.close();
    await genesys.close();
  };
  return { genesys, guest, [Symbol.asyncDispose]: end };
}

const conversationOf = (genesys: Emulator) => genesys.conversations().at(-1)!;

it('uploads a file, sends it with a text, and reads it back', async () => {
  await using meet = await meeting();
  const { guest } = meet;
  expect(attachmentRules(guest)?.fileTypes).toContain('image/png');
  const uploaded = await uploadAttachment(guest, PNG, { name: 'part.png' });
  expect(uploaded).toMatchObject({ outcome: 'sent', value: { name: 'part.png', type: 'image/png', size: 11 } });
  const sent = await sendAttachment(guest, uploaded.value!, 'The broken part');
  expect(sent).toMatchObject({ outcome: 'sent', value: { status: 'sent', text: 'The broken part' } });
  expect(contentOf(sent.value!)).toMatchObject([{ contentType: 'Attachment', attachment: { filename: 'part.png' } }]);
  const url = await attachmentUrl(guest, uploaded.value!.id);
  expect(await (await fetch(url.value!)).arrayBuffer()).toEqual(await PNG.arrayBuffer());
});

it('sends a file without a word, and takes another back', async () => {
  await using meet = await meeting();
  const { guest } = meet;
  const first = await uploadAttachment(guest, PNG, { name: 'a.png' });
  expect(await sendAttachment(guest, first.value!)).toMatchObject({ outcome: 'sent', value: { text: '' } });
  expect(guest.snapshot().messages).toHaveLength(1);
  const second = await uploadAttachment(guest, PNG, { name: 'b.png' });
  expect(await deleteAttachment(guest, second.value!.id)).toMatchObject({ outcome: 'sent' });
  expect(await sendAttachment(guest, second.value!)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('4009'),
  });
});

it.each([
  ['a blocked extension', PNG, 'part.exe', /\.exe are blocked/],
  ['no extension', PNG, 'part', /needs an extension/],
  ['a type that is not allowed', new Blob(['x'], { type: 'video/mp4' }), 'a.mp4', /video\/mp4 are not allowed/],
  ['nothing in it', new Blob([], { type: 'image/png' }), 'a.png', /empty/],
  ['too much in it', new Blob([new Uint8Array(1_025)], { type: 'image/png' }), 'a.png', /at most 1024/],
])('does not even ask for a file with %s', async (_name, file, name, reason) => {
  await using meet = await meeting({ deployment: { maxFileSizeKB: 1 } });
  const refused = await uploadAttachment(meet.guest, file, { name });
  expect(refused).toMatchObject({ outcome: 'refused', error: { code: 'attachment.refused' } });
  expect(refused.reason).toMatch(reason);
  expect(meet.genesys.journal.entries().some(({ kind }) => kind === 'onAttachment')).toBe(false);
});

it('says why when the service refuses the content, and when the deployment takes no files', async () => {
  await using meet = await meeting();
  const fake = new Blob(['no picture'], { type: 'image/png' });
  const refused = await uploadAttachment(meet.guest, fake, { name: 'a.png' });
  expect(refused).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('4003') });
  await using off = await meeting({ deployment: { fileTypes: [] } });
  expect(await uploadAttachment(off.guest, PNG, { name: 'a.png' })).toMatchObject({ outcome: 'suppressed:disabled' });
});

it('shows a bot’s quick replies and cards as choices, and answers one', async () => {
  await using meet = await meeting();
  const { genesys, guest } = meet;
  await guest.send('Hello');
  genesys.say(conversationOf(genesys).id, {
    from: 'bot',
    text: 'Pick',
    content: [
      { contentType: 'QuickReply', quickReply: { text: 'Billing', payload: 'B' } },
      {
        contentType: 'Card',
        card: {
          title: 'Shoes',
          actions: [
            { type: 'Postback', text: 'Buy', payload: 'BUY' },
            { type: 'Link', text: 'See', url: 'https://x.test' },
          ],
        },
      },
    ],
  });
  await vi.waitFor(() => expect(guest.snapshot().messages).toHaveLength(2), PATIENCE);
  const asked = guest.snapshot().messages[1]!;
  const choices = choicesOf(asked);
  expect(choices).toEqual([
    { type: 'QuickReply', text: 'Billing', payload: 'B' },
    { type: 'Button', text: 'Buy', payload: 'BUY', card: 'Shoes' },
  ]);
  expect(await reply(guest, choices[1]!)).toMatchObject({ outcome: 'sent', value: { text: 'Buy' } });
  expect(conversationOf(genesys).transcript.at(-1)).toMatchObject({
    text: 'Buy',
    content: [{ buttonResponse: { type: 'Button', payload: 'BUY' } }],
  });
});

it('clears the conversation: the session closes for that reason, and connecting again begins a new one', async () => {
  await using meet = await meeting();
  const { guest } = meet;
  await guest.send('Forget me');
  expect(await clear(guest)).toMatchObject({ outcome: 'sent' });
  await vi.waitFor(() => expect(guest.snapshot().state).toBe('closed'), PATIENCE);
  expect(guest.snapshot()).toMatchObject({ messages: [], reason: expect.stringContaining('cleared') });
  expect(await guest.connect()).toMatchObject({ outcome: 'sent', value: { newSession: true } });
  await using off = await meeting({ deployment: { conversationClear: false } });
  expect(await clear(off.guest)).toMatchObject({ outcome: 'suppressed:disabled' });
});

it('hears that the agent ended the conversation, cannot write, and starts anew', async () => {
  await using meet = await meeting({ deployment: { conversationDisconnect: 'ReadOnly' } });
  const { genesys, guest } = meet;
  const presence: object[] = [];
  guest.on('presence', (event) => presence.push(event));
  await guest.send('Hello');
  expect(await startNew(guest)).toMatchObject({ outcome: 'unsupported' });
  genesys.disconnect(conversationOf(genesys).id);
  await vi.waitFor(() => expect(guest.snapshot().state).toBe('readOnly'), PATIENCE);
  expect(presence).toContainEqual({ type: 'Disconnect', from: 'agent', readOnly: true });
  expect(await guest.send('Too late')).toMatchObject({ outcome: 'offline' });
  expect(await startNew(guest)).toMatchObject({ outcome: 'sent' });
  expect(guest.snapshot()).toMatchObject({ state: 'live', messages: [{ text: 'Too late', status: 'failed' }] });
  expect(await guest.send('Anew')).toMatchObject({ outcome: 'sent' });
  expect(conversationOf(genesys).transcript).toMatchObject([{ text: 'Anew' }]);
});

it('loads older pages until the beginning, in order and once', async () => {
  await using meet = await meeting();
  const { genesys, guest } = meet;
  await guest.send('0');
  const { id } = conversationOf(genesys);
  genesys.clock.freeze();
  for (let count = 1; count < 730; count += 1) {
    // One in a millisecond: their times decide the order.
    await genesys.clock.advance(1);
    genesys.say(id, { from: 'agent', text: String(count) });
  }
  genesys.clock.resume();
  await using later = new GuestSession({
    hosts: hostsAt(genesys.url),
    deploymentId: genesys.info.deploymentId,
    token: guest.snapshot().token,
  });
  await later.connect();
  expect(later.snapshot().messages).toHaveLength(500);
  const pages: unknown[] = [];
  const told: string[] = [];
  later.on('message', ({ text }) => told.push(text));
  for (let more = true; more; ) {
    const read = await olderMessages(later);
    expect(read.outcome).toBe('sent');
    pages.push(read.value);
    more = read.value!.more;
  }
  expect(later.snapshot().messages.map(({ text }) => text)).toEqual(
    Array.from({ length: 730 }, (_, index) => String(index)),
  );
  expect(told).toEqual([]);
  expect(pages).toMatchObject([{ added: 100, more: true }, { added: 100, more: true }, { more: false }]);
});

it('asks whether the session lives, and until when', async () => {
  await using meet = await meeting();
  const { value } = await healthCheck(meet.guest);
  expect(value).toMatchObject({ durationSeconds: 259_200, expiresAt: expect.stringMatching(/^\d{4}-.*Z$/) });
});

it('tells that the session ends soon, and that a message has prolonged it', async () => {
  await using meet = await meeting({ deployment: { sessionDurationSeconds: 900 } });
  const { guest } = meet;
  const notices: object[] = [];
  guest.on('notice', ({ code }) => notices.push({ code }));
  const stop = watchExpiry(guest, (notice) => notices.push(notice), { noticeMs: 899_000 });
  await vi.waitFor(() => expect(notices).toHaveLength(2), PATIENCE);
  expect(notices).toMatchObject([{ code: 'session.expiring' }, { expiring: true, expiresAt: expect.any(String) }]);
  await guest.send('Still here');
  expect(notices.at(-1)).toMatchObject({ expiring: false });
  stop();
});

it('knows why the service ended the connection: too many, a sign-in elsewhere, a logout', async () => {
  await using meet = await meeting();
  const { genesys, guest } = meet;
  const { deploymentId, customers } = genesys.info;
  const hosts = hostsAt(genesys.url);
  const { token } = guest.snapshot();
  const others = [1, 2, 3].map(() => new GuestSession({ hosts, deploymentId, token }));
  for (const other of others) await other.connect();
  await vi.waitFor(() => expect(guest.snapshot().state).toBe('closed'), PATIENCE);
  expect(guest.snapshot()).toMatchObject({ token, reason: expect.stringContaining('Another connection') });

  const body = JSON.stringify({ deploymentId, oauth: { code: customers[0]!.code, redirectUri: 'r' } });
  const headers = { 'content-type': 'application/json' };
  const path = `${genesys.url}/api/v2/webdeployments/token`;
  const exchanged = await fetch(`${path}/oauthcodegrantjwtexchange`, { method: 'POST', headers, body });
  const { jwt } = (await exchanged.json()) as { jwt: string };
  const signedIn = new WebSocket(`${hosts.guestSocket}?deploymentId=${deploymentId}`);
  await new Promise((resolve) => signedIn.addEventListener('open', resolve));
  signedIn.send(JSON.stringify({ action: 'configureAuthenticatedSession', token, deploymentId, data: { code: jwt } }));
  for (const other of others.slice(1)) {
    await vi.waitFor(() => expect(other.snapshot().state).toBe('closed'), PATIENCE);
    expect(other.snapshot().reason).toContain('signed in');
    expect(other.snapshot().token).not.toBe(token);
  }
  signedIn.close();
  await Promise.all(others.map((other) => other.close()));
});
