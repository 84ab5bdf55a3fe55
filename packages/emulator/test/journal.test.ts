import { once } from 'node:events';
import { createConnection } from 'node:net';
import { BOUNDS, type JournalEntry } from '@backchannel/emulator';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Journal } from '../src/journal/journal.ts';
import { redactText, redactValue } from '../src/journal/redact.ts';
import { Timeline } from '../src/timeline.ts';
import {
  clientToken,
  configured,
  conversing,
  fence,
  frames,
  journaled,
  listening,
  onlyConversation,
  rest,
  start,
  TOKEN,
} from './support/emulator.ts';
import { ManualClock } from './support/manual-clock.ts';

/** Reads a stream of server-sent events until `count` entries have come. */
async function readStream(
  url: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<{ ids: string[]; entries: JournalEntry[] }> {
  const leave = new AbortController();
  const response = await fetch(url, { headers, signal: leave.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const ids: string[] = [];
  const entries: JournalEntry[] = [];
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [id, data] = event.split('\n');
      ids.push(id?.slice('id: '.length) ?? '');
      entries.push(JSON.parse(data?.slice('data: '.length) ?? 'null'));
    }
    if (entries.length >= count) break;
  }
  leave.abort();
  return { ids, entries };
}

test('every frame and request stands in it, both ways, in the order of the wire', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const { messages } = { messages: `v2.users.${genesys.info.agents[0]?.id}.conversations.messages` };
  await listening(genesys, [messages]);
  const from = genesys.journal.entries().length;
  guest.send(frames.text('hello'));
  await guest.next();
  await rest(genesys, 'POST', onlyConversation(genesys).typingPath, { body: { typing: { type: 'On' } } });
  const { id } = onlyConversation(genesys);
  const lines = genesys.journal.entries().slice(from);
  expect(
    lines.map(({ direction, surface, kind, status, conversationId }) => [
      direction,
      surface,
      kind,
      status,
      conversationId,
    ]),
  ).toEqual([
    ['in', 'guest', 'text', undefined, undefined],
    ['out', 'guest', 'text', 200, id],
    ['out', 'notifications', 'conversation', undefined, id],
    ['in', 'rest', 'POST …/typing', undefined, id],
    ['out', 'guest', 'typing', 200, id],
    ['out', 'rest', 'POST …/typing', 204, id],
  ]);
  expect(lines[0]).toMatchObject({
    size: JSON.stringify(frames.text('hello')).length,
    payload: { message: { text: 'hello' } },
  });
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => from + 1 + index));
});

