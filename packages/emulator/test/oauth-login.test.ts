import { expect, test } from 'vitest';
import { redactText } from '../src/journal/redact.ts';
import { rest, start, startAtRest } from './support/emulator.ts';
import {
  authorizeUrl,
  basic,
  CHALLENGE,
  logIn,
  REDIRECT_URI,
  readForm,
  refreshTokenOf,
  tokenRequest,
  VERIFIER,
} from './support/login.ts';

const codeForm = (code: string | null) => ({
  grant_type: 'authorization_code',
  code: code ?? '',
  redirect_uri: REDIRECT_URI,
});

test('the login page has one button per agent, runs without scripts, and cannot be framed', async () => {
  const genesys = await start();
  const page = await fetch(authorizeUrl(genesys, { state: '"><script>' }));
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  const html = await page.text();
  expect(html).not.toContain('<script');
  for (const { name } of genesys.info.agents) expect(html).toContain(name);
  const { buttons, fields } = readForm(html);
  expect(buttons).toEqual([...genesys.info.agents.map(({ id }) => id), '']);
  expect(Object.fromEntries(fields).state).toBe('"><script>');
});

// holds: OAUTH-CODE, OAUTH-LOGIN-PAGE, op:getOauthAuthorize, op:postOauthAuthorize
test('a login comes back with a code and the state, and the code is exchanged by Basic for a token of that agent', async () => {
  const genesys = await start();
  const ben = genesys.info.agents[1];
  const back = await logIn(genesys, ben?.id, { state: 'opaque & kept' });
  expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI);
  expect(back.searchParams.get('state')).toBe('opaque & kept');
  const answer = await tokenRequest(genesys, codeForm(back.searchParams.get('code')), basic(genesys.info.loginClient));
  expect(answer).toMatchObject({
    status: 200,
    body: {
      token_type: 'bearer',
      expires_in: 86_400,
      refresh_token: expect.stringMatching(/^emulator-refresh-token-/),
    },
  });
  const me = await rest(genesys, 'GET', '/api/v2/users/me', { token: answer.body.access_token });
  expect(me.body.id).toBe(ben?.id);
});

