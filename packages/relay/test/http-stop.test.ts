// One test has a real socket: only a connection can break.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { describe, expect, it } from 'vitest';
import { settle } from '../../client/test/support/fake-clock.ts';
import { STOP_GRACE_MS } from '../src/http/server-bounds.ts';
import { servedDouble } from './support/served-double.ts';

/** A server with one call under way, which ends when the test says so. */
async function underWay() {
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const served = await servedDouble({
    settings: { log: { level: 'warn' } },
    commands: {
      typing: async () => {
        await held;
        return { outcome: 'sent', reason: 'Sent.', conversationId: 'c1', participant: 'guest' };
      },
    },
  });
  const headers = served.as(await served.tokenFor('main'));
  const call = served.app.inject({
    method: 'POST',
    url: '/v1/conversations/c1/typing',
    headers,
    payload: { participant: 'guest', typing: true },
  });
  await settle();
  return { ...served, headers, call, finish };
}

describe('a relay that stops', () => {
  it('takes nothing new, and finishes what it has begun', async () => {
    await using served = await underWay();
    let drained = false;
    const draining = served.server.drain().then(() => {
      drained = true;
    });
    const refused = await served.app.inject({ url: '/v1/whoami', headers: served.headers });
    expect([refused.statusCode, refused.json().code]).toEqual([503, 'stopping']);
    expect(refused.headers).toMatchObject({ connection: 'close', 'retry-after': '2' });
    expect((await served.app.inject('/healthz')).statusCode).toBe(200);
    await settle();
    expect(drained).toBe(false);
    served.finish();
    expect((await served.call).statusCode).toBe(202);
    await draining;
    expect(drained).toBe(true);
    expect(served.clock.pending).toBe(0);
  });

  it('waits for it 10 seconds and says so when that was not enough', async () => {
    await using served = await underWay();
    const draining = served.server.drain();
    await served.clock.advance(STOP_GRACE_MS - 1);
    expect(served.lines).toEqual([]);
    await served.clock.advance(1);
    await draining;
    expect(served.lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'warn', msg: 'stopped before every request was answered', count: 1 },
    ]);
    served.finish();
    await served.call;
  });

  it('waits for nobody who has gone in the middle of a request', async () => {
    await using served = await servedDouble();
    const { hostname, port } = new URL(await served.server.listen());
    const accepted = once(served.app.server, 'connection');
    const asked = once(served.app.server, 'request');
    const socket = createConnection({ host: hostname, port: Number(port) });
    const { authorization } = served.as(await served.tokenFor('main'));
    const head = ['POST /v1/conversations/c1/typing HTTP/1.1', 'host: x', `authorization: ${authorization}`];
    socket.write(`${[...head, 'content-type: application/json', 'content-length: 100'].join('\r\n')}\r\n\r\n{`);
    await asked;
    const [connection] = await accepted;
    socket.destroy();
    await once(connection, 'close');
    await served.server.drain();
    expect(served.clock.pending).toBe(0);
  });

  it('with nothing under way waits for nothing', async () => {
    await using served = await servedDouble();
    await served.server.drain();
    expect(served.clock.pending).toBe(0);
  });
});
