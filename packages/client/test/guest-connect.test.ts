import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a guest connects', () => {
  const track = checkLeaks();
  const service = () => track(new GuestService());

  it('reads the configuration, opens the socket with deployment and application, and configures with its token', async () => {
    const genesys = service();
    const guest = genesys.session({ token: 'my-token', application: 'shop-1.0' });
    const settled = await guest.connect();
    expect(settled).toMatchObject({ outcome: 'sent', value: { newSession: true } });
    expect(genesys.ports.requests[0]?.path).toBe('/webdeployments/v1/deployments/deployment-1/config.json');
    expect(genesys.ports.socket.url).toBe('ws://test.invalid/v1?deploymentId=deployment-1&application=shop-1.0');
    expect(genesys.sent('configureSession')).toMatchObject([
      { token: 'my-token', deploymentId: 'deployment-1', startNew: false },
    ]);
    expect(guest.snapshot()).toMatchObject({ state: 'live', token: 'my-token', messages: [] });
    await guest.close();
    expect(guest.snapshot().state).toBe('closed');
  });

  // holds: GUEST-JOIN
  it('joins when the deployment starts conversations by itself and the session is new, and not when it resumes', async () => {
    const genesys = service();
    genesys.config.autoStart = true;
    const guest = genesys.session();
    await guest.connect();
    await settle();
    expect(genesys.sent('onMessage')).toMatchObject([
      { message: { type: 'Event', events: [{ presence: { type: 'Join' } }] } },
    ]);
    await guest.close();
    await guest.connect();
    await settle();
    expect(genesys.sent('configureSession')).toHaveLength(2);
    expect(genesys.sent('onMessage')).toHaveLength(1);
    await guest.close();
  });

  it('does not join where the deployment does not start conversations', async () => {
    const genesys = service();
    const guest = genesys.session();
    await guest.connect();
    await settle();
    expect(genesys.sent('onMessage')).toEqual([]);
    await guest.close();
  });

  it('shows the history of a resumed session, oldest first, and tells nobody of it as news', async () => {
    const genesys = service();
    genesys.newSession = false;
    genesys.store('Inbound', 'one');
    genesys.store('Outbound', 'two');
    const guest = genesys.session({ token: 'known' });
    const news: string[] = [];
    guest.on('message', ({ text }) => news.push(text));
    expect(await guest.connect()).toMatchObject({ outcome: 'sent', value: { newSession: false } });
    expect(guest.snapshot().messages.map(({ from, text }) => [from, text])).toEqual([
      ['guest', 'one'],
      ['agent', 'two'],
    ]);
    expect(news).toEqual([]);
    genesys.agentSays('three');
    expect(news).toEqual(['three']);
    await guest.close();
  });

  it('reads several pages of history, and each message once', async () => {
    const genesys = service();
    genesys.newSession = false;
    for (let index = 0; index < 250; index++) genesys.store(index % 2 ? 'Inbound' : 'Outbound', `message ${index}`);
    const guest = genesys.session();
    await guest.connect();
    expect(guest.snapshot().messages.map(({ text }) => text)).toEqual(genesys.transcript.map(({ text }) => text));
    await guest.close();
  });

  it('leaves older messages out where the history is long, and says so', async () => {
    const genesys = service();
    genesys.newSession = false;
    for (let index = 0; index < 550; index++) genesys.store('Outbound', `message ${index}`);
    const guest = genesys.session();
    await guest.connect();
    expect(guest.snapshot().messages).toHaveLength(500);
    expect(guest.snapshot().messages[0]?.text).toBe('message 50');
    expect(guest.snapshot().lastNotice?.code).toBe('history.partial');
    await guest.close();
  });

  it('reads no further than to what it knows', async () => {
    const genesys = service();
    genesys.newSession = false;
    for (let index = 0; index < 250; index++) genesys.store('Outbound', `message ${index}`);
    const guest = genesys.session();
    await guest.connect();
    const pages = () => genesys.ports.requests.filter(({ path }) => path.endsWith('/messages')).length;
    expect(pages()).toBe(3);
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(1_000);
    expect(pages()).toBe(4);
    await guest.close();
  });

  it('does not take the history of a connection that was lost meanwhile for read', async () => {
    const genesys = service();
    genesys.newSession = false;
    genesys.store('Outbound', 'hello');
    const { server } = genesys.ports;
    genesys.ports.server = (request) => (request.path.endsWith('/messages') ? undefined : server(request));
    const guest = genesys.session();
    const connecting = guest.connect();
    await settle();
    genesys.automatic = false;
    genesys.ports.socket.drop();
    await settle();
    expect(guest.snapshot()).toMatchObject({ state: 'waiting', lastNotice: undefined });
    genesys.ports.server = server;
    genesys.automatic = true;
    await genesys.ports.clock.advance(1_000);
    expect(await connecting).toMatchObject({ outcome: 'sent' });
    expect(guest.snapshot().messages).toMatchObject([{ text: 'hello' }]);
    await guest.close();
  });

  it('is connected although the history can not be read, and says so', async () => {
    const genesys = service();
    genesys.newSession = false;
    genesys.breaksHistory = true;
    const guest = genesys.session();
    expect((await guest.connect()).outcome).toBe('sent');
    expect(guest.snapshot().lastNotice).toMatchObject({ code: 'history.unread' });
    await guest.close();
  });

  it('does not open a socket when the configuration can not be had, and says why', async () => {
    const genesys = service();
    genesys.ports.server = () => ({
      status: 404,
      body: { message: 'no such deployment', code: 'not.found', status: 404 },
    });
    const guest = genesys.session();
    const settled = await guest.connect();
    expect(settled).toMatchObject({
      outcome: 'refused',
      error: { code: 'platform.not.found', platform: { status: 404 } },
    });
    expect(genesys.ports.sockets).toEqual([]);
    expect(guest.snapshot()).toMatchObject({ state: 'idle', reason: expect.stringContaining('no such deployment') });
  });

  it('settles as offline when the network is down, and as timeout when nobody answers', async () => {
    const genesys = service();
    genesys.ports.server = () => new TypeError('fetch failed');
    const guest = genesys.session();
    expect(await guest.connect()).toMatchObject({ outcome: 'offline', error: { code: 'http.unreachable' } });
    genesys.ports.server = () => undefined;
    const connecting = guest.connect();
    await genesys.ports.clock.advance(15_000);
    expect(await connecting).toMatchObject({ outcome: 'timeout', error: { code: 'http.timeout' } });
  });

  // holds: GUEST-UPGRADE-403
  it('fails for good when the upgrade is refused with 403', async () => {
    const genesys = service();
    genesys.automatic = false;
    const guest = genesys.session();
    const connecting = guest.connect();
    await settle();
    genesys.ports.socket.refuse(403);
    expect(await connecting).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('403') });
    expect(guest.snapshot().state).toBe('failed');
    await genesys.ports.clock.advance(600_000);
    expect(genesys.ports.sockets).toHaveLength(1);
  });

  it('throws when no socket can be made, each time it is asked', async () => {
    const genesys = service();
    const openSocket = () => {
      throw new SyntaxError('not a URL');
    };
    const guest = genesys.session({ ports: { ...genesys.ports, openSocket } });
    await expect(guest.connect()).rejects.toMatchObject({
      code: 'socket.unopenable',
      message: expect.stringContaining('not a URL'),
    });
    expect(guest.snapshot().state).toBe('closed');
    await expect(guest.connect()).rejects.toMatchObject({ code: 'socket.unopenable' });
  });

  it('takes a reconnect for which no socket can be made for a lost attempt, says so, and tries again', async () => {
    const genesys = service();
    let broken = false;
    const openSocket = (url: string) => {
      if (broken) throw new SyntaxError('blocked by policy');
      return genesys.ports.openSocket(url);
    };
    const guest = genesys.session({ ports: { ...genesys.ports, openSocket } });
    await guest.connect();
    broken = true;
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(5_000);
    expect(guest.snapshot()).toMatchObject({
      state: 'waiting',
      reason: expect.stringContaining('blocked by policy'),
      lastNotice: { code: 'socket.unopenable', text: expect.stringContaining('blocked by policy') },
    });
    broken = false;
    await genesys.ports.clock.advance(60_000);
    expect(guest.snapshot()).toMatchObject({ state: 'live', reason: undefined });
    await guest.close();
  });

  it('closes when the caller gives up, at any point', async () => {
    const genesys = service();
    genesys.automatic = false;
    const guest = genesys.session();
    const controller = new AbortController();
    const connecting = guest.connect({ signal: controller.signal });
    await settle();
    controller.abort();
    expect(await connecting).toMatchObject({ outcome: 'aborted' });
    expect(guest.snapshot().state).toBe('closed');
    expect(await guest.connect({ signal: AbortSignal.abort() })).toMatchObject({ outcome: 'aborted' });
  });

  it('closes while the configuration is on its way, and then does not connect', async () => {
    const genesys = service();
    genesys.ports.server = () => undefined;
    const guest = genesys.session();
    const connecting = guest.connect();
    await settle();
    await guest.close();
    expect((await connecting).outcome).toBe('aborted');
    await genesys.ports.clock.advance(60_000);
    expect(genesys.ports.sockets).toEqual([]);
  });

  it('connects again at once after it was closed while the configuration was on its way', async () => {
    const genesys = service();
    const { server } = genesys.ports;
    genesys.ports.server = () => undefined;
    const guest = genesys.session();
    const first = guest.connect();
    await settle();
    genesys.ports.server = server;
    await guest.close();
    const second = guest.connect();
    expect((await first).outcome).toBe('aborted');
    expect((await second).outcome).toBe('sent');
    expect(guest.snapshot().state).toBe('live');
    await guest.close();
    expect(guest.snapshot().state).toBe('closed');
  });

  it('settles every call of connect when it is closed, also the second time', async () => {
    const genesys = service();
    const guest = genesys.session();
    await guest.close();
    genesys.ports.server = () => undefined;
    const connecting = [guest.connect(), guest.connect()];
    await settle();
    expect(guest.snapshot().state).toBe('connecting');
    await guest.close();
    expect((await Promise.all(connecting)).map(({ outcome }) => outcome)).toEqual(['aborted', 'offline']);
    expect(guest.snapshot().state).toBe('closed');
  });

  it('reads the history to its end although a message comes live meanwhile', async () => {
    const genesys = service();
    genesys.newSession = false;
    for (let index = 0; index < 150; index++) genesys.store('Outbound', `message ${index}`);
    const { server } = genesys.ports;
    let pages = 0;
    genesys.ports.server = (request) => {
      if (request.path.endsWith('/messages') && pages++ === 0) genesys.agentSays('live');
      return server(request);
    };
    const guest = genesys.session();
    await guest.connect();
    expect(guest.snapshot().messages).toHaveLength(151);
    await guest.close();
  });

  it('reads what it missed although a message came live on a connection whose history was not read', async () => {
    const genesys = service();
    genesys.newSession = false;
    for (let index = 0; index < 150; index++) genesys.store('Outbound', `message ${index}`);
    genesys.breaksHistory = true;
    const guest = genesys.session();
    await guest.connect();
    genesys.agentSays('live');
    genesys.breaksHistory = false;
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(5_000);
    expect(guest.snapshot().messages).toHaveLength(151);
    await guest.close();
  });

  it('says timeout after its time and goes on trying', async () => {
    const genesys = service();
    genesys.automatic = false;
    const guest = genesys.session();
    const connecting = guest.connect();
    await genesys.ports.clock.advance(30_000);
    expect(await connecting).toMatchObject({ outcome: 'timeout' });
    genesys.automatic = true;
    await genesys.ports.clock.advance(60_000);
    expect(guest.snapshot().state).toBe('live');
    expect(await guest.connect()).toMatchObject({ outcome: 'coalesced' });
    await guest.close();
  });

  it('serves two calls of connect with one connection', async () => {
    const genesys = service();
    const guest = genesys.session();
    const [first, second] = await Promise.all([guest.connect(), guest.connect()]);
    expect([first.outcome, second.outcome]).toEqual(['sent', 'sent']);
    expect(genesys.ports.sockets).toHaveLength(1);
    await guest.close();
  });

  it('closes by itself at the end of its scope', async () => {
    const genesys = service();
    {
      await using guest = genesys.session();
      await guest.connect();
    }
    expect(genesys.ports.socket.closedWith).toBe(1000);
  });

  it.each([
    ['deploymentId', { deploymentId: '' }],
    ['token', { token: '' }],
    ['token', { token: 'x'.repeat(2_049) }],
    ['hosts', { hosts: undefined as never }],
  ])('throws for a %s that can not be used', (name, options) => {
    expect(() => new GuestService().session(options)).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining(name) }),
    );
  });

  it('opens a session like the real ones by default: a token of its own', async () => {
    const first = service();
    const second = service();
    expect(first.session().snapshot().token).toBe('id-1');
    expect(second.session({ token: 'mine' }).snapshot().token).toBe('mine');
  });

  it('keeps the same snapshot until something changed', async () => {
    const genesys = service();
    const guest = genesys.session();
    await guest.connect();
    const before = guest.snapshot();
    expect(guest.snapshot()).toBe(before);
    let changes = 0;
    const unsubscribe = guest.subscribe(() => changes++);
    genesys.agentSays('hello');
    expect(guest.snapshot()).not.toBe(before);
    expect(changes).toBeGreaterThan(0);
    unsubscribe();
    const heard = changes;
    genesys.agentSays('again');
    expect(changes).toBe(heard);
    await guest.close();
  });
});