// holds: OAUTH-PKCE, OAUTH-PKCE-NO-REFRESH
test('with PKCE the code is exchanged by its verifier, without a secret and without a refresh token', async () => {
  const genesys = await start();
  const { clientId } = genesys.info.loginClient;
  const challenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  const codeOf = async () => (await logIn(genesys, undefined, challenge)).searchParams.get('code');
  const answer = await tokenRequest(genesys, {
    ...codeForm(await codeOf()),
    client_id: clientId,
    code_verifier: VERIFIER,
  });
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
  const wrong = await tokenRequest(genesys, {
    ...codeForm(await codeOf()),
    client_id: clientId,
    code_verifier: `${VERIFIER}x`,
  });
  expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const byBasic = await tokenRequest(genesys, codeForm(await codeOf()), basic(genesys.info.loginClient));
  expect(byBasic).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  const stranger = { ...codeForm(await codeOf()), client_id: 'stranger', code_verifier: VERIFIER };
  expect(await tokenRequest(genesys, stranger)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
});

// holds: OAUTH-CODE-LIFE
test('a code works once, for five minutes, and for the redirect_uri that it was asked with', async () => {
  const { genesys, clock } = await startAtRest();
  const client = basic(genesys.info.loginClient);
  const first = (await logIn(genesys)).searchParams.get('code');
  expect((await tokenRequest(genesys, codeForm(first), client)).status).toBe(200);
  expect(await tokenRequest(genesys, codeForm(first), client)).toMatchObject({ body: { error: 'invalid_grant' } });
  const elsewhere = { ...codeForm((await logIn(genesys)).searchParams.get('code')), redirect_uri: `${REDIRECT_URI}/2` };
  expect(await tokenRequest(genesys, elsewhere, client)).toMatchObject({ body: { error: 'invalid_grant' } });
  const late = (await logIn(genesys)).searchParams.get('code');
  clock.advance(300_000);
  expect(await tokenRequest(genesys, codeForm(late), client)).toMatchObject({ body: { error: 'invalid_grant' } });
});

// holds: OAUTH-REFRESH, OAUTH-REFRESH-ROTATES
test('a refresh token gets another token and its successor, once', async () => {
  const genesys = await start();
  const client = basic(genesys.info.loginClient);
  const form = { grant_type: 'refresh_token', refresh_token: await refreshTokenOf(genesys) };
  const answer = await tokenRequest(genesys, form, client);
  expect((await rest(genesys, 'GET', '/api/v2/users/me', { token: answer.body.access_token })).status).toBe(200);
  expect(answer.body.refresh_token).not.toBe(form.refresh_token);
  expect(await tokenRequest(genesys, form, client)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
});

// holds: OAUTH-ONE-GRANT, OAUTH-WRONG-GRANT
test('each client has one grant', async () => {
  const genesys = await start();
  const { oauth, loginClient } = genesys.info;
  expect(await tokenRequest(genesys, { grant_type: 'client_credentials' }, basic(loginClient))).toMatchObject({
    status: 400,
    body: { error: 'unauthorized_client' },
  });
  const code = (await logIn(genesys)).searchParams.get('code');
  expect(await tokenRequest(genesys, codeForm(code), basic(oauth))).toMatchObject({
    body: { error: 'unauthorized_client' },
  });
  const page = await fetch(authorizeUrl(genesys, { client_id: oauth.clientId }), { redirect: 'manual' });
  expect(page.status).toBe(400);
  expect(await page.text()).toContain('client credentials');
});

// holds: OAUTH-REDIRECT-URIS
test.each(['https://evil.example/callback', 'javascript:alert(1)', 'not an address', ''])(
  'nobody is sent to %j: the page says why',
  async (redirect_uri) => {
    const genesys = await start();
    const page = await fetch(authorizeUrl(genesys, { redirect_uri }), { redirect: 'manual' });
    expect(page.status).toBe(400);
    expect(page.headers.get('location')).toBe(null);
    expect(await page.text()).toContain('redirect_uri');
  },
);

test('other mistakes, and saying no, go back as error and error_description', async () => {
  const genesys = await start();
  const errorOf = async (more: Record<string, string>) => {
    const answer = await fetch(authorizeUrl(genesys, { state: 's', ...more }), { redirect: 'manual' });
    const { searchParams } = new URL(answer.headers.get('location') ?? '');
    expect(searchParams.get('state')).toBe('s');
    return searchParams.get('error');
  };
  expect(await errorOf({ response_type: 'token' })).toBe('unsupported_response_type');
  expect(await errorOf({ code_challenge: CHALLENGE, code_challenge_method: 'plain' })).toBe('invalid_request');
  expect((await logIn(genesys, '')).searchParams.get('error')).toBe('access_denied');
});

// holds: OAUTH-LIFETIME
test('tokens live as long as the client says, and no client says less than five minutes', async () => {
  const { genesys, clock } = await startAtRest({ accessTokenSeconds: 300 });
  const form = { grant_type: 'client_credentials' };
  const { body } = await tokenRequest(genesys, form, basic(genesys.info.oauth));
  expect(body.expires_in).toBe(300);
  const lookAt = () => rest(genesys, 'GET', '/api/v2/tokens/me', { token: body.access_token });
  clock.advance(299_999);
  expect((await lookAt()).status).toBe(200);
  clock.advance(1);
  expect(await lookAt()).toMatchObject({ status: 401, body: { code: 'credentials.expired' } });
  await expect(start({ accessTokenSeconds: 299 })).rejects.toMatchObject({ code: 'option.invalid' });
});

test('the journal shows the login without its secrets', async () => {
  const genesys = await start();
  const back = await logIn(genesys);
  const code = back.searchParams.get('code') ?? '';
  const { body } = await tokenRequest(genesys, codeForm(code), basic(genesys.info.loginClient));
  const journal = JSON.stringify(genesys.journal.entries());
  expect(journal).toContain('has logged in');
  for (const secret of [code, body.access_token, body.refresh_token, genesys.info.loginClient.clientSecret]) {
    expect(secret).toBeTruthy();
    expect(journal).not.toContain(secret);
    // Also where no field says what it is.
    expect(redactText(`somebody wrote ${secret} here`)).not.toContain(secret);
  }
});

test('the token endpoint and the page refuse other methods', async () => {
  const genesys = await start();
  for (const [path, allow] of [
    ['/oauth/token', 'POST'],
    ['/oauth/authorize', 'GET, POST'],
  ]) {
    const answer = await fetch(genesys.url + path, { method: 'DELETE' });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
  }
});
