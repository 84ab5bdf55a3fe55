// Real HTTP to a server that stands for Genesys: what comes to it, byte by byte.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { hostsAt } from '@backchannel/client';
import { describe, expect, it } from 'vitest';
import { fieldReportRoutes } from '../src/field-reports/field-report-routes.ts';
import { relaySettings } from './support/relay-settings.ts';
import { servedDouble } from './support/served-double.ts';

async function passing() {
  const got: { readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
  const genesys = createServer(async (request, response) => {
    got.push({ headers: request.headers, body: await buffer(request) });
    response.end();
  });
  await once(genesys.listen(0, '127.0.0.1'), 'listening');
  const { port } = genesys.address() as AddressInfo;
  const hosts = hostsAt(`http://127.0.0.1:${port}`);
  const settings = { passThrough: true, genesys: { ...relaySettings().genesys, hosts } };
  const served = await servedDouble({ settings, areas: [fieldReportRoutes] });
  const send = async (payload: string | Buffer | undefined, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await served.app.inject({
      method: 'POST',
      url: '/api/v2/x',
      headers: { authorization: 'Bearer of-genesys', ...headers },
      ...(payload !== undefined && { payload }),
    });
    return { status: answer.statusCode, code: answer.body === '' ? undefined : answer.json().code, came: got.pop() };
  };
  return {
    send,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      genesys.close();
      genesys.closeAllConnections();
    },
  };
}

describe('what is passed on to Genesys', () => {
  it.each([
    ['a number that JavaScript can’t hold', 'application/json', '{"id":12345678901234567890, "rate":1.0}'],
    ['a member that is refused elsewhere', 'application/json; charset=utf-8', '{"constructor":"acme"}'],
    ['a form', 'application/x-www-form-urlencoded', 'a=1&b=2&a=3'],
    ['XML', 'application/xml', '<a/>'],
    ['a table', 'text/csv', 'id,name\r\n1,Größe\r\n'],
    ['bytes that are no text', 'application/octet-stream', Buffer.from([0, 255, 254, 13, 10])],
    [
      'a file among others',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="f"\r\n\r\nx\r\n--b--',
    ],
  ])('has the body as it came: %s', async (_, type, body) => {
    await using relay = await passing();
    const { status, came } = await relay.send(body, { 'content-type': type });
    expect([status, came?.headers['content-type']]).toEqual([200, type]);
    expect(came?.body).toEqual(Buffer.from(body));
  });

  it('says how it is compressed', async () => {
    await using relay = await passing();
    const body = gzipSync('{"a":1}');
    const { came } = await relay.send(body, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect([came?.body, came?.headers['content-encoding']]).toEqual([body, 'gzip']);
  });

  it('has no body and no type where none came', async () => {
    await using relay = await passing();
    const { status, came } = await relay.send(undefined);
    expect([status, came?.body.length, came?.headers['content-type']]).toEqual([200, 0, undefined]);
  });

  it('is no longer than any other body', async () => {
    await using relay = await passing();
    const body = 'x'.repeat(relaySettings().limits.bodyBytesMax + 1);
    const { status, code, came } = await relay.send(body, { 'content-type': 'text/csv' });
    expect([status, code, came]).toEqual([413, 'request.entity.too.large', undefined]);
  });
});
