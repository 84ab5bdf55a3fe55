import { describe, expect, it } from 'vitest';
import { SECRET_CHECKS_MAX, WRONG_SECRETS_PER_MINUTE } from '../src/access/client-secrets.ts';
import { SCOPE_ALIASES } from '../src/access/scopes.ts';
import { hashSecret, verifySecret } from '../src/access/secret-hash.ts';
import type { RelaySettings } from '../src/config/settings.ts';
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

/** The client `main` of the tests, whose secret is `test-secret`. */
function client(): RelaySettings['clients'][number] {
  const [main] = relaySettings().clients;
  if (main === undefined) throw new Error('There is a client.');
  return main;
}

/** As many as an address may have wrong at once. */
const GUESSES = Array.from({ length: WRONG_SECRETS_PER_MINUTE }, (_, index) => index);

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

  it.each(['a:b+c%d é/=&', 'q3+xZ/9fJk2mQ0aB+7c1D8eF', '100%41', '%2B'])(
    'takes the secret %s as it is and form-encoded inside Basic, and in the form',
    async (secret) => {
      const secretHashes = [await hashSecret(secret)];
      const form = new URLSearchParams({ client_secret: secret });
      const encoded = form.toString().slice('client_secret='.length);
      for (const [payload, headers] of [
        [GRANT, basic('main', secret)],
        [GRANT, basic('main', encoded)],
        [GRANT, basic('main', encodeURIComponent(secret))],
        [`${GRANT}&client_id=main&${form}`, {}],
        [`${GRANT}&client_id=main&${form}`, basic('main', secret)],
        [`${GRANT}&client_id=main&${form}`, basic('main', encoded)],
      ] as const) {
        // A relay for each: it remembers whom it has let in.
        await using endpoint = await tokenEndpoint({ clients: [{ ...client(), secretHashes }] });
        expect([headers, (await endpoint.ask(payload, headers)).status]).toEqual([headers, 200]);
      }
    },
  );

  it('knows two secrets while one is being changed', async () => {
    const secretHashes = [await hashSecret('new'), await hashSecret('old')];
    await using endpoint = await tokenEndpoint({ clients: [{ ...client(), secretHashes }] });
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
    const ask = async (secret: string) => endpoint.ask(GRANT, basic('main', secret));
    expect((await ask('test-secret')).status).toBe(200);
    // Each can be read in two ways, and is one guess. What was right has counted for nothing.
    await Promise.all(GUESSES.map(async (index) => expect((await ask(`guess+${index}`)).status).toBe(401)));
    expect(await ask('one more')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3' },
      body: { code: 'rate.limited', error: 'temporarily_unavailable', error_description: expect.any(String) },
    });
    expect((await ask('test-secret')).status).toBe(200);
    // One is forgiven each 3 s, and all of them in a minute.
    await endpoint.clock.advance(3_000);
    expect((await ask('one more')).status).toBe(401);
    expect((await ask('and one')).status).toBe(429);
    await endpoint.clock.advance(60_000);
    await Promise.all(GUESSES.map(async (index) => expect((await ask(`again-${index}`)).status).toBe(401)));
  });

  it('keeps nobody out for what others guess behind the same address', async () => {
    const clients = ['main', 'crm', 'bot'].map((id) => ({ ...client(), id }));
    await using endpoint = await tokenEndpoint({ clients });
    const ask = async (id: string, secret: string) => (await endpoint.ask(GRANT, basic(id, secret))).status;
    await Promise.all(GUESSES.map((index) => ask(`nobody-${index}`, 'x')));
    await Promise.all(GUESSES.map((index) => ask('crm', `guess-${index}`)));
    // Names that no client has count together.
    expect([await ask('nobody', 'x'), await ask('crm', 'guess')]).toEqual([429, 429]);
    expect([await ask('main', 'test-secret'), await ask('bot', 'test-secret')]).toEqual([200, 200]);
    // The client that is guessed at waits, but not until the guessing ends.
    expect(await ask('crm', 'test-secret')).toBe(429);
    await endpoint.clock.advance(3_000);
    expect(await ask('crm', 'test-secret')).toBe(200);
  });

  it('gives a token to each of a fleet that asks at once with the right secret', async () => {
    await using endpoint = await tokenEndpoint();
    const fleet = Array.from({ length: 2 * SECRET_CHECKS_MAX }, () =>
      endpoint.ask(GRANT, basic('main', 'test-secret')),
    );
    expect(new Set((await Promise.all(fleet)).map(({ status }) => status))).toEqual(new Set([200]));
  });

  it('checks a secret that was wrong no second time: who repeats it for ever slows down nobody', async () => {
    await using endpoint = await tokenEndpoint();
    for (let index = 0; index < 3 * WRONG_SECRETS_PER_MINUTE; index += 1)
      expect((await endpoint.ask(GRANT, basic('main', 'the old one'))).status).toBe(401);
    expect((await endpoint.ask(GRANT, basic('main', 'test-secret'))).status).toBe(200);
    // The same secret under another client's name is another one.
    expect((await endpoint.ask(GRANT, basic('other', 'test-secret'))).status).toBe(200);
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
      const settings = { listen: { host: '127.0.0.1', port: 0, ...listen }, log: { level: 'warn' } } as const;
      await using endpoint = await tokenEndpoint(settings);
      const ask = (index: number) =>
        endpoint.ask(GRANT, { ...basic('nobody', `guess-${index}`), 'x-forwarded-for': `10.0.0.${index}` });
      await Promise.all(GUESSES.map(ask));
      const { status } = await ask(GUESSES.length);
      return { status, warnings: endpoint.lines.filter((line) => line.includes('proxy.untrusted')) };
    };
    const unknown = await guess({});
    expect(unknown.status).toBe(429);
    expect(unknown.warnings.map((line) => JSON.parse(line))).toMatchObject([
      {
        level: 'warn',
        reason: expect.stringMatching(/^X-Forwarded-For came from 127\.0\.0\.1, .*listen\.trustedProxies/),
      },
    ]);
    expect(unknown.warnings.join()).not.toContain('10.0.0.');
    expect(await guess({ trustedProxies: ['127.0.0.1'] })).toEqual({ status: 401, warnings: [] });
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
