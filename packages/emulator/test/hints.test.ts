import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FACTS } from '@backchannel/protocol';
import { expect, test } from 'vitest';
import { HINT_HEADER, hintHeaders } from '../src/hints/hints.ts';
import { REAL_CALLS } from '../src/hints/real-calls.ts';
import { WRONG_CALLS, WRONG_FRAME_TYPES, WRONG_SCOPES, WRONG_SOCKETS } from '../src/hints/wrong-calls.ts';
import { connect, conversing, fence, frames, journaled, onlyConversation, rest, start } from './support/emulator.ts';
import { refusedHeaders } from './support/refused.ts';

const concrete = (path: string): string => path.replace(/\{\w+\}/g, '0b7f0f1e-0000-4000-8000-000000000001');

test.each(WRONG_CALLS.map((each) => [`${each.method} ${each.path}`, each] as const))(
  '%s is answered as Genesys would, with a hint that names the real call',
  async (_name, { method, path, answer, real }) => {
    const genesys = await start();
    const refused = await rest(genesys, method, concrete(path), method === 'GET' ? {} : { body: { any: 'thing' } });
    expect(refused.status).toBe(answer);
    expect(refused.body).toMatchObject({ status: answer, contextId: refused.headers.get('inin-correlation-id') });
    if (answer === 405) expect(refused.headers.get('allow')).not.toContain(method);
    const hint = refused.headers.get(HINT_HEADER) ?? '';
    expect(hint).toContain(`${method} ${path} is no call of Genesys.`);
    expect(hint).toContain(REAL_CALLS[real].example.split('{')[0]);
    expect(hint.split('is no call of Genesys.')[1]).not.toMatch(
      /\{(?:url|socket|deploymentId|token|clientId|clientSecret|conversationId|communicationId)\}/,
    );
    const entry = genesys.journal.entries().at(-1);
    expect(entry).toMatchObject({ status: answer, note: expect.stringContaining(hint) });
  },
);

test.each(WRONG_SOCKETS)(
  'a WebSocket at $path is refused, and told where the real ones are',
  async ({ path, real }) => {
    const genesys = await start();
    const { status, headers } = await refusedHeaders(genesys.url.replace(/^http/, 'ws') + concrete(path));
    expect(status).toBe(404);
    expect(headers[HINT_HEADER]).toContain(REAL_CALLS[real].example.split('{')[0]);
    await journaled(genesys, ({ note }) => note === headers[HINT_HEADER]);
  },
);

test.each(Object.entries(WRONG_FRAME_TYPES))('a frame of type %j is a bad request with a hint', async (type, real) => {
  const genesys = await start();
  const guest = await connect(genesys);
  guest.send({ type, data: { isTyping: true } });
  expect(await guest.next()).toMatchObject({ class: 'string', code: 400 });
  const entry = await journaled(genesys, ({ direction, kind }) => direction === 'in' && kind === 'malformed');
  expect(entry.note).toContain(REAL_CALLS[real].says.split('{')[0]);
});

