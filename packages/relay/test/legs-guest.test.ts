import { hostsAt } from '@backchannel/client';
import { describe, expect, it } from 'vitest';
import { settle } from '../../client/test/support/fake-clock.ts';
import { GuestService } from '../../client/test/support/guest-service.ts';
import { checkLeaks } from '../../client/test/support/leaks.ts';
import { ConnectionLine } from '../src/legs/connection-line.ts';
import { HeadlessGuest, type HeadlessGuestOptions, REFUSED_RETRY_MS } from '../src/legs/headless-guest.ts';
import { SharedConfigurations } from '../src/legs/shared-configurations.ts';
import { Heard } from './support/heard.ts';

const CONFIG = '/config.json';

describe('headless guests', () => {
  const track = checkLeaks();
  const genesysOf = (connectionsPerMinute = 1_000, configurationTakesMs = 0) => {
    const service = track(new GuestService());
    const { ports } = service;
    const hosts = hostsAt('http://test.invalid');
    const line = new ConnectionLine({ connectionsPerMinute, ...ports });
    const slowly: typeof fetch = async (input, init) => {
      if (configurationTakesMs > 0) await new Promise<void>((go) => ports.clock.after(configurationTakesMs, go));
      return ports.fetch(input, init);
    };
    const configurations = new SharedConfigurations({ clock: ports.clock, fetch: slowly }, hosts.cdn);
    const guests: HeadlessGuest[] = [];
    const openedAtMs: number[] = [];
    const serve = ports.onsocket;
    ports.onsocket = (socket) => {
      openedAtMs.push(ports.clock.now());
      serve?.(socket);
    };
    const open = (options: Partial<HeadlessGuestOptions> = {}) => {
      const heard = new Heard();
      const id = `binding-${guests.length}`;
      const guest = new HeadlessGuest({
        binding: {
          id,
          clientId: 'main',
          conversationId: id,
          guest: { kind: 'webmessaging', deploymentId: 'deployment-1', token: `token-${guests.length}` },
          guestParticipantId: `guest-${guests.length}`,
          state: 'open',
          provisioned: false,
          createdAtMs: 0,
        },
        listener: heard,
        hosts,
        linkAttribute: undefined,
        ports,
        line,
        configurations,
        writerOf: ({ from }) => from,
        typist: () => 'agent',
        before: undefined,
        refused: () => {},
        closed: () => {},
        ...options,
      });
      guests.push(guest);
      return { guest, heard };
    };
    return {
      service,
      ports,
      clock: ports.clock,
      line,
      open,
      openedAtMs,
      live: () => guests.filter(({ state }) => state === 'live').length,
      closeAll: () => Promise.all(guests.map((guest) => guest.close())),
      configReads: () => ports.requests.filter(({ path }) => path.endsWith(CONFIG)).length,
    };
  };

  it('read the deployment’s configuration once for all, and again when it has grown old', async () => {
    const genesys = genesysOf();
    for (let each = 0; each < 20; each++) genesys.open();
    await genesys.clock.advance(5_000);
    expect(genesys.live()).toBe(20);
    expect(genesys.configReads()).toBe(1);
    await genesys.clock.advance(60_000);
    genesys.open();
    await genesys.clock.advance(1_000);
    expect(genesys.configReads()).toBe(2);
    await genesys.closeAll();
  });

  it('wait for their turn, and say so', async () => {
    const genesys = genesysOf(2);
    const all = Array.from({ length: 5 }, () => genesys.open());
    await genesys.clock.advance(10_000);
    expect(all.map(({ guest }) => guest.state)).toEqual(['live', 'live', 'queued', 'queued', 'queued']);
    await genesys.clock.advance(61_000);
    expect(genesys.live()).toBe(4);
    await genesys.closeAll();
    expect(all.map(({ guest }) => guest.state)).toEqual(Array.from({ length: 5 }, () => 'closed'));
  });

  it('all come back after an outage, at nearly the permitted rate and never above it', async () => {
    const perMinute = 30;
    const guests = 120;
    const genesys = genesysOf(perMinute);
    for (let each = 0; each < guests; each++) genesys.open();
    await genesys.clock.advance(5 * 60_000);
    expect(genesys.live()).toBe(guests);

    // The service is away for seven minutes, then takes whatever comes.
    const serve = genesys.ports.onsocket;
    genesys.ports.onsocket = (socket) => {
      genesys.openedAtMs.push(genesys.clock.now());
      queueMicrotask(() => socket.drop());
    };
    for (const socket of genesys.ports.sockets) if (socket.readyState === 1) socket.drop();
    await genesys.clock.advance(7 * 60_000);
    expect(genesys.live()).toBe(0);
    genesys.ports.onsocket = serve;
    const upAtMs = genesys.clock.now();
    await genesys.clock.advance(3 * 60_000);
    // Three minutes in four are enough to tell; the last ones may be asleep while the others have turns to spare.
    expect(genesys.live()).toBeGreaterThanOrEqual(3 * perMinute * 0.95);
    await genesys.clock.advance(6 * 60_000);
    expect(genesys.live()).toBe(guests);

    const within = (fromMs: number) =>
      genesys.openedAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000).length;
    for (const atMs of genesys.openedAtMs) expect(within(atMs)).toBeLessThanOrEqual(perMinute);
    expect(genesys.openedAtMs.filter((atMs) => atMs >= upAtMs).length).toBeGreaterThanOrEqual(guests);
    await genesys.closeAll();
  }, 60_000);

  it('go on trying when the service can’t be reached at the start', async () => {
    const genesys = genesysOf();
    const answer = genesys.ports.server;
    genesys.ports.server = () => new Error('down');
    const { guest, heard } = genesys.open();
    await genesys.clock.advance(10_000);
    expect(guest.state).toBe('waiting');
    expect(heard.states.at(-1)).toMatchObject({ state: 'waiting', reason: expect.stringContaining('down') });
    genesys.ports.server = answer;
    await genesys.clock.advance(60_000);
    expect(guest.state).toBe('live');
    await genesys.closeAll();
  });

  it('try again, but seldom, where the platform refuses them: somebody may mend the deployment', async () => {
    const genesys = genesysOf();
    const serve = genesys.ports.onsocket;
    genesys.ports.onsocket = (socket) => queueMicrotask(() => socket.refuse(403));
    const told: (string | undefined)[] = [];
    const { guest, heard } = genesys.open({ refused: (refusal) => told.push(refusal?.reason) });
    await genesys.clock.advance(REFUSED_RETRY_MS - 5_000);
    expect(genesys.ports.sockets).toHaveLength(1);
    expect(guest.state).toBe('failed');
    expect(heard.ends).toEqual([]);
    expect(told).toEqual([expect.any(String)]);
    expect(heard.states.at(-1)).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/\. Check the deployment’s id \(genesys\.deploymentId, .* every 5 minutes\.$/),
    });
    genesys.ports.onsocket = serve;
    await genesys.clock.advance(10_000);
    expect(guest.state).toBe('live');
    expect(told).toEqual([expect.any(String), undefined]);
    expect(heard.states.at(-1)).toMatchObject({ state: 'live', reason: undefined });
    await genesys.closeAll();
  });

  it('are refused by nobody when a server has failed: they try again soon', async () => {
    const genesys = genesysOf();
    const answer = genesys.ports.server;
    genesys.ports.server = (request) => (request.path.endsWith(CONFIG) ? { status: 503, body: {} } : answer(request));
    const told: unknown[] = [];
    const { guest } = genesys.open({ refused: (refusal) => told.push(refusal) });
    await genesys.clock.advance(10_000);
    genesys.ports.server = answer;
    await genesys.clock.advance(60_000);
    expect(guest.state).toBe('live');
    expect(told).toEqual([]);
    await genesys.closeAll();
  });

  it.each([
    [4006, 'expired'],
    [4007, 'does not know'],
  ])('are over when the session is (code %i)', async (code, words) => {
    const genesys = genesysOf();
    const { guest, heard } = genesys.open();
    await genesys.clock.advance(1_000);
    genesys.ports.socket.frame({ type: 'response', class: 'string', code, body: 'over' });
    await settle();
    expect(guest.state).toBe('failed');
    expect(heard.ends).toEqual([expect.stringContaining(words)]);
    await genesys.clock.advance(600_000);
    expect(genesys.ports.sockets).toHaveLength(1);
  });

  it('tell at the start all that the session has, and then what happens', async () => {
    const genesys = genesysOf();
    genesys.service.newSession = false;
    genesys.service.store('Inbound', 'Hello');
    genesys.service.store('Outbound', 'Hi');
    const { heard } = genesys.open();
    await genesys.clock.advance(1_000);
    expect(heard.messages).toMatchObject([
      { platformIds: ['m-1', 'server-m-1'], participant: 'guest', text: 'Hello' },
      { platformIds: ['m-2', 'server-m-2'], participant: 'agent', text: 'Hi' },
    ]);
    genesys.service.agentSays('Anything else?');
    expect(heard.texts).toEqual(['guest: Hello', 'agent: Hi', 'agent: Anything else?']);
    await genesys.closeAll();
  });

  it.each([
    // A fault may come after the message was taken, and passes.
    [408, 'may have arrived'],
    [500, 'may have arrived'],
    [503, 'may have arrived'],
    [5000, 'may have arrived'],
    [429, 'is to be sent again'],
    [4029, 'is to be sent again'],
    [400, 'is refused for good'],
    [403, 'is refused for good'],
    [4011, 'is refused for good'],
    [4013, 'is refused for good'],
  ])('say of a message that was answered with %i that it %s', async (code, words) => {
    const genesys = genesysOf();
    const { guest } = genesys.open();
    await genesys.clock.advance(5_000);
    const { service } = genesys;
    const handle = service.handle.bind(service);
    service.handle = (socket, frame) => {
      if (frame.action !== 'onMessage') handle(socket, frame);
      else
        queueMicrotask(() =>
          socket.frame({ type: 'response', class: 'string', code, tracingId: frame.tracingId, body: 'no' }),
        );
    };
    const sending = guest.send('Hello');
    await genesys.clock.advance(5_000);
    expect(await sending).toMatchObject({
      outcome: 'refused',
      mayHaveArrived: words === 'may have arrived',
      final: words === 'is refused for good',
    });
    await genesys.closeAll();
  });

  it.each([
    ['at the start', (genesys: ReturnType<typeof genesysOf>) => genesys.open()],
    [
      'after a cut',
      async (genesys: ReturnType<typeof genesysOf>) => {
        genesys.service.breaksHistory = false;
        const opened = genesys.open();
        await genesys.clock.advance(5_000);
        genesys.service.breaksHistory = true;
        genesys.ports.socket.drop();
        return opened;
      },
    ],
  ])('read the history again that could not be read %s, and then tell what was missed', async (_when, open) => {
    const genesys = genesysOf();
    const { service, clock } = genesys;
    service.newSession = false;
    service.breaksHistory = true;
    const { guest, heard } = await open(genesys);
    service.store('Outbound', 'Your parcel is here');
    await clock.advance(30_000);
    expect(guest.state).toBe('live');
    expect(heard.texts).toEqual([]);
    service.breaksHistory = false;
    await clock.advance(60_000);
    expect(heard.texts).toEqual(['agent: Your parcel is here']);
    const { length } = genesys.ports.requests;
    await clock.advance(600_000);
    expect(genesys.ports.requests, 'and then no more').toHaveLength(length);
    await genesys.closeAll();
  });

  it.each([
    ['while they wait for it', false],
    ['while they read it', true],
  ])('read no history again once they are closed %s', async (_when, stalls) => {
    const genesys = genesysOf();
    const { service, clock } = genesys;
    service.newSession = false;
    service.breaksHistory = true;
    genesys.open();
    await clock.advance(100);
    Object.assign(service, { breaksHistory: !stalls, stallsHistory: stalls });
    await clock.advance(4_000);
    await genesys.closeAll();
    // A reading that has begun ends in its own time.
    await clock.advance(stalls ? 60_000 : 0);
    expect(genesys.clock.pending).toBe(0);
  });

  it('tell typing of the other side again while it lasts, and its end once', async () => {
    const genesys = genesysOf();
    const { heard } = genesys.open();
    await genesys.clock.advance(1_000);
    for (let each = 0; each < 3; each++) {
      genesys.service.agentTypes(5_000);
      await genesys.clock.advance(4_500);
    }
    expect(heard.typings.filter((each) => each === 'agent types').length).toBeGreaterThanOrEqual(3);
    expect(heard.typings).not.toContain('agent stops');
    await genesys.clock.advance(10_000);
    expect(heard.typings.filter((each) => each === 'agent stops')).toHaveLength(1);
    expect(heard.typings.at(-1)).toBe('agent stops');
    await genesys.closeAll();
  });

  it('settle typing in every state', async () => {
    const genesys = genesysOf();
    const { guest } = genesys.open();
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'offline' });
    await genesys.clock.advance(10_000);
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    await genesys.clock.advance(10_000);
    const sending = guest.send('Hello');
    await genesys.clock.advance(1_000);
    expect(await sending).toMatchObject({ outcome: 'sent' });
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'sent' });
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'coalesced' });
    await guest.close();
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'offline' });
  });

  it.each([
    ['before their first turn', 0],
    ['while they wait for another attempt', 100],
    ['while they wait for another turn', 10_000],
  ])('leave nothing behind when they are closed %s', async (_when, afterMs) => {
    const genesys = genesysOf(1);
    genesys.ports.server = () => new Error('down');
    const { guest } = genesys.open();
    genesys.open();
    await genesys.clock.advance(afterMs);
    await genesys.closeAll();
    expect(guest.state).toBe('closed');
    await settle();
    expect(genesys.clock.pending).toBe(0);
    expect(genesys.line.length).toBe(0);
  });

  it('wait for what has to be there before them', async () => {
    const genesys = genesysOf();
    let ready = () => {};
    const before = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const { guest } = genesys.open({ before });
    await genesys.clock.advance(5_000);
    expect(guest.state).toBe('queued');
    ready();
    await genesys.clock.advance(1_000);
    expect(guest.state).toBe('live');
    await genesys.closeAll();
  });

  it('take their turn when they can use it: a slow configuration lets no crowd through afterwards', async () => {
    const perMinute = 10;
    const genesys = genesysOf(perMinute, 12_000);
    for (let each = 0; each < 30; each++) genesys.open();
    await genesys.clock.advance(4 * 60_000);
    expect(genesys.live()).toBe(30);
    for (const fromMs of genesys.openedAtMs) {
      const within = genesys.openedAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000);
      expect(within.length).toBeLessThanOrEqual(perMinute);
    }
    await genesys.closeAll();
  });

  it('tell nothing once they are closed', async () => {
    const genesys = genesysOf();
    const { heard, guest } = genesys.open();
    await genesys.clock.advance(1_000);
    genesys.service.agentTypes(5_000);
    expect(heard.typings).toEqual(['agent types']);
    const told = heard.states.length;
    await guest.close();
    await genesys.clock.advance(10_000);
    expect(heard.typings).toEqual(['agent types']);
    expect(heard.states).toHaveLength(told);
    expect(heard.ends).toEqual([]);
  });
});