test('no secret of a whole conversation stands in it', async () => {
  const genesys = await start();
  const token = await clientToken(genesys);
  const guest = await configured(genesys, { journeyContext: { customer: { id: TOKEN, idType: 'cookie' } } });
  guest.send(frames.text('hello'));
  guest.send(`{"action":"onMessage","token":"${TOKEN}"`);
  guest.send(`{"padding":"${'x'.repeat(BOUNDS.journalPayloadCharacters)}","token":"${TOKEN}"}`);
  // The same text stands before the cut, the field that makes it a secret behind it.
  const padding = 'x'.repeat(BOUNDS.journalPayloadCharacters);
  guest.send(JSON.stringify({ customer: { id: TOKEN }, padding, token: TOKEN }));
  await fence(guest);
  const jwt = guest.frames.find((each) => each.class === 'JwtResponse').body.jwt;
  await rest(genesys, 'GET', '/api/v2/webmessaging/messages', { token: jwt });
  await rest(genesys, 'GET', '/api/v2/users/me', { token });
  await fetch(`${genesys.url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'x',
      client_secret: genesys.info.oauth.clientSecret,
    }),
  });
  const text = JSON.stringify(genesys.journal.entries());
  expect(text.length).toBeGreaterThan(5_000);
  for (const secret of [
    TOKEN,
    token,
    jwt,
    genesys.info.oauth.clientSecret,
    ...genesys.info.agents.map((each) => each.token),
  ]) {
    expect(text).not.toContain(secret);
  }
  // What is left still tells two guests apart.
  expect(text).toContain('7c0b… (36 characters)');
});

test('a secret is hidden in any JSON and in any cut of it', () => {
  const secret = 'S3cret-0123456789abcdef';
  const key = fc.constantFrom('token', 'jwt', 'access_token', 'client_secret', 'Authorization', 'refreshToken');
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), key, fc.nat(), fc.boolean(), (around, name, cut, nested) => {
      const inner = { around, [name]: secret, again: `seen ${secret}` };
      const value = nested ? { list: [inner], body: JSON.stringify({ [name]: secret }) } : inner;
      expect(JSON.stringify(redactValue(value))).not.toContain(secret);
      expect(JSON.stringify(redactValue({ body: JSON.stringify({ [name]: secret }) }))).not.toContain(secret);
      const text = JSON.stringify(inner);
      expect(redactText(text)).not.toContain(secret);
      const broken = text.slice(0, cut % (text.length + 1));
      const before = broken.slice(0, broken.lastIndexOf('"again"') + 1);
      expect(redactText(before)).not.toContain(secret);
    }),
    { verbose: true },
  );
});

test.each([
  'Authorization: Bearer abc.def-123',
  'Basic Y2xpZW50OnNlY3JldA==',
  'use emulator-user-token-0123456789abcdef0123456789abcdef',
  'the secret is emulator-secret-0123456789abcdef',
  'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
])('a secret that shows by its shape is hidden wherever it stands: %s', (text) => {
  const secret = text.split(' ').at(-1) ?? '';
  expect(redactText(text)).not.toContain(secret);
  expect(JSON.stringify(redactValue({ note: [text] }))).not.toContain(secret);
});

test('what is no secret stays as it is', () => {
  const value = { text: 'My parcel has a token of love', code: 4011, retryAfter: 3, list: [null, true, 'x'] };
  expect(redactValue(value)).toEqual(value);
});

test('the ring gives up the oldest entry first, also after it was cleared', () => {
  const journal = new Journal(new Timeline(new ManualClock(), 0));
  const record = () => journal.record({ direction: 'in', surface: 'emulator', kind: 'x', size: 0 });
  for (const before of [0, 3]) {
    for (let count = 0; count < before; count += 1) record();
    journal.clear();
    for (let count = 0; count < BOUNDS.journalEntries + 1; count += 1) record();
    const seqs = journal.entries().map(({ seq }) => seq);
    expect(seqs).toHaveLength(BOUNDS.journalEntries);
    expect((seqs.at(-1) ?? 0) - (seqs[0] ?? 0)).toBe(BOUNDS.journalEntries - 1);
    expect(journal.dropped).toBe(1);
  }
});

test('a reader of the stream that does not read is ended, and resumes by Last-Event-ID', async () => {
  // Megabytes over a real connection: the buffers of the system have to fill before the emulator's own does.
  const genesys = await start();
  const socket = createConnection(Number(new URL(genesys.url).port), '127.0.0.1');
  socket.write('GET /_emulator/journal/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(socket, 'readable');
  socket.read();
  const text = 'y'.repeat(BOUNDS.journalPayloadCharacters);
  for (let count = 0; count < 8_000; count += 1) {
    genesys.journal.record({ direction: 'in', surface: 'emulator', kind: 'bulk', size: 0, text });
  }
  await journaled(genesys, ({ kind }) => kind === 'slow reader');
  socket.resume();
  await once(socket, 'close');
});

test('a long payload is cut at the bound and says how long it was', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const long = frames.text('x', { padding: 'y'.repeat(BOUNDS.journalPayloadCharacters) });
  guest.send(long);
  await guest.next();
  const entry = await journaled(genesys, ({ kind, direction }) => kind === 'text' && direction === 'in');
  expect(entry.size).toBe(JSON.stringify(long).length);
  expect(entry.payload).toMatch(new RegExp(`… \\(${JSON.stringify(long).length} characters in all\\)$`));
  expect(entry.payload.length).toBeLessThan(BOUNDS.journalPayloadCharacters + 50);
});

test('it keeps the last entries, counts the dropped ones, and stays in order around its end', async () => {
  const genesys = await start({ limits: 'off' });
  const guest = await configured(genesys);
  for (let count = 0; count < BOUNDS.journalEntries; count += 1) guest.send(frames.jwt);
  await fence(guest);
  const entries = genesys.journal.entries();
  expect(entries).toHaveLength(BOUNDS.journalEntries);
  const last = entries.at(-1)?.seq ?? 0;
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => last - BOUNDS.journalEntries + 1 + index));
  expect(genesys.journal.dropped).toBe(last - BOUNDS.journalEntries);
  const answer = await rest(genesys, 'GET', `/_emulator/journal?after=${last - 10}&limit=4`);
  expect(answer.body.entries.map((each: JournalEntry) => each.seq)).toEqual([last - 9, last - 8, last - 7, last - 6]);
  expect(answer.body.dropped).toBe(genesys.journal.dropped);
  expect((await rest(genesys, 'GET', '/_emulator/journal?after=soon')).status).toBe(400);

  await genesys.reset();
  expect(genesys.journal.dropped).toBe(0);
  expect(genesys.journal.entries()[0]?.seq).toBeGreaterThan(last);
});

test('it streams what is there and then what comes, and resumes after Last-Event-ID', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const there = genesys.journal.entries().length;
  const reading = readStream(`${genesys.url}/_emulator/journal/stream`, there + 2);
  await journaled(genesys, () => true);
  // The stream is open once its first bytes are there; what is written before or after that must come either way.
  guest.send(frames.jwt);
  const { ids, entries } = await reading;
  expect(ids).toEqual(entries.map(({ seq }) => String(seq)));
  expect(entries.slice(there).map(({ kind }) => kind)).toEqual(['getJwt', 'JwtResponse']);
  expect(entries).toEqual(JSON.parse(JSON.stringify(genesys.journal.entries())));

  const resumed = await readStream(`${genesys.url}/_emulator/journal`, 1, {
    accept: 'text/event-stream',
    'last-event-id': String(there),
  });
  expect(resumed.entries[0]?.seq).toBe(there + 1);
});

test('a page on another port may read the stream', async () => {
  const genesys = await start();
  await configured(genesys);
  const leave = new AbortController();
  const response = await fetch(`${genesys.url}/_emulator/journal/stream`, {
    headers: { origin: 'http://127.0.0.1:4200' },
    signal: leave.signal,
  });
  expect(response.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:4200');
  leave.abort();
});

test('a reader too many is refused', async () => {
  const genesys = await start();
  const leave = new AbortController();
  for (let count = 0; count < BOUNDS.journalStreams; count += 1)
    await fetch(`${genesys.url}/_emulator/journal/stream`, { signal: leave.signal });
  expect((await rest(genesys, 'GET', '/_emulator/journal/stream')).status).toBe(429);
  leave.abort();
});

test('a transcript keeps the last messages of a conversation and says what it forgot', async () => {
  const genesys = await start({ limits: 'off' });
  const guest = await conversing(genesys);
  for (let count = 1; count <= BOUNDS.transcriptMessages; count += 1) guest.send(frames.text(`m${count}`));
  await fence(guest);
  const { transcript } = onlyConversation(genesys).conversation;
  expect(transcript).toHaveLength(BOUNDS.transcriptMessages + 1 - BOUNDS.transcriptMessages / 10);
  expect(transcript.at(-1)?.text).toBe(`m${BOUNDS.transcriptMessages}`);
  expect((await journaled(genesys, ({ kind }) => kind === 'bound')).note).toContain('1000 messages');
});

test('a listener that throws breaks neither the wire nor the clock, and is heard of as uncaught', async () => {
  const genesys = await start();
  const uncaught: (() => void)[] = [];
  vi.stubGlobal('queueMicrotask', (task: () => void) => {
    if (task.toString().includes('throw error')) uncaught.push(task);
    else Promise.resolve().then(task);
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const heard: string[] = [];
  genesys.journal.subscribe(() => {
    throw new Error('an expectation of the test');
  });
  genesys.journal.subscribe(({ kind }) => heard.push(kind));
  expect((await rest(genesys, 'GET', '/api/v2/users/me')).status).toBe(200);
  const guest = await configured(genesys);
  guest.send(frames.text('hello'));
  expect(await guest.next()).toMatchObject({ body: { text: 'hello' } });
  await genesys.clock.advance(60_000);
  expect(heard).toContain('text');
  expect(uncaught.length).toBe(heard.length);
  expect(uncaught[0]).toThrow('an expectation of the test');
});