test.each(WRONG_SCOPES)('the scope %s changes nothing about a token, and the answer says so', async (scope) => {
  const genesys = await start();
  const { clientId, clientSecret } = genesys.info.oauth;
  const answer = await fetch(`${genesys.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  expect(answer.headers.get(HINT_HEADER)).toContain(`${scope}: There is no such scope.`);
  expect(answer.headers.get(HINT_HEADER)).not.toContain(clientSecret);
});

test('a right call has no hint', async () => {
  const genesys = await start();
  for (const path of ['/api/v2/users/me', '/api/v2/conversations/messages']) {
    expect((await rest(genesys, 'GET', path)).headers.get(HINT_HEADER)).toBeNull();
  }
});

test('a path that is not served here says so, and which one is near', async () => {
  const genesys = await start();
  const answer = await rest(genesys, 'GET', '/api/v2/notification/channels');
  expect([answer.status, answer.headers.get(HINT_HEADER)]).toEqual([
    404,
    'GET /api/v2/notification/channels is not served by this version of the emulator. Did you mean GET /api/v2/notifications/channels?',
  ]);
});

test('why a request was refused or came to nothing stands beside the answer, in plain characters', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const { typingPath } = onlyConversation(genesys);
  const off = await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'Off' } } });
  expect([off.status, off.headers.get(HINT_HEADER)]).toEqual([400, expect.stringContaining('There is no Off')]);
  await guest.close();
  await journaled(genesys, ({ surface, kind }) => surface === 'guest' && kind === 'closed');
  const unseen = await rest(genesys, 'POST', typingPath, { body: { typing: { type: 'On' } } });
  expect([unseen.status, unseen.headers.get(HINT_HEADER)]).toEqual([204, expect.stringContaining('reaches nobody')]);
  expect(hintHeaders('“naïve”…\nline')).toEqual({ [HINT_HEADER]: '"na?ve"...?line' });
  expect(hintHeaders('')).toEqual({});
});

test('a page on another port may read the hint', async () => {
  const genesys = await start();
  const origin = 'http://127.0.0.1:4200';
  const answer = await rest(genesys, 'GET', '/api/v2/nothing', { headers: { origin } });
  expect(answer.headers.get('access-control-expose-headers')).toContain(HINT_HEADER);
});

test('every example works as it stands', async () => {
  const genesys = await start();
  await conversing(genesys);
  const hints = new Map<string, string>();
  for (const { method, path, real } of WRONG_CALLS) {
    const refused = await rest(genesys, method, concrete(path));
    hints.set(real, refused.headers.get(HINT_HEADER) ?? '');
  }
  const guest = await connect(genesys);
  const framed = Object.entries(REAL_CALLS).filter(([, { kind }]) => kind === 'frame');
  for (const [name] of framed) {
    const frame =
      /\{"action".*$/.exec(hints.get(name) ?? '{"action":"getJwt","token":"my-own-guest-token"}')?.[0] ?? '';
    guest.send(frame);
  }
  guest.send({ ...frames.jwt, token: 'my-own-guest-token', tracingId: 'last' });
  for (;;) {
    const frame = await guest.next();
    expect([frame.class, frame.code]).toEqual([frame.class, 200]);
    if (frame.tracingId === 'last') break;
  }
  for (const [name, { kind }] of Object.entries(REAL_CALLS)) {
    const hint = hints.get(name);
    if (kind === 'frame' || hint === undefined) continue;
    const line = /curl .*? (?=\(\$(?:TOKEN|SECRET))/.exec(hint)?.[0] ?? '';
    // A shell runs it as a person would paste it; `curl --fail` makes a refusal an error here.
    await promisify(execFile)('sh', ['-c', line.replace('curl ', 'curl --fail --silent --max-time 5 ')], {
      env: { ...process.env, TOKEN: genesys.info.agents[0]?.token, SECRET: genesys.info.oauth.clientSecret },
    });
  }
});

test('what a hint says rests on facts', () => {
  for (const { facts } of Object.values(REAL_CALLS)) {
    expect(facts.length).toBeGreaterThan(0);
    for (const id of facts) expect(FACTS).toHaveProperty([id]);
  }
});

test('a misspelt field of a frame or a request is named with what was meant', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  guest.send(frames.typing({ type: 'On', duratoin: 9_000 }));
  await fence(guest);
  expect(await journaled(genesys, ({ kind, direction }) => kind === 'typing' && direction === 'in')).toMatchObject({
    unread: [{ field: '$.message.events[0].typing.duratoin', nearest: 'duration' }],
    note: '$.message.events[0].typing.duratoin is not read: did you mean "duration"?',
  });
  const [conversation] = genesys.conversations();
  const leg = conversation?.participants.at(-1)?.communications[0]?.id;
  const path = `/api/v2/conversations/messages/${conversation?.id}/communications/${leg}/typing`;
  await rest(genesys, 'POST', path, { body: { typing: { type: 'On', Duration: 9_000 }, dateSent: '2026-01-05' } });
  expect(genesys.journal.entries().at(-1)).toMatchObject({
    status: 204,
    unread: expect.arrayContaining([{ field: '$.typing.Duration', nearest: 'duration' }]),
    note: expect.stringContaining('did you mean "duration"?'),
  });
});

test('a request whose fields are all read names none', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  guest.send(frames.typing({ type: 'On', duration: 9_000 }));
  await fence(guest);
  const entry = await journaled(genesys, ({ kind, direction }) => kind === 'typing' && direction === 'in');
  expect([entry.unread, entry.note]).toEqual([undefined, undefined]);
});
