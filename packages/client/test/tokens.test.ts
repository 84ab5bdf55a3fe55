import { hostsAt } from '@backchannel/client';
import { TokenSource } from '@backchannel/client/agent';
import { describe, expect, it } from 'vitest';
import { FakePorts } from './support/fake-ports.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

describe('tokens by client credentials', () => {
  const track = checkLeaks();
  const make = (prepare: (ports: FakePorts) => void = () => {}) => {
    const ports: FakePorts = new FakePorts(() => ({
      body: { access_token: `token-${ports.requests.length}`, token_type: 'bearer', expires_in: 300 },
    }));
    prepare(ports);
    const source = new TokenSource({
      hosts: hostsAt('http://test.invalid'),
      clientId: 'id',
      clientSecret: 'secret',
      ports,
    });
    return { ...track({ ports }), source };
  };

  it('are asked for with Basic and a form, as the official clients do', async () => {
    const { ports, source } = make();
    expect(await source.get()).toMatchObject({ outcome: 'sent', value: 'token-1' });
    const [request] = ports.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/oauth/token', body: 'grant_type=client_credentials' });
    expect(request?.headers.get('authorization')).toBe('Basic aWQ6c2VjcmV0');
  });

  it('are kept until 60 s before their end', async () => {
    const { ports, source } = make();
    await source.get();
    await ports.clock.advance(239_000);
    expect((await source.get()).value).toBe('token-1');
    await ports.clock.advance(1_000);
    expect((await source.get()).value).toBe('token-2');
  });

  it('are asked for once, however many wait', async () => {
    const { ports, source } = make();
    const tokens = await Promise.all([source.get(), source.get(), source.get()]);
    expect(tokens.map(({ value }) => value)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(ports.requests).toHaveLength(1);
  });

  it('are not waited for by a caller who gave up, and still come to the others', async () => {
    const { ports, source } = make();
    const patience = new AbortController();
    const mine = source.get(patience.signal);
    const theirs = source.get();
    patience.abort();
    expect(await mine).toMatchObject({ outcome: 'aborted' });
    expect(await theirs).toMatchObject({ outcome: 'sent', value: 'token-1' });
    expect(await source.get(AbortSignal.abort())).toMatchObject({ outcome: 'sent', value: 'token-1' });
    expect(ports.requests).toHaveLength(1);
  });

  it('say what the platform said, and are asked for again the next time', async () => {
    const { ports, source } = make();
    const { server } = ports;
    ports.server = () => ({ status: 401, body: { error: 'invalid_client', description: 'authentication failed' } });
    expect(await source.get()).toMatchObject({
      outcome: 'refused',
      error: { code: 'platform.invalid_client' },
      reason: expect.stringContaining('authentication failed'),
    });
    ports.server = server;
    expect((await source.get()).outcome).toBe('sent');
  });

  it('are renewed once when the platform rejects one', async () => {
    const platform = track(new Platform());
    platform.tokens = ['fresh'];
    const token = new TokenSource({
      hosts: hostsAt('http://test.invalid'),
      clientId: 'id',
      clientSecret: 'secret',
      ports: platform.ports,
    });
    const agent = platform.session({ token, userId: 'user-1' });
    await agent.connect();
    platform.tokens = ['fresher'];
    platform.conversations.set('c-1', 'leg-1');
    platform.notify('c-1');
    const conversation = await agent.nextConversation();
    expect(await conversation.send('hello')).toMatchObject({ outcome: 'sent' });
    expect(platform.requests('POST /oauth/token')).toHaveLength(2);
    await agent.close();
  });

  it('are not asked for again and again when the platform rejects each', async () => {
    const platform = track(new Platform());
    platform.tokens = ['fresh'];
    const token = new TokenSource({
      hosts: hostsAt('http://test.invalid'),
      clientId: 'id',
      clientSecret: 'secret',
      ports: platform.ports,
    });
    const agent = platform.session({ token, userId: 'user-1' });
    const reject = ({ path }: { readonly path: string }) => (path === '/oauth/token' ? 'pass' : platform.refuse(401));
    platform.next.push(reject, reject);
    expect(await agent.connect()).toMatchObject({ outcome: 'refused', error: { platform: { status: 401 } } });
    expect(platform.requests('POST /api/v2/notifications/channels')).toHaveLength(2);
  });

  it('throw for a client that is not whole', () => {
    const hosts = hostsAt('http://test.invalid');
    expect(() => new TokenSource({ hosts, clientId: '', clientSecret: 'x' })).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining('clientId') }),
    );
    expect(() => new TokenSource({ hosts, clientId: 'x', clientSecret: '' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('clientSecret') }),
    );
  });
});
