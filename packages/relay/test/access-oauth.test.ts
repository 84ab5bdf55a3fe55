import { describe, expect, it } from 'vitest';
import { SECRET_CHECKS_MAX, WRONG_SECRETS_PER_MINUTE } from '../src/access/client-secrets.ts';
import { SCOPE_ALIASES } from '../src/access/scopes.ts';
import { hashSecret, verifySecret } from '../src/access/secret-hash.ts';
import { relaySettings } from './support/relay-settings.ts';
import { servedDouble } from './support/served-double.ts';

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function tokenEndpoint(settings: Parameters<typeof relaySettings>[0] = {}) {
  const served = await servedDouble({ settings });
  const ask = async (payload: string, headers: Record<string, string> = {}) => {
    const answer = await served.app.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { ...FORM, ...headers },
      payload,
    });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  return { ...served, ask };
}

const GRANT = 'grant_type=client_credentials';

describe('the token endpoint (F14)', () => {
  it('takes the credentials by Basic or in the form, and answers as OAuth says', async () => {
    await using endpoint = await tokenEndpoint();
    const answer = await endpoint.ask(GRANT, basic('main', 'test-secret'));
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: { token_type: 'bearer', expires_in: 3_600, scope: 'signals:read signals:write messages:write' },
    });
    const byForm = await endpoint.ask(`${GRANT}&client_id=main&client_secret=test-secret`);
    expect(byForm.status).toBe(200);
    expect(
      (await endpoint.ask(`${GRANT}&client_id=main&client_secret=test-secret`, basic('main', 'test-secret'))).status,
    ).toBe(200);
    const byJson = await endpoint.ask(
      JSON.stringify({ grant_type: 'client_credentials', client_id: 'main', client_secret: 'test-secret' }),
      { 'content-type': 'application/json' },
    );
    expect(byJson.status).toBe(200);
  });

  it.each([
    ['a wrong secret', GRANT, basic('main', 'wrong'), 401, 'invalid_client'],
    ['an unknown client', GRANT, basic('nobody', 'test-secret'), 401, 'invalid_client'],
    ['no credentials', GRANT, {}, 401, 'invalid_client'],
    [
      'two different clients',
      `${GRANT}&client_id=other&client_secret=test-secret`,
      basic('main', 'test-secret'),
      400,
      'invalid_request',
    ],
    ['another grant', 'grant_type=password', basic('main', 'test-secret'), 400, 'unsupported_grant_type'],
    ['no grant', '', basic('main', 'test-secret'), 400, 'invalid_request'],
    ['a scope that nobody knows', `${GRANT}&scope=planted:scope`, basic('main', 'test-secret'), 400, 'invalid_scope'],
    [
      'a scope that the client does not have',
      `${GRANT}&scope=messages:write`,
      basic('reader', 'test-secret'),
      400,
      'invalid_scope',
    ],
  ])('refuses %s', async (_name, payload, headers, status, error) => {
    await using endpoint = await tokenEndpoint();
    const answer = await endpoint.ask(payload, headers as Record<string, string>);
    expect(answer).toMatchObject({ status, body: { error, error_description: expect.stringMatching(/\.$/) } });
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Basic realm="backchannel"');
  });

  it('narrows the token to what was asked for and the client has', async () => {
    await using endpoint = await tokenEndpoint();
    const scopeOf = async (id: string, scope: string) =>
      (await endpoint.ask(`${GRANT}&scope=${encodeURIComponent(scope)}`, basic(id, 'test-secret'))).body.scope;
    expect(await scopeOf('main', 'signals:read')).toBe('signals:read');
    expect(await scopeOf('reader', 'signals:read messages:write')).toBe('signals:read');
    expect(await scopeOf('main', '  ')).toBe('signals:read signals:write messages:write');
  });

  it.each([...SCOPE_ALIASES])('knows the scope %s as people write it (F15)', async (alias, scopes) => {
    await using endpoint = await tokenEndpoint();
    const answer = await endpoint.ask(`${GRANT}&scope=${alias}`, basic('main', 'test-secret'));
    expect(answer.body.scope).toBe(scopes.join(' '));
  });

  it('takes secrets with every character, form-encoded inside Basic or not', async () => {
    const [main] = relaySettings().clients;
    if (main === undefined) throw new Error('There is a client.');
    const secret = 'a:b+c%d é/=&';
    await using endpoint = await tokenEndpoint({ clients: [{ ...main, secretHashes: [await hashSecret(secret)] }] });
    const encoded = basic('main', encodeURIComponent(secret).replaceAll('%20', '+'));
    expect((await endpoint.ask(GRANT, encoded)).status).toBe(200);
    const inForm = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'main', client_secret: secret });
    expect((await endpoint.ask(inForm.toString())).status).toBe(200);
  });

  it('knows two secrets while one is being changed', async () => {
    const [main] = relaySettings().clients;
    if (main === undefined) throw new Error('There is a client.');
    const secretHashes = [await hashSecret('new'), await hashSecret('old')];
    await using endpoint = await tokenEndpoint({ clients: [{ ...main, secretHashes }] });
    const statuses = [];
    for (const secret of ['old', 'new', 'old', 'older'])
      statuses.push((await endpoint.ask(GRANT, basic('main', secret))).status);
    expect(statuses).toEqual([200, 200, 200, 401]);
    // Both are remembered, so that who asks often with either is never slowed down as a guesser.
    for (let index = 0; index < WRONG_SECRETS_PER_MINUTE; index += 1) {
      for (const secret of ['old', 'new']) {
        expect((await endpoint.ask(GRANT, basic('main', secret))).status).toBe(200);
      }
    }
  });

  it('slows down who guesses, and lets in who is known', async () => {
    await using endpoint = await tokenEndpoint();
    expect((await endpoint.ask(GRANT, basic('main', 'test-secret'))).status).toBe(200);
    const answers: Awaited<ReturnType<typeof endpoint.ask>>[] = [];
    for (let index = 0; index <= WRONG_SECRETS_PER_MINUTE; index += 1) {
      answers.push(await endpoint.ask(GRANT, basic('main', `guess-${index}`)));
    }
    const statuses = answers.map(({ status }) => status);
    expect(statuses.slice(0, WRONG_SECRETS_PER_MINUTE - 1)).toEqual(Array(WRONG_SECRETS_PER_MINUTE - 1).fill(401));
    expect(answers.at(-1)).toMatchObject({
      status: 429,
      body: { code: 'rate.limited', error: 'temporarily_unavailable', error_description: expect.any(String) },
    });
    expect((await endpoint.ask(GRANT, basic('main', 'test-secret'))).status).toBe(200);
    await endpoint.clock.advance(61_000);
    expect((await endpoint.ask(GRANT, basic('main', 'guess'))).status).toBe(401);
  });

  it('checks so many secrets at a time and no more: each costs on purpose', async () => {
    await using endpoint = await tokenEndpoint({
      listen: { host: '127.0.0.1', port: 0, trustedProxies: ['127.0.0.1'] },
    });
    const answers = await Promise.all(
      Array.from({ length: SECRET_CHECKS_MAX + 1 }, (_, index) =>
        endpoint.ask(GRANT, { ...basic('main', `guess-${index}`), 'x-forwarded-for': `10.0.0.${index}` }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(SECRET_CHECKS_MAX).fill(401), 429]);
    expect((await endpoint.ask(GRANT, basic('main', 'test-secret'))).status).toBe(200);
  });

  it('believes a proxy that it knows about who is behind it, and nobody else', async () => {
    const guess = async (listen: object) => {
      await using endpoint = await tokenEndpoint({ listen: { host: '127.0.0.1', port: 0, ...listen } });
      let status = 0;
      for (let index = 0; index <= WRONG_SECRETS_PER_MINUTE; index += 1) {
        status = (await endpoint.ask(GRANT, { ...basic('nobody', 'x'), 'x-forwarded-for': `10.0.0.${index}` })).status;
      }
      return status;
    };
    expect(await guess({})).toBe(429);
    expect(await guess({ trustedProxies: ['127.0.0.1'] })).toBe(401);
  });
});

describe('a hashed secret', () => {
  it('is another text each time, and knows only its own secret', async () => {
    const [one, two] = [await hashSecret('s'), await hashSecret('s')];
    expect(one).not.toBe(two);
    expect(await verifySecret('s', one)).toBe(true);
    expect(await verifySecret('S', one)).toBe(false);
  });

  it.each([
    'test-secret',
    'scrypt:32768:8:1::',
    'scrypt:1073741824:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt:32767:8:1:AAAAAAAAAAAAAAAAAAAAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'scrypt:32768:8:1:AAAA:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('that is none, or would cost too much or too little, fits nothing: %s', async (hash) => {
    expect(await verifySecret('test-secret', hash)).toBe(false);
  });
});
