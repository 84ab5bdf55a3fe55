import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spellingDistance } from '../src/domain/nearest-name.ts';
import { RelayProblem } from '../src/domain/problem.ts';
import { PROBLEM_TEXTS } from '../src/http/problem-texts.ts';
import { RouteTable } from '../src/http/route-table.ts';
import { servedDouble } from './support/served-double.ts';

describe('what can’t be done', () => {
  it('is a problem document with the same members everywhere', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject('/v1/conversations/c1');
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer realm="backchannel"',
    });
    expect(answer.json()).toEqual({
      type: '/docs#credential.missing',
      title: 'No credential',
      status: 401,
      detail: 'The call carries no credential.',
      fix: expect.stringContaining('POST /oauth/token'),
      code: 'credential.missing',
      traceId: expect.stringMatching(/^[\da-f]{32}$/),
    });
  });

  it('names each wrong member, what it may be and what came, and never repeats a text', async () => {
    await using served = await servedDouble();
    const headers = served.as(await served.tokenFor('main'));
    const answer = await served.app.inject({
      method: 'POST',
      url: '/v1/conversations/c1/typing',
      headers,
      payload: {
        participant: ['planted'],
        typing: 'planted text',
        durationMs: 20,
        tpying: true,
        'a secret, perhaps': 1,
      },
    });
    expect(answer.json()).toMatchObject({
      code: 'request.invalid',
      detail: 'The body of the request is not what the call takes.',
      errors: [
        { path: 'participant', detail: 'expected string, received array; it was a list' },
        { path: 'typing', detail: 'expected boolean, received string; it was a text of 12 characters' },
        { path: 'durationMs', detail: expect.stringMatching(/>=100; it was 20$/) },
        { path: 'tpying', detail: 'nobody reads this member; did you mean "typing"?' },
        { path: '', detail: 'has a member that nobody reads, and whose name is no name' },
      ],
    });
    expect(answer.body).not.toContain('planted');
  });

  it('echoes a mistyped name of a list', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({
      method: 'POST',
      url: '/v1/conversations/c1/receipts',
      headers: served.as(await served.tokenFor('main')),
      payload: { participant: 'guest', watermark: 'raed' },
    });
    expect(answer.json().errors).toEqual([
      {
        path: 'watermark',
        detail: expect.stringMatching(/"delivered"\|"displayed"\|"seen"\|"acknowledged"; it was "raed"$/),
      },
    ]);
  });

  it.each([
    ['/v1/conversation/c1/typing', '/v1/conversations/{id}/typing'],
    ['/v1/conversations/c1/typng', '/v1/conversations/{id}/typing'],
    ['/health', '/healthz'],
    ['/oauth/tokens', '/oauth/token'],
    ['/V1/Conversation', '/v1/conversations'],
    // Ids take no part, however long they are.
    [`/v1/conversation/${'4b1f2e8d-'.repeat(20)}/typing`, '/v1/conversations/{id}/typing'],
  ])('an unknown path is told the nearest one: %s → %s', async (path, nearest) => {
    await using served = await servedDouble();
    const answer = await served.app.inject({ method: 'POST', url: path, payload: {} });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ code: 'path.unknown', fix: expect.stringContaining(`is ${nearest};`) });
  });

  it('a path that is like nothing is told where all are listed', async () => {
    await using served = await servedDouble();
    expect((await served.app.inject('/completely/different/from/all')).json().fix).toBe(
      'All paths are listed at /docs.',
    );
    expect((await served.app.inject(`/${'x'.repeat(5_000)}`)).json().code).toBe('path.unknown');
  });

  it('a scanner’s paths are not compared letter by letter with all of ours', () => {
    const table = new RouteTable();
    const served = { method: 'GET', access: 'public', scopes: [], documented: true } as const;
    const [known, long] = [`/${'a'.repeat(60)}/:id`, `/${'b'.repeat(90)}`];
    for (const url of [known, long]) table.add({ ...served, url });
    const nearest = (letters: number, idLetters = 1) =>
      table.nearest(`/${'x'.repeat(letters)}${'a'.repeat(60 - letters)}/${'1'.repeat(idLetters)}`);
    expect([nearest(16), nearest(17)]).toEqual([known.replace(':id', '{id}'), undefined]);
    expect([nearest(1, 300), nearest(1, 400)]).toEqual([known.replace(':id', '{id}'), undefined]);
    expect(table.nearest(long.slice(0, -1))).toBeUndefined();
  });

  it('the distance of two spellings is given up where it is more than is looked for, and else the same', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, fc.integer({ min: -2, max: 2 }), (left, right, more) => {
        const far = spellingDistance(left, right);
        expect(spellingDistance(right, left)).toBe(far);
        expect(spellingDistance(left, right, far + more)).toBe(more < 0 ? Infinity : far);
      }),
    );
    expect(spellingDistance('kitten', 'sitting')).toBe(3);
  });

  it('every known path answers a wrong method with 405 and the right ones', async () => {
    await using served = await servedDouble();
    const urls = [...new Set(served.server.routes.all.map(({ url }) => url))];
    expect(urls.length).toBeGreaterThan(10);
    for (const url of urls) {
      const methods = served.server.routes.all.filter((route) => route.url === url).map(({ method }) => method);
      const answer = await served.app.inject({ method: 'PATCH', url: url.replace(':id', 'c1') });
      expect([url, answer.statusCode, answer.headers.allow]).toEqual([url, 405, [...methods].sort().join(', ')]);
      expect(answer.json().fix).toMatch(/^Use (?:DELETE|GET|POST|PUT)/);
    }
  });

  it('a mistake of ours says nothing of itself to the caller, and all of it to the log', async () => {
    await using served = await servedDouble({
      settings: { log: { level: 'info' } },
      commands: {
        conversation: async () => {
          throw new RangeError('planted detail');
        },
      },
    });
    const answer = await served.app.inject({
      url: '/v1/conversations/c1',
      headers: served.as(await served.tokenFor('main')),
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('planted');
    const { code, traceId } = answer.json();
    const line = served.lines.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'request failed');
    expect(code).toBe('internal');
    expect(line).toMatchObject({ level: 'error', traceId, error: { name: 'RangeError', message: 'planted detail' } });
  });

  it('carries Retry-After in whole seconds, at least one', async () => {
    await using served = await servedDouble({
      commands: {
        typing: async () => {
          throw new RelayProblem('lane.full', 429, 'Full.', { fix: 'Wait.', retryAfterMs: 1_400 });
        },
      },
    });
    const answer = await served.app.inject({
      method: 'POST',
      url: '/v1/conversations/c1/typing',
      headers: served.as(await served.tokenFor('main')),
      payload: { participant: 'guest', typing: true },
    });
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2']);
  });

  it('HEAD gets the headers alone', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({ method: 'HEAD', url: '/v1/whoami' });
    expect([answer.statusCode, answer.body]).toEqual([401, '']);
  });

  it('a route that does not say who may call it keeps the relay from starting', async () => {
    const careless = servedDouble({ areas: [(app) => void app.get('/open', async () => 'anything')] });
    await expect(careless).rejects.toThrow('The route GET /open does not say who may call it');
  });

  it('every code is explained', () => {
    for (const [code, { title, cause, fix }] of Object.entries(PROBLEM_TEXTS)) {
      expect([code, title !== '', cause.endsWith('.'), fix.endsWith('.')]).toEqual([code, true, true, true]);
    }
  });
});
