import { request } from 'node:http';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import {
  configured,
  conversing,
  fence,
  frames,
  guestUrl,
  listening,
  onlyConversation,
  rest,
  start,
} from './support/emulator.ts';
import { type Json, TestSocket } from './support/socket.ts';

/** A request with any Host header, which `fetch` would not send. */
const ask = (
  url: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; headers: Json; body: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });

test('info holds what a script needs, by HTTP and in the process alike', async () => {
  const genesys = await start();
  const answer = await rest(genesys, 'GET', '/_emulator/info', { token: undefined });
  expect(answer.body).toEqual(genesys.info);
  expect(answer.body).toEqual({
    baseUrl: genesys.url,
    deploymentId: expect.any(String),
    queueId: expect.any(String),
    integrationId: expect.any(String),
    webhookSecret: expect.stringMatching(/^emulator-webhook-secret-/),
    oauth: { clientId: expect.any(String), clientSecret: expect.stringMatching(/^emulator-secret-/) },
    loginClient: { clientId: expect.any(String), clientSecret: expect.stringMatching(/^emulator-secret-/) },
    agents: [
      { id: expect.any(String), name: 'Ana Lima', token: expect.stringMatching(/^emulator-user-token-/) },
      { id: expect.any(String), name: 'Ben Okafor', token: expect.stringMatching(/^emulator-user-token-/) },
    ],
    customers: [
      expect.objectContaining({ firstName: 'Cara', idToken: expect.stringMatching(/^emulator-id-token-/) }),
      expect.objectContaining({ firstName: 'Dev', code: expect.stringMatching(/^emulator-code-/) }),
    ],
  });
});

test('conversations tell participants, transcript and typing, by HTTP and in the process alike', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  guest.send(frames.typing());
  await fence(guest);
  const answer = await rest(genesys, 'GET', '/_emulator/conversations', { token: undefined });
  expect(answer.body).toEqual(genesys.conversations());
  expect(answer.body).toMatchObject([
    {
      participants: [
        { purpose: 'customer' },
        { purpose: 'acd' },
        { purpose: 'agent', userId: genesys.info.agents[0]?.id },
      ],
      transcript: [{ from: 'guest', text: 'hello', time: expect.stringMatching(/^\d{4}-/) }],
      typing: [{ from: 'guest', to: 'agent', durationMs: 5_000, atMs: expect.any(Number) }],
    },
  ]);
});

test('the index lists the control routes, and an unknown one is answered with the nearest', async () => {
  const genesys = await start();
  for (const path of ['/_emulator', '/_emulator/']) {
    expect((await rest(genesys, 'GET', path)).body).toHaveProperty(['POST /_emulator/reset']);
  }
  const unknown = await rest(genesys, 'GET', '/_emulator/infos');
  expect(unknown).toMatchObject({
    status: 404,
    body: { code: 'route.unknown', message: expect.stringContaining('Did you mean GET /_emulator/info?') },
  });
});

test.each(['genesys.evil.example', '10.0.0.7:4100', '127.0.0.1.evil.example', 'localhost.evil.example'])(
  'the host %j is refused on every control route',
  async (host) => {
    const genesys = await start();
    for (const [method, path] of [
      ['GET', 'info'],
      ['GET', 'journal/stream'],
      ['POST', 'reset'],
      ['POST', 'cut'],
      ['GET', 'nothing'],
      ['GET', ''],
    ]) {
      const answer = await ask(`${genesys.url}/_emulator/${path}`, { host }, method);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.body).not.toContain('token');
    }
  },
);

