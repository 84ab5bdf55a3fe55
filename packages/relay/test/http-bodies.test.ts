import { describe, expect, it } from 'vitest';
import { servedDouble } from './support/served-double.ts';

async function poster() {
  const served = await servedDouble();
  const token = await served.tokenFor('main');
  const post = async (payload: string | Buffer, type?: string, url = '/v1/conversations/c1/typing') => {
    const headers = { ...served.as(token), ...(type !== undefined && { 'content-type': type }) };
    const answer = await served.app.inject({ method: 'POST', url, headers, payload });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  return { ...served, post };
}

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const TYPING = '{"participant":"guest","typing":true}';

describe('bodies', () => {
  it.each([
    ['JSON', 'application/json'],
    ['JSON with a charset', 'application/json; charset=utf-8'],
    ['JSON in capitals', 'Application/JSON; Charset="UTF-8"'],
    ['no content type', undefined],
    ['what curl sends when -H was forgotten', 'application/x-www-form-urlencoded'],
  ])('are read: %s', async (_name, type) => {
    await using served = await poster();
    expect(await served.post(TYPING, type)).toMatchObject({ status: 202 });
  });

  it('an empty one counts as none, whatever its type', async () => {
    await using served = await poster();
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const answer = await served.app.inject({
        method: 'PUT',
        url: '/v1/conversations/c1',
        headers: { ...served.as(await served.tokenFor('main')), 'content-type': type },
      });
      expect([type, answer.statusCode, answer.body]).toEqual([type, 201, expect.any(String)]);
    }
  });

  it.each([
    ['plain text', 'planted', 'text/plain', 415, 'media.unsupported', /media type/],
    ['another type', TYPING, 'text/xml', 415, 'media.unsupported', /media type/],
    ['another charset', TYPING, 'application/json; charset=latin1', 415, 'media.unsupported', /other than UTF-8/],
    [
      'no JSON',
      '{"participant":',
      JSON_TYPE,
      400,
      'request.invalid',
      /body .* \(value expected at line 1, column 16\)/,
    ],
    [
      'no JSON further down',
      '{\n "typing": tru }',
      JSON_TYPE,
      400,
      'request.invalid',
      /no JSON .* line 2, column 12\)/,
    ],
    ['no object', '"planted"', JSON_TYPE, 400, 'request.invalid', /not what the call takes/],
    [
      'a prototype',
      '{"__proto__":{"typing":true},"typing":true}',
      JSON_TYPE,
      400,
      'request.invalid',
      /can’t be read: it has a member/,
    ],
    [
      'a prototype, escaped',
      '{"\\u005f_proto__":{},"typing":true}',
      JSON_TYPE,
      400,
      'request.invalid',
      /can’t be read/,
    ],
    ['a constructor', '{"constructor":{"prototype":{"a":1}}}', JSON_TYPE, 400, 'request.invalid', /can’t be read/],
    [
      'depth',
      `{"participant":${'['.repeat(32)}${']'.repeat(32)}}`,
      JSON_TYPE,
      400,
      'request.invalid',
      /more than 32 deep/,
    ],
    ['a field of a form twice', 'typing=true&typing=false', FORM_TYPE, 400, 'request.invalid', /comes twice/],
    [
      'size',
      `{"participant":"${'x'.repeat(65_536)}"}`,
      JSON_TYPE,
      413,
      'body.large',
      /65536 bytes \(limits\.bodyBytesMax/,
    ],
  ])('are refused for %s', async (_name, payload, type, status, code, detail) => {
    await using served = await poster();
    const answer = await served.post(payload, type);
    expect(answer).toMatchObject({
      status,
      body: { code, detail: expect.stringMatching(detail), traceId: expect.any(String) },
    });
    expect(JSON.stringify(answer.body)).not.toContain('planted');
    expect(served.calls).toEqual([]);
  });

  it('are not even looked at without a credential', async () => {
    await using served = await servedDouble();
    const answer = await served.app.inject({
      method: 'POST',
      url: '/v1/conversations/c1/messages',
      headers: { 'content-type': 'application/json' },
      payload: '{"broken',
    });
    expect(answer.statusCode).toBe(401);
  });

  it('brackets inside a text are no depth', async () => {
    await using served = await poster();
    const text = `${'['.repeat(50)}\\"${'{'.repeat(50)}`;
    const url = '/v1/conversations/c1/messages';
    expect(await served.post(`{"participant":"guest","text":"${text}"}`, 'application/json', url)).toMatchObject({
      status: 202,
    });
  });

  it.each([
    ['a text that is blank', { text: ' \n ' }],
    ['a text that is too long', { text: 'x'.repeat(4_097) }],
    ['an empty text', { text: '' }],
    ['no text', {}],
  ])('%s is refused with the member that is wrong', async (_name, body) => {
    await using served = await poster();
    const url = '/v1/conversations/c1/messages';
    const answer = await served.post(JSON.stringify({ participant: 'guest', ...body }), 'application/json', url);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: 'text', detail: expect.any(String) }]);
  });

  it('an id never becomes a header of its own', async () => {
    await using served = await poster();
    const headers = served.as(await served.tokenFor('main'));
    const evil = await served.app.inject({ method: 'PUT', url: '/v1/conversations/a%0d%0aset-cookie:%20x', headers });
    expect([evil.statusCode, evil.headers['set-cookie']]).toEqual([400, undefined]);
    const long = await served.app.inject({ method: 'PUT', url: `/v1/conversations/${'x'.repeat(201)}`, headers });
    expect([long.statusCode, long.json().code]).toEqual([400, 'request.invalid']);
    const broken = await served.app.inject({ method: 'GET', url: '/v1/conversations/%zz', headers });
    expect([broken.statusCode, broken.json().code]).toEqual([400, 'request.invalid']);
  });

  it('an idempotency key is printable', async () => {
    await using served = await poster();
    const answer = await served.app.inject({
      method: 'POST',
      url: '/v1/conversations/c1/messages',
      headers: { ...served.as(await served.tokenFor('main')), 'idempotency-key': 'a b' },
      payload: { participant: 'guest', text: 'Hello' },
    });
    expect([answer.statusCode, answer.json().errors]).toEqual([
      400,
      [{ path: 'idempotency-key', detail: expect.any(String) }],
    ]);
  });
});
