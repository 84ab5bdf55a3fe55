// Real time: what is slow is a socket, and the timeouts are Node's own; they are set to fractions of a second here.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CONNECTIONS_GRACE_MS } from '../src/http/server-bounds.ts';
import { servedDouble } from './support/served-double.ts';

const opened: { destroy(): void }[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy();
});

/** Writes what it is given to a socket of the server's, and resolves with everything that comes back until it is closed. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let came = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    opened.push(socket);
    socket.on('data', (data) => {
      came += data;
    });
    socket.on('close', () => resolve(came));
    socket.on('error', reject);
  });
}

const body = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));

describe('requests that are no proper requests', () => {
  it('a body that never ends is cut off with 408', async () => {
    await using served = await servedDouble({ requestTimeoutMs: 200 });
    const url = await served.server.listen();
    const token = await served.tokenFor('main');
    const answer = await raw(
      url,
      `POST /v1/conversations/c1/typing HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"part`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json/);
    expect(body(answer)).toMatchObject({ code: 'request.invalid', status: 408 });
    expect(served.calls).toEqual([]);
  });

  it('a head that never ends, too', async () => {
    await using served = await servedDouble({ requestTimeoutMs: 200 });
    const answer = await raw(await served.server.listen(), 'GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('a connection on which nothing is asked does not keep the relay from stopping', async () => {
    await using served = await servedDouble();
    const url = await served.server.listen();
    const connected = once(served.app.server, 'connection');
    const idle = raw(url, '');
    await connected;
    const closing = served.server.close();
    await setImmediate();
    await served.clock.advance(CONNECTIONS_GRACE_MS);
    await closing;
    expect(await idle).toBe('');
    expect(served.clock.pending).toBe(0);
  });

  it('a head that is too long is 431, and no HTTP is 400', async () => {
    await using served = await servedDouble();
    const url = await served.server.listen();
    const long = await raw(url, `GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(long).toMatch(/^HTTP\/1\.1 431 /);
    const garbage = await raw(url, 'planted garbage\r\n\r\n');
    expect(garbage).toMatch(/^HTTP\/1\.1 400 /);
    expect(body(garbage)).toMatchObject({ code: 'request.invalid' });
    expect(garbage).not.toContain('planted');
  });
});
