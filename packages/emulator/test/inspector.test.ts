import { expect, test } from 'vitest';
import { configured, conversing, fence, frames, onlyConversation, rest, start } from './support/emulator.ts';

test('the journal is asked by surface, direction, kind, conversation, text and what is noted', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { id, typingPath } = onlyConversation(genesys);
  guest.send(frames.text('Where is my parcel?'));
  guest.send(frames.presence('Dance'));
  await fence(guest);
  await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } });
  const ask = async (query: string): Promise<{ kind: string; surface: string; direction: string }[]> =>
    (await rest(genesys, 'GET', `/_emulator/journal?${query}`)).body.entries;
  expect((await ask('surface=rest')).map(({ kind }) => kind)).toEqual(['POST …/typing', 'POST …/typing']);
  expect((await ask('kind=TYPING')).map(({ surface, direction }) => [surface, direction])).toEqual([['guest', 'out']]);
  expect((await ask('text=PARCEL&direction=in')).map(({ kind }) => kind)).toEqual(['text']);
  expect((await ask(`conversation=${id}&surface=guest&limit=1`)).map(({ kind }) => kind)).toEqual(['text']);
  expect((await ask('noted=true')).map(({ kind }) => kind)).toContain('error');
  expect(await ask('conversation=another')).toEqual([]);
  expect(genesys.journal.entries({ surface: 'rest' })).toHaveLength(2);
});

test.each([
  ['surfaec=rest', 'Did you mean \\"surface\\"?'],
  ['surface=phone', 'surface is one of'],
  ['direction=up', 'in or out'],
  ['limit=-1', 'whole numbers'],
  ['redact=secrets', 'redact is a list of texts, names, attributes'],
])('a query that means nothing is refused: %s', async (query, reason) => {
  const genesys = await start();
  for (const path of ['journal', 'journal/stream', 'journal/export']) {
    const answer = await rest(genesys, 'GET', `/_emulator/${path}?${query}`);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(reason);
  }
});

test('the live stream has the same filters', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const leave = new AbortController();
  const response = await fetch(`${genesys.url}/_emulator/journal/stream?kind=text&direction=in&redact=texts`, {
    signal: leave.signal,
  });
  guest.send(frames.text('first secret', { tracingId: '1' }));
  guest.send(frames.jwt);
  guest.send(frames.text('second secret', { tracingId: '2' }));
  let read = '';
  for await (const chunk of response.body ?? []) {
    read += new TextDecoder().decode(chunk);
    if (read.split('\n\n').length > 2) break;
  }
  leave.abort();
  const entries = read
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => JSON.parse(line.slice('data: '.length)));
  expect(entries.map(({ kind }) => kind)).toEqual(['text', 'text']);
  expect(read).not.toContain('secret');
});

test('it is exported to a file of JSON lines', async () => {
  const genesys = await start();
  await conversing(genesys);
  const answer = await fetch(`${genesys.url}/_emulator/journal/export?surface=guest`);
  expect(answer.headers.get('content-type')).toContain('application/x-ndjson');
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="backchannel-journal.ndjson"');
  const lines = (await answer.text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    JSON.parse(JSON.stringify(genesys.journal.entries({ surface: 'guest' }))),
  );
});

test('texts, names and attributes can be left out by type; what tells frames apart stays', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  const channel = { metadata: { customAttributes: { city: 'Lisboa' } } };
  guest.send(frames.text('my private words', { channel, tracingId: '1' }));
  await guest.next();
  const { id, messagesPath } = onlyConversation(genesys);
  await rest(genesys, 'POST', messagesPath, { body: { textBody: 'their private words' } });
  await rest(genesys, 'GET', '/api/v2/users/me');
  const whole = genesys.journal.export();
  for (const word of ['my private words', 'their private words', 'Lisboa', 'Ana Lima']) expect(whole).toContain(word);
  const shared = genesys.journal.export({ redact: ['texts', 'names', 'attributes'] });
  for (const word of ['private words', 'Lisboa', 'Ana Lima']) expect(shared).not.toContain(word);
  expect(shared).toContain(id);
  expect(shared).toContain('… (16 characters)');
  expect(genesys.journal.export({ redact: ['names'] })).toContain('Lisboa');
});

test('what is cut or no JSON is hidden whole when anything is to be hidden', async () => {
  const genesys = await start();
  const guest = await configured(genesys);
  guest.send('not json, but private');
  await guest.next();
  expect(genesys.journal.export({ redact: ['texts'] })).not.toContain('private');
});

test('the control index explains itself: JSON for programs, a page for browsers', async () => {
  const genesys = await start();
  const json = await rest(genesys, 'GET', '/_emulator/');
  expect(Object.keys(json.body)).toEqual(expect.arrayContaining(['POST /_emulator/faults', 'POST /_emulator/clock']));
  const page = await fetch(`${genesys.url}/_emulator/`, { headers: { accept: 'text/html,*/*' } });
  expect(page.headers.get('content-type')).toContain('text/html');
  const html = await page.text();
  for (const route of Object.keys(json.body)) expect(html).toContain(route.split(' ')[1]);
});

test('every GET route of the index answers', async () => {
  const genesys = await start();
  const index = await rest(genesys, 'GET', '/_emulator/');
  for (const route of Object.keys(index.body)) {
    const [method, path = ''] = route.split(' ');
    if (method !== 'GET' || path.endsWith('/stream')) continue;
    expect([path, (await rest(genesys, 'GET', path)).status]).toEqual([path, 200]);
  }
});
