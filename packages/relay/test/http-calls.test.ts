import { describe, expect, it } from 'vitest';
import { servedDouble } from './support/served-double.ts';

/** A caller with all rights, and what its calls came to. */
async function caller() {
  const served = await servedDouble();
  const headers = served.as(await served.tokenFor('main'));
  const call = async (method: 'GET' | 'PUT' | 'POST' | 'DELETE', url: string, payload?: object, more: object = {}) => {
    const answer = await served.app.inject({
      method,
      url,
      headers: { ...headers, ...more },
      ...(payload !== undefined && { payload }),
    });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body === '' ? undefined : answer.json() };
  };
  return { ...served, call, asked: () => served.calls.map(({ command, argument }) => ({ command, argument })) };
}

describe('calls of /v1', () => {
  it('makes a conversation: 201 with its place, and never the guest’s token', async () => {
    await using served = await caller();
    const { status, headers, body } = await served.call('PUT', '/v1/conversations/order%20%231', {
      guest: { nickname: 'Ada' },
    });
    expect(status).toBe(201);
    expect(headers.location).toBe('/v1/conversations/order%20%231');
    expect(body).toMatchObject({ id: 'order #1', state: 'open', guest: { connection: { state: 'live' } } });
    expect(JSON.stringify(body)).not.toContain('planted-guest-token');
  });

  it('makes one without a body too', async () => {
    await using served = await caller();
    expect(await served.call('PUT', '/v1/conversations/c1')).toMatchObject({ status: 201 });
    expect(await served.call('PUT', '/v1/conversations/c1', {})).toMatchObject({ status: 201 });
  });

  it('hands typing on as one command, its moment as epoch milliseconds', async () => {
    await using served = await caller();
    const answer = await served.call('POST', '/v1/conversations/c1/typing', {
      participant: 'agent:u1',
      typing: true,
      durationMs: 4_000,
      occurredAt: '2026-11-21T12:00:00.250Z',
    });
    expect(answer).toMatchObject({ status: 202, body: { outcome: 'sent', reason: 'Sent.', conversationId: 'c1' } });
    expect(served.calls).toMatchObject([
      {
        command: 'typing',
        principal: { clientId: 'main' },
        argument: {
          conversation: { id: 'c1' },
          participant: 'agent:u1',
          typing: true,
          durationMs: 4_000,
          occurredAtMs: Date.parse('2026-11-21T12:00:00.250Z'),
        },
      },
    ]);
  });

  it('hands messages on with their key, and receipts with what they cover', async () => {
    await using served = await caller();
    const message = { participant: 'guest', text: 'Hello' };
    const sent = await served.call('POST', '/v1/conversations/c1/messages', message, { 'idempotency-key': 'k1' });
    expect(sent).toMatchObject({
      status: 202,
      body: { messageId: 'm1', sequence: 1, status: 'accepted', repeated: false },
    });
    const read = { participant: 'guest', watermark: 'seen', messageId: 'm1' };
    expect(await served.call('POST', '/v1/conversations/c1/receipts', read)).toMatchObject({ status: 202 });
    expect(served.asked()).toMatchObject([
      { command: 'message', argument: { ...message, idempotencyKey: 'k1' } },
      { command: 'receipt', argument: read },
    ]);
  });

  it('needs to know for whom a client acts, while a conversation token stands for its own participant', async () => {
    await using served = await caller();
    expect(await served.call('POST', '/v1/conversations/c1/typing', { typing: true })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: [{ path: 'participant' }] },
    });
    const { body } = await served.call('POST', '/v1/conversations/c1/tokens', { participant: 'guest' });
    const answer = await served.call('POST', '/v1/conversations/c1/typing', { typing: true }, served.as(body.token));
    expect(answer.status).toBe(202);
    expect(served.asked().at(-1)).toMatchObject({ command: 'typing', argument: { participant: 'guest' } });
  });

  it('makes tokens that carry no more than their maker has', async () => {
    await using served = await caller();
    const narrow = served.as(await served.tokenFor('main', ['signals:read', 'signals:write']));
    const ask = (scopes?: readonly string[]) =>
      served.call('POST', '/v1/conversations/c1/tokens', { participant: 'guest', scopes }, narrow);
    expect((await ask()).body.scopes).toEqual(['signals:read', 'signals:write']);
    expect((await ask(['signals:read'])).body.scopes).toEqual(['signals:read']);
    expect(await ask(['messages:write'])).toMatchObject({ status: 403, body: { code: 'scope.missing' } });
  });

  it('lists, looks, explains and ends', async () => {
    await using served = await caller();
    const list = await served.call('GET', '/v1/conversations?limit=2');
    expect(list.body.conversations.map(({ id }: { id: string }) => id)).toEqual(['c1', 'c3']);
    expect(await served.call('GET', '/v1/conversations/c1')).toMatchObject({ status: 200, body: { id: 'c1' } });
    expect(await served.call('GET', '/v1/conversations/c1/explain')).toMatchObject({
      status: 200,
      body: { lines: [] },
    });
    expect(await served.call('DELETE', '/v1/conversations/c1')).toMatchObject({ status: 204, body: undefined });
  });

  it('says what a token is good for', async () => {
    await using served = await caller();
    expect((await served.call('GET', '/v1/whoami')).body).toEqual({
      kind: 'client',
      clientId: 'main',
      scopes: ['signals:read', 'signals:write', 'messages:write'],
      actAs: { guest: true, agents: 'everyone' },
      expiresAt: '2026-11-21T13:00:00.000Z',
    });
  });

  it('answers whether it is alive, ready, and what it counts, to anybody', async () => {
    await using served = await servedDouble({
      readiness: () => ({ reasons: ['The store is closed.'], warnings: ['Some guests are refused.'] }),
    });
    expect((await served.app.inject('/healthz')).json()).toEqual({ status: 'alive' });
    const ready = await served.app.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({
      status: 'not ready',
      reasons: ['The store is closed.'],
      warnings: ['Some guests are refused.'],
    });
    const metrics = await served.app.inject('/metrics');
    expect(metrics.headers['content-type']).toMatch(/^text\/plain/);
    expect(metrics.body).toContain('backchannel_http_requests_total{method="GET",route="/readyz",status="503"} 1');
  });
});
