import { describe, expect, it } from 'vitest';
import { servedDouble } from './support/served-double.ts';

const ALLOWED = 'https://chat.example';

describe('pages', () => {
  it('of an allowed origin may call, and read what the answer tells programs', async () => {
    await using served = await servedDouble();
    const headers = { ...served.as(await served.tokenFor('main')), origin: ALLOWED };
    const answer = await served.app.inject({ url: '/v1/whoami', headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ALLOWED,
      'access-control-expose-headers': 'location, retry-after, traceparent',
      vary: 'origin',
    });
  });

  it('learn why they were refused: problems carry the same headers', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({ url: '/v1/whoami', headers: { origin: ALLOWED } });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([401, ALLOWED]);
  });

  it('are told by a preflight what the path takes, without a credential', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({
      method: 'OPTIONS',
      url: '/v1/conversations/c1',
      headers: { origin: ALLOWED, 'access-control-request-method': 'PUT' },
    });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-methods': 'DELETE, GET, HEAD, PUT',
      'access-control-allow-headers': expect.stringContaining('idempotency-key'),
    });
  });

  it.each([
    'https://evil.example',
    'null',
    'https://chat.example.evil.example',
    'http://chat.example',
    'HTTPS://CHAT.EXAMPLE',
  ])('of %s are refused before anything else is looked at', async (origin) => {
    await using served = await servedDouble();
    const token = await served.tokenFor('main');
    for (const method of ['GET', 'POST', 'OPTIONS'] as const) {
      const answer = await served.app.inject({
        method,
        url: '/v1/conversations/c1/typing',
        headers: { ...served.as(token), origin, 'access-control-request-method': 'POST' },
      });
      expect([answer.statusCode, answer.json().code]).toEqual([403, 'origin.forbidden']);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
    expect(served.calls).toEqual([]);
  });

  it('OPTIONS without an origin is a method like any other', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({ method: 'OPTIONS', url: '/v1/whoami' });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, 'GET, HEAD']);
  });
});
