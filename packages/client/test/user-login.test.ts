// Real sockets: the login of an agent, against the emulator's login page and token endpoint.
import { hostsAt } from '@backchannel/client';
import { AgentSession, beginLogin, completeLogin, UserTokenSource } from '@backchannel/client/agent';
import { type Emulator, startEmulator } from '@backchannel/emulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakePorts } from './support/fake-ports.ts';

const REDIRECT_URI = 'http://127.0.0.1:9/callback';

describe('the login of an agent', () => {
  let genesys: Emulator;
  beforeEach(async () => {
    genesys = await startEmulator({ port: 0, seed: 3 });
  });
  afterEach(() => genesys.close());
  const options = () => ({
    hosts: hostsAt(genesys.url),
    clientId: genesys.info.loginClient.clientId,
    redirectUri: REDIRECT_URI,
  });
  const server = () => ({ hosts: hostsAt(genesys.url), ...genesys.info.loginClient });

  /** What a person does in a browser: opens the page and presses the button of an agent. */
  const pressButton = async (url: string, user = genesys.info.agents[1]!.id): Promise<string> => {
    const parameters = new URL(url).searchParams;
    const body = new URLSearchParams([...parameters, ['user', user]]);
    const answer = await fetch(`${genesys.url}/oauth/authorize`, { method: 'POST', body, redirect: 'manual' });
    return answer.headers.get('location') ?? '';
  };
  const codeOf = async (): Promise<string> => {
    const { clientId, redirectUri } = options();
    const query = new URLSearchParams({ client_id: clientId, redirect_uri: redirectUri, response_type: 'code' });
    return new URL(await pressButton(`${genesys.url}/oauth/authorize?${query}`)).searchParams.get('code') ?? '';
  };

  it('begins in the browser with PKCE and ends with a token that is the agent’s', async () => {
    const begun = await beginLogin(options());
    expect(begun.codeVerifier).toMatch(/^[0-9a-f]{64}$/);
    const settled = await completeLogin({ ...options(), begun, returnedTo: await pressButton(begun.url) });
    expect(settled).toMatchObject({ outcome: 'sent', value: { expiresInSeconds: 86_400 } });
    await using agent = new AgentSession({ hosts: hostsAt(genesys.url), token: settled.value!.token });
    await agent.connect();
    expect(agent.snapshot()).toMatchObject({ state: 'live', name: 'Ben Okafor' });
  });

  it('is refused with the reason when it is another login’s, when nobody logs in, and when it is tampered with', async () => {
    const begun = await beginLogin(options());
    const complete = (returnedTo: string, more: object = {}) =>
      completeLogin({ ...options(), begun: { ...begun, ...more }, returnedTo });
    expect(await complete(`${REDIRECT_URI}?code=x&state=other`)).toMatchObject({
      outcome: 'refused',
      error: { code: 'login.refused' },
    });
    expect(await complete(await pressButton(begun.url, ''))).toMatchObject({
      outcome: 'refused',
      reason: 'Nobody was logged in: nobody logged in.',
    });
    const stolen = await complete(await pressButton(begun.url), { codeVerifier: 'f'.repeat(64) });
    expect(stolen).toMatchObject({ outcome: 'refused', error: { platform: { status: 400, code: 'invalid_grant' } } });
  });

  it('on a server is exchanged once, renewed by the refresh token, and tells each new one', async () => {
    const refreshTokens: string[] = [];
    const onRefreshToken = (refreshToken: string) => refreshTokens.push(refreshToken);
    const grant = { code: await codeOf(), redirectUri: REDIRECT_URI };
    const tokens = new UserTokenSource({ ...server(), grant, onRefreshToken });
    const [first, same] = await Promise.all([tokens.get(), tokens.get()]);
    expect(first.value).toBe(same.value);
    expect(refreshTokens).toHaveLength(1);
    expect(tokens.rejected(first.value!)).toBe(true);
    const second = await tokens.get();
    expect(second.value).not.toBe(first.value);
    expect(new Set(refreshTokens).size).toBe(2);
    const kept = new UserTokenSource({ ...server(), grant: { refreshToken: refreshTokens[1]! } });
    expect((await kept.get()).outcome).toBe('sent');
  });

  it('keeps an agent’s session alive beyond the life of a token that was ended', async () => {
    const grant = { code: await codeOf(), redirectUri: REDIRECT_URI };
    const token = new UserTokenSource({ ...server(), grant });
    await using agent = new AgentSession({ hosts: hostsAt(genesys.url), token, ports: { random: { next: () => 0 } } });
    await agent.connect();
    const channels = () => genesys.journal.entries().filter(({ kind }) => kind === 'POST …/channels').length;
    const before = channels();
    const live = new Promise<void>((resolve) => {
      let lost = false;
      agent.on('state', (state) => {
        if (state === 'waiting') lost = true;
        else if (lost && state === 'live') resolve();
      });
    });
    const headers = { authorization: `Bearer ${(await token.get()).value}` };
    await fetch(`${genesys.url}/api/v2/tokens/me`, { method: 'DELETE', headers });
    await live;
    // The channel was gone with its token: another one was made, with another token.
    expect(channels()).toBeGreaterThan(before);
  });

  it('ends the session when the token was ended and nobody can renew it', async () => {
    const token = genesys.info.agents[0]!.token;
    await using agent = new AgentSession({ hosts: hostsAt(genesys.url), token, ports: { random: { next: () => 0 } } });
    await agent.connect();
    const failed = new Promise<void>((resolve) => agent.on('state', (state) => state === 'failed' && resolve()));
    await fetch(`${genesys.url}/api/v2/tokens/me`, { method: 'DELETE', headers: { authorization: `Bearer ${token}` } });
    await failed;
    expect(agent.snapshot().reason).toContain('bad.credentials');
  });

  it('takes secrets beyond Latin-1, and asks again after an attempt that failed', async () => {
    let answers = 0;
    const ports = new FakePorts(() => {
      answers += 1;
      return answers === 1
        ? { status: 401, body: { error: 'invalid_client', description: 'authentication failed' } }
        : { body: { access_token: 'good', token_type: 'bearer', expires_in: 300, refresh_token: 'next' } };
    });
    const secret = { clientId: 'client', clientSecret: 'geheim€' };
    const tokens = new UserTokenSource({ ...server(), ...secret, grant: { refreshToken: 'kept' }, ports });
    expect(await tokens.get()).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('invalid_client') });
    expect(await tokens.get()).toMatchObject({ outcome: 'sent', value: 'good' });
    const basic = ports.requests[0]?.headers.get('authorization')?.replace('Basic ', '') ?? '';
    expect(Buffer.from(basic, 'base64').toString()).toBe('client:geheim€');
  });

  it.each([
    ['no code', { grant: { code: '', redirectUri: REDIRECT_URI } }],
    ['no refresh token', { grant: { refreshToken: '' } }],
    ['no secret', { clientSecret: '', grant: { refreshToken: 'x' } }],
  ])('throws at %s', (_name, more) => {
    expect(() => new UserTokenSource({ ...server(), ...more } as never)).toThrow('option.invalid');
  });
});