test('a request without a host is refused on the control routes', async () => {
  const genesys = await start();
  const socket = createConnection(Number(new URL(genesys.url).port), '127.0.0.1');
  socket.write('GET /_emulator/info HTTP/1.0\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
});

test.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example', 'file://'])(
  'a page of %s is refused on the control routes, and may read nothing anywhere',
  async (origin) => {
    const genesys = await start();
    const info = await ask(`${genesys.url}/_emulator/info`, { origin });
    expect(info.status).toBe(403);
    expect(JSON.parse(info.body)).toMatchObject({ code: 'origin.foreign', message: expect.stringContaining(origin) });
    expect((await ask(`${genesys.url}/_emulator/reset`, { origin }, 'POST')).status).toBe(403);
    expect((await ask(`${genesys.url}/api/v2/users/me`, { origin })).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  },
);

test.each(['http://127.0.0.1:4200', 'http://localhost:4200', 'http://[::1]:4200'])(
  'a page of %s may use everything',
  async (origin) => {
    const genesys = await start();
    const paths = [
      '/_emulator/info',
      '/api/v2/users/me',
      '/oauth/token',
      `/webdeployments/v1/deployments/${genesys.info.deploymentId}/config.json`,
    ];
    for (const path of paths) {
      expect((await ask(genesys.url + path, { origin })).headers).toMatchObject({
        'access-control-allow-origin': origin,
        vary: 'origin',
      });
      const preflight = await ask(
        genesys.url + path,
        {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
        'OPTIONS',
      );
      expect(preflight).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-headers': 'authorization,content-type',
          'access-control-allow-methods': expect.stringContaining('POST'),
        },
      });
    }
  },
);

test('cut breaks the asked sockets without a close frame, and says how many', async () => {
  const genesys = await start();
  const guest = await conversing(genesys);
  const agent = await listening(genesys, []);
  const cut = (sockets: unknown) => rest(genesys, 'POST', '/_emulator/cut', { body: { sockets }, token: undefined });
  expect(await cut('guests')).toMatchObject({ status: 200, body: { cut: 1 } });
  expect(await guest.closed).toBe(1006);
  expect(agent.socket.readyState).toBe(agent.socket.OPEN);
  const again = await configured(genesys);
  expect(again.frames[0].body.newSession).toBe(false);
  expect((await cut('all')).body).toEqual({ cut: 2 });
  expect([await again.closed, await agent.closed]).toEqual([1006, 1006]);
  expect(genesys.cut('notifications')).toBe(0);
  expect(await cut('guest')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('Did you mean "guests"?') },
  });
  expect((await rest(genesys, 'POST', '/_emulator/cut', { body: '' })).status).toBe(400);
});

test('reset closes every socket and starts again with the same ids and credentials', async () => {
  const genesys = await start();
  const before = genesys.info;
  const guest = await conversing(genesys);
  const agent = await listening(genesys, []);
  const { id } = onlyConversation(genesys);
  expect(
    (
      await rest(genesys, 'POST', '/_emulator/reset', {
        token: undefined,
        headers: { 'content-type': 'application/json' },
        body: '{}',
      })
    ).status,
  ).toBe(204);
  expect([await guest.closed, await agent.closed]).toEqual([1001, 1001]);
  expect(genesys.info).toEqual(before);
  expect(genesys.conversations()).toEqual([]);
  expect(genesys.journal.entries()[0]).toMatchObject({ kind: 'reset', surface: 'emulator' });
  const again = await conversing(genesys);
  expect(again.frames[0].body.newSession).toBe(true);
  expect(onlyConversation(genesys).id).toBe(id);
});

test('reset lets a frozen clock run again: a robot of the next test does not wait for ever', async () => {
  const genesys = await start();
  genesys.clock.freeze();
  await genesys.reset();
  expect((await rest(genesys, 'GET', '/_emulator/clock')).body.frozen).toBe(false);
  const robot = genesys.robots.start({ role: 'guest', keyMs: 1, steps: [{ say: 'Hi' }] });
  expect(await robot.ended).toMatchObject({ state: 'done' });
});

test('a guest that connects while a reset ends the old sockets is a guest of the new state', async () => {
  const genesys = await start();
  await conversing(genesys);
  const resetting = genesys.reset();
  const socket = new TestSocket(guestUrl(genesys));
  await socket.opened();
  await resetting;
  socket.send(frames.configure(genesys));
  expect((await socket.next()).body.newSession).toBe(true);
  socket.send(frames.text('after'));
  await socket.next();
  expect(onlyConversation(genesys).conversation.transcript.map(({ text }) => text)).toEqual(['after']);
  socket.socket.terminate();
});

test('an HTTP client that offers an upgrade to HTTP/2 is answered like any other', async () => {
  const genesys = await start();
  const answer = await ask(`${genesys.url}/_emulator/info`, {
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
  });
  expect(answer.status).toBe(200);
});
