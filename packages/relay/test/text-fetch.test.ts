// Real sockets: what is tested here is what goes over the wire and comes back.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { textFetch } from '../src/adapters/text-fetch.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function served(answer: (request: IncomingMessage, response: ServerResponse, body: string) => void) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(request, response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('sends method, path with its query, headers and body as they were given', async () => {
  const url = await served((request, response, body) => {
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, authorization: headers.authorization, body }));
  });
  const answer = await textFetch()(`${url}/api/v2/x?a=%20b`, {
    method: 'PUT',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    body: '{"text":"Grüße 👋"}',
  });
  expect(await answer.json()).toEqual({
    method: 'PUT',
    url: '/api/v2/x?a=%20b',
    authorization: 'Bearer t',
    body: '{"text":"Grüße 👋"}',
  });
});

it('answers with status, headers and the text, also where it came in pieces that part a character', async () => {
  const bytes = Buffer.from('{"message":"für"}');
  const url = await served((_, response) => {
    response.writeHead(429, { 'retry-after': '7', 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] });
    // Between the two bytes of the ü.
    response.write(bytes.subarray(0, 14));
    setImmediate(() => response.end(bytes.subarray(14)));
  });
  const answer = await textFetch()(`${url}/`);
  expect(answer).toMatchObject({ ok: false, status: 429 });
  expect(answer.headers.get('Retry-After')).toBe('7');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await answer.text()).toBe('{"message":"für"}');
  expect(new TextDecoder().decode(await answer.arrayBuffer())).toBe('{"message":"für"}');
});

it('an answer without content is one, and a redirect is given back and not followed', async () => {
  const url = await served((request, response) => {
    response.writeHead(request.url === '/empty' ? 204 : 302, { location: '/empty' }).end();
  });
  const empty = await textFetch()(`${url}/empty`);
  expect(empty).toMatchObject({ ok: true, status: 204 });
  expect(await empty.text()).toBe('');
  expect((await empty.blob()).size).toBe(0);
  expect(await textFetch()(`${url}/`)).toMatchObject({ ok: false, status: 302 });
});

it('ends with the reason of its signal: before it began, and while the answer is awaited, which closes the connection', async () => {
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  let closed = () => {};
  const wasClosed = new Promise<void>((resolve) => {
    closed = resolve;
  });
  const url = await served((request) => {
    request.socket.once('close', closed);
    asked();
  });
  const reason = new Error('given up');
  await expect(textFetch()(`${url}/`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const answer = textFetch()(`${url}/`, { signal: controller.signal });
  await wasAsked;
  controller.abort(reason);
  await expect(answer).rejects.toBe(reason);
  await wasClosed;
});

it('rejects when nobody listens, and when the connection ends before the answer', async () => {
  const gone = await served((request) => request.socket.destroy());
  await expect(textFetch()(`${gone}/`)).rejects.toThrow();
  await expect(textFetch()('http://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED');
});

it('leaves everything that is not plain text to the runtime’s own fetch', async () => {
  const url = await served((request, response, body) => response.end(`${request.headers['x-a']} ${body}`));
  const headers = new Headers({ 'x-a': 'as Headers' });
  expect(await (await textFetch()(`${url}/`, { method: 'POST', headers, body: 'one' })).text()).toBe('as Headers one');
  const body = new TextEncoder().encode('two');
  const answer = await textFetch()(new URL(url), { method: 'POST', headers: { 'x-a': 'bytes' }, body });
  expect(await answer.text()).toBe('bytes two');
});
