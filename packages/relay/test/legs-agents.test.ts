import { hostsAt } from '@backchannel/client';
import { describe, expect, it } from 'vitest';
import { settle } from '../../client/test/support/fake-clock.ts';
import { checkLeaks } from '../../client/test/support/leaks.ts';
import { Platform } from '../../client/test/support/platform.ts';
import { AgentLegs, type AgentLegsOptions } from '../src/legs/agent-legs.ts';
import { silentLog } from '../src/observe/log.ts';
import { Heard } from './support/heard.ts';

describe('the agents’ legs', () => {
  const track = checkLeaks();
  const genesysOf = (prepare: (platform: Platform) => void = () => {}) => {
    const platform = track(new Platform());
    prepare(platform);
    return platform;
  };
  const legsTo = (platform: Platform, options: Partial<AgentLegsOptions> = {}) =>
    new AgentLegs({
      hosts: hostsAt('http://test.invalid'),
      client: { id: 'client', secret: 'secret' },
      agents: ['user-1'],
      requestsPerMinute: 300,
      linkAttribute: undefined,
      ports: platform.ports,
      log: silentLog,
      ...options,
    });

  it('go on trying to connect, and let nobody wait for them for ever', async () => {
    let down = true;
    const genesys = genesysOf((platform) => {
      const server = platform.ports.server;
      platform.ports.server = (request) => (down ? new Error('down') : server(request));
    });
    const { clock } = genesys.ports;
    const legs = legsTo(genesys, { agents: ['user-1', 'user-2', 'user-1'] });
    let begun = false;
    void legs.begun.then(() => {
      begun = true;
    });
    await clock.advance(10_000);
    expect(begun).toBe(true);
    expect(legs.health()).toEqual({
      reasons: [expect.stringMatching(/^2 of 2 agents can't be spoken for \(.*down/)],
      warnings: [],
    });
    down = false;
    await clock.advance(60_000);
    expect(genesys.ports.sockets).toHaveLength(1);
    expect(legs.health()).toEqual({ reasons: [], warnings: [] });
    await legs.end();
  });

  it('connect again when a connection that was good has failed for good', async () => {
    const genesys = genesysOf();
    const { clock } = genesys.ports;
    const legs = legsTo(genesys);
    await legs.begun;
    const server = genesys.ports.server;
    genesys.ports.server = () => ({ status: 500 });
    genesys.ports.socket.drop();
    genesys.ports.onsocket = (socket) => queueMicrotask(() => socket.drop());
    await clock.advance(30 * 60_000);
    genesys.ports.server = server;
    genesys.ports.onsocket = (socket) => queueMicrotask(() => socket.readyState === 0 && socket.open());
    await clock.advance(3 * 60_000);
    expect(genesys.ports.socket.readyState).toBe(1);
    await legs.end();
  });

  it('find the conversations of a restart again one after the other, leaving half of the limits to what is wanted now', async () => {
    const genesys = genesysOf();
    const { clock } = genesys.ports;
    const many = Array.from({ length: 120 }, (_, each) => `c-${each}`);
    for (const id of many) genesys.conversations.set(id, `leg-${id}`);
    const legs = legsTo(genesys);
    for (const id of many) legs.open(`binding-${id}`, new Heard(), id);
    await clock.advance(60_000);
    const within = legs.size;
    expect(within).toBeGreaterThan(65);
    expect(genesys.requests('').length).toBeLessThan(160);
    await clock.advance(10_000);
    // What somebody asks for does not wait for its turn.
    expect(legs.agents('binding-c-1')).toEqual([]);
    expect(await legs.link('binding-c-1', 'c-1')).toMatchObject({ outcome: 'sent' });
    expect(legs.agents('binding-c-1').map(({ userId }) => userId)).toEqual(['user-1']);
    await clock.advance(5 * 60_000);
    expect(legs.size).toBe(many.length);
    await legs.end();
  });

  it('find the newest conversation of a restart first, and at once the one that is asked for, once', async () => {
    const genesys = genesysOf();
    const { clock } = genesys.ports;
    const many = Array.from({ length: 100 }, (_, each) => `c-${each}`);
    for (const id of many) genesys.conversations.set(id, `leg-${id}`);
    const legs = legsTo(genesys);
    await legs.begun;
    for (const id of many) legs.open(`binding-${id}`, new Heard(), id);
    expect(legs.awaiting).toBe(100);
    await clock.advance(10_000);
    expect(legs.awaitsRelink('binding-c-99')).toBe(false);
    expect(legs.awaitsRelink('binding-c-1')).toBe(true);
    const before = legs.awaiting;
    await Promise.all([legs.relink('binding-c-1'), legs.relink('binding-c-1')]);
    expect(legs.agents('binding-c-1')).toHaveLength(1);
    expect(legs.awaiting).toBe(before - 1);
    // One reading says who takes part, and is what the agent's session takes.
    expect(genesys.requests('/c-1')).toHaveLength(1);
    await legs.end();
  });

  it('keep the places of messages whatever conversations callers name, and let nobody who names one wait for ever', async () => {
    const genesys = genesysOf();
    genesys.conversations.set('c-1', 'leg-1');
    genesys.conversations.set('c-late', 'leg-late');
    const { clock } = genesys.ports;
    const legs = legsTo(genesys);
    await legs.begun;
    for (const id of ['binding-1', 'binding-2', 'binding-3']) legs.open(id, new Heard(), undefined);
    expect(await legs.link('binding-1', 'c-1')).toMatchObject({ outcome: 'sent' });
    const outcomes: string[] = [];
    const told = (settled: { readonly outcome: string }) => outcomes.push(settled.outcome);
    const named = Array.from({ length: 400 }, (_, each) => legs.link('binding-2', `somebody-elses-${each}`).then(told));
    const last = legs.link('binding-3', 'c-late');
    await settle();
    const sent = legs.agent('binding-1', 'user-1')?.send('Hello');
    await settle();
    expect(genesys.requests('/messages').filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect(await sent).toMatchObject({ outcome: 'sent' });
    await clock.advance(20_000);
    await Promise.all(named);
    // A third of the token's 300 a minute; the first found the window empty but for the one above.
    expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(39);
    expect(outcomes.filter((outcome) => outcome === 'timeout')).toHaveLength(361);
    expect(await last).toEqual({
      outcome: 'timeout',
      reason: 'c-late was not read within 20 s. It is linked as soon as something happens in it.',
    });
    // Nobody is in the line any more.
    const again = legs.link('binding-3', 'c-late');
    await clock.advance(6_250);
    expect(await again).toMatchObject({ outcome: 'sent' });
    const never = legs.link('binding-2', 'c-late');
    await legs.end();
    expect((await never).outcome).not.toBe('sent');
  });

  it('read only some at once for who asks, the others next, and what can’t be read not at each call', async () => {
    const genesys = genesysOf();
    const { clock } = genesys.ports;
    const many = Array.from({ length: 60 }, (_, each) => `c-${each}`);
    const server = genesys.ports.server;
    genesys.ports.server = (request) => (/\/c-\d+$/.test(request.path) ? { status: 503, body: {} } : server(request));
    const legs = legsTo(genesys);
    await legs.begun;
    for (const id of many) legs.open(`binding-${id}`, new Heard(), id);
    await Promise.all(many.map((id) => legs.relink(`binding-${id}`)));
    expect(genesys.requests('').filter(({ path }) => /\/c-\d+$/.test(path))).toHaveLength(20);
    await legs.relink('binding-c-1');
    await legs.relink('binding-c-1');
    expect(genesys.requests('/c-1').length).toBeLessThanOrEqual(1);
    await clock.advance(30_000);
    const later = genesys.requests('/c-1').length;
    await legs.relink('binding-c-1');
    expect(genesys.requests('/c-1')).toHaveLength(later + 1);
    expect(legs.awaiting).toBe(60);
    await legs.end();
  });

  it('ask again for a conversation that could not be read, and not for one that is gone', async () => {
    const genesys = genesysOf();
    const { clock } = genesys.ports;
    genesys.conversations.set('c-1', 'leg-1');
    const server = genesys.ports.server;
    let broken = true;
    genesys.ports.server = (request) =>
      broken && request.path.endsWith('/c-1') ? { status: 503, body: {} } : server(request);
    const legs = legsTo(genesys);
    await legs.begun;
    legs.open('binding-1', new Heard(), 'c-1');
    legs.open('binding-2', new Heard(), 'c-gone');
    await clock.advance(20_000);
    expect(legs.size).toBe(0);
    broken = false;
    await clock.advance(120_000);
    expect(legs.size).toBe(1);
    expect(genesys.requests('/c-gone')).toHaveLength(1);
    await legs.end();
  });

  it('show who takes part as the newest that any of them heard, and keep the communications that one has read', async () => {
    const genesys = genesysOf();
    genesys.userOf = () => 'user-2';
    genesys.conversations.set('c-1', 'leg-2');
    const legs = legsTo(genesys, { agents: ['user-1', 'user-2'] });
    await legs.begun;
    const heard = new Heard();
    legs.open('binding-1', heard, undefined);
    await legs.link('binding-1', 'c-1');
    const agentsOf = () =>
      heard.links
        .at(-1)
        ?.participants.flatMap(({ purpose, userId, state, communicationId }) =>
          purpose === 'agent' ? [`${userId} ${state} ${communicationId}`] : [],
        );
    expect(agentsOf()).toEqual(['user-2 connected leg-2']);
    // The first agent comes to be in it: her session reads it.
    genesys.agentParticipant = 'participant-1';
    genesys.userOf = () => 'user-1';
    genesys.conversations.set('c-1', 'leg-1');
    genesys.notify('c-1', 'connected', 'user-1');
    await settle();
    expect(agentsOf()).toEqual(['user-1 connected leg-1']);
    // The second, who is not in it any more, still hears of it, without communications.
    genesys.frame({
      topicName: 'v2.users.user-2.conversations.messages',
      eventBody: {
        id: 'c-1',
        participants: [
          { id: 'participant-guest', purpose: 'customer', state: 'connected', messages: [] },
          { id: 'participant-1', purpose: 'agent', state: 'disconnected', user: { id: 'user-1' }, messages: [] },
        ],
      },
    });
    await settle();
    expect(agentsOf()).toEqual(['user-1 disconnected leg-1']);
    // Whatever else the first one's session tells is no news of who takes part.
    genesys.guestTypes('c-1', 5_000, 'user-1');
    expect(heard.typings).toEqual(['guest types']);
    expect(agentsOf()).toEqual(['user-1 disconnected leg-1']);
    await legs.end();
  });

  it('keep guests waiting for ten seconds at most when Genesys does not answer', async () => {
    const genesys = genesysOf((platform) => {
      platform.ports.server = () => undefined;
    });
    const legs = legsTo(genesys);
    let begun = false;
    void legs.begun.then(() => {
      begun = true;
    });
    await genesys.ports.clock.advance(9_000);
    expect(begun).toBe(false);
    await genesys.ports.clock.advance(1_000);
    expect(begun).toBe(true);
    await legs.end();
    // The request for a token is nobody's in particular, and ends by itself.
    await genesys.ports.clock.advance(15_000);
  });

  it('follow a user once who is named twice', async () => {
    const genesys = genesysOf();
    genesys.conversations.set('c-1', 'leg-1');
    const legs = legsTo(genesys, { agents: ['user-1', 'user-1'] });
    await legs.begun;
    const heard = new Heard();
    legs.open('binding-1', heard, undefined);
    await legs.link('binding-1', 'c-1');
    const reads = genesys.requests('/c-1').length;
    genesys.store('inbound', 'Hello');
    genesys.notify('c-1');
    await settle();
    expect(heard.messages.map(({ text }) => text)).toEqual(['Hello']);
    expect(reads).toBe(1);
    expect(genesys.requests('/messages/m-1').length + genesys.requests('/messages/bulk').length).toBe(1);
    await legs.end();
  });
});
