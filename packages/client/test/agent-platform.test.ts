import { declareTyping } from '@backchannel/client';
import { AgentSession } from '@backchannel/client/agent';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

describe('agents who share a platform', () => {
  const track = checkLeaks();
  const USERS = ['user-1', 'user-2', 'user-3'];
  const topicsOf = (userId: string) => [
    `v2.users.${userId}.conversations.inbound.typing.event`,
    `v2.users.${userId}.conversations.messages`,
  ];
  /** What a request for subscriptions asks for. */
  const asked = ({ body }: { readonly body: string }) => (JSON.parse(body) as { id: string }[]).map(({ id }) => id);
  const noUser = {
    status: 400,
    body: { message: 'This request requires a user context.', code: 'not.a.user', status: 400 },
  };

  /** A platform whose token has no user. */
  const start = (userIds = USERS) => {
    const genesys = track(new Platform());
    const server = genesys.ports.server;
    genesys.ports.server = (request) => (request.path === '/api/v2/conversations/messages' ? noUser : server(request));
    genesys.userOf = (id) => `user-${id.at(-1)}`;
    const platform = genesys.shared();
    const agents = userIds.map((userId) => new AgentSession({ platform, userId }));
    return { genesys, platform, agents, clock: genesys.ports.clock };
  };
  const live = async (userIds?: string[]) => {
    const started = start(userIds);
    const settled = await Promise.all(started.agents.map((agent) => agent.connect()));
    expect(settled.every(({ outcome }) => outcome === 'sent')).toBe(true);
    const [ana, ben, cem] = started.agents;
    return { ...started, ana: ana!, ben: ben!, cem: cem! };
  };

  it('share one channel, one socket and one request for all topics', async () => {
    const { genesys, platform } = await live();
    expect(genesys.requests('/channels')).toHaveLength(1);
    expect(genesys.requests('/subscriptions').map(asked)).toEqual([USERS.flatMap(topicsOf)]);
    expect(genesys.requests('/subscriptions')[0]?.query.get('ignoreErrors')).toBe('true');
    expect(genesys.ports.sockets).toHaveLength(1);
    await platform.close();
  });

  it('find out once for all that the token has no list of conversations', async () => {
    const { genesys, agents, platform } = await live();
    expect(genesys.requests('GET /api/v2/conversations/messages')).toHaveLength(1);
    expect(agents.map((agent) => agent.snapshot().lastNotice?.code)).toEqual(USERS.map(() => 'conversations.unlisted'));
    await platform.close();
  });

  it('ask for no list at all with a token that is known to have no user', async () => {
    const genesys = track(new Platform());
    const token = { hasUser: false, get: async () => ({ outcome: 'sent', reason: '', value: 'good' }) as const };
    const platform = genesys.shared({ token: { ...token, rejected: () => false } });
    const agent = new AgentSession({ platform, userId: 'user-1' });
    expect(await agent.connect()).toMatchObject({ outcome: 'sent' });
    expect(genesys.requests('GET /api/v2/conversations/messages')).toEqual([]);
    expect(agent.snapshot().lastNotice?.code).toBe('conversations.unlisted');
    await platform.close();
  });

  it('read no message of a conversation that is not followed, and take it in when it is', async () => {
    const genesys = track(new Platform());
    const platform = genesys.shared();
    const followed = new Set<string>();
    const asked: string[][] = [];
    const follows = ({ id, participants }: { id: string; participants: readonly { purpose: string }[] }) => {
      asked.push([id, ...participants.map(({ purpose }) => purpose)]);
      return followed.has(id);
    };
    const agent = new AgentSession({ platform, userId: 'user-1', follows });
    await agent.connect();
    genesys.conversations.set('c-1', 'leg-1');
    genesys.store('inbound', 'Hello');
    for (let each = 0; each < 3; each++) {
      genesys.notify('c-1');
      await settle();
    }
    expect(asked).toEqual([
      ['c-1', 'customer', 'agent'],
      ['c-1', 'customer', 'agent'],
      ['c-1', 'customer', 'agent'],
    ]);
    expect(genesys.requests('/conversations/c-1')).toHaveLength(1);
    expect(genesys.requests('/messages/bulk')).toEqual([]);
    expect(await agent.adopt('c-1')).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(agent.snapshot().conversations).toEqual([]);

    followed.add('c-1');
    genesys.notify('c-1');
    await settle();
    expect(agent.snapshot().conversations).toMatchObject([{ id: 'c-1', messages: [{ text: 'Hello' }] }]);
    await platform.close();
  });

  it('tell who takes part in a conversation before anybody adopts it', async () => {
    const { genesys, platform } = await live();
    genesys.conversations.set('c-2', 'leg-2');
    expect(await platform.read('c-2')).toMatchObject({
      outcome: 'sent',
      value: {
        id: 'c-2',
        participants: [{ purpose: 'customer' }, { purpose: 'agent', userId: 'user-2', communicationId: 'leg-2' }],
      },
    });
    expect(await platform.read('c-9')).toMatchObject({ outcome: 'refused' });
    await expect(platform.read('')).rejects.toMatchObject({ code: 'option.invalid' });
    await platform.close();
  });

  it('adopt what the platform has read without another request, and read again what they know', async () => {
    const { genesys, ana, ben, platform } = await live();
    genesys.conversations.set('c-2', 'leg-2');
    const reads = () => genesys.requests('/conversations/c-2').length;
    const reading = (await platform.read('c-2')).value!;
    expect(await ana.adopt(reading)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(await ben.adopt(reading)).toMatchObject({ outcome: 'sent', value: { id: 'c-2', communicationId: 'leg-2' } });
    expect(reads()).toBe(1);
    // By now the reading is older than what was heard: it must not come back.
    genesys.conversations.set('c-2', 'leg-3');
    expect(await ben.adopt(reading)).toMatchObject({ outcome: 'sent', value: { communicationId: 'leg-3' } });
    expect(reads()).toBe(2);
    await platform.close();
  });

  it('hear each of their own conversations and guests alone', async () => {
    const { genesys, ana, ben, platform } = await live();
    genesys.conversations.set('c-2', 'leg-2');
    genesys.notify('c-2', 'connected', 'user-2');
    await settle();
    genesys.guestTypes('c-2', 5_000, 'user-2');
    expect(ben.snapshot().conversations).toMatchObject([{ id: 'c-2', communicationId: 'leg-2', guestTyping: true }]);
    expect(ana.snapshot().conversations).toEqual([]);
    await platform.close();
  });

  it('take their own topics with them when they close, and nothing else', async () => {
    const { genesys, ana, ben, cem, platform } = await live();
    await ben.close();
    await settle();
    const [first, second] = genesys.requests('/subscriptions');
    expect(first?.method).toBe('POST');
    expect(second?.method).toBe('PUT');
    expect(asked(second!)).toEqual([...topicsOf('user-1'), ...topicsOf('user-3')]);
    expect([ana, ben, cem].map((each) => each.snapshot().state)).toEqual(['live', 'closed', 'live']);
    expect(await ben.connect()).toMatchObject({ outcome: 'sent' });
    expect(asked(genesys.requests('/subscriptions')[2]!)).toEqual(topicsOf('user-2'));
    expect(genesys.ports.sockets).toHaveLength(1);
    await platform.close();
  });

  it('keep a topic that another session of the same user listens to', async () => {
    const { genesys, ana, platform } = await live(['user-1']);
    const second = new AgentSession({ platform, userId: 'user-1' });
    await second.connect();
    await ana.close();
    await settle();
    expect(genesys.requests('/subscriptions')).toHaveLength(1);
    genesys.conversations.set('c-1', 'leg-1');
    genesys.notify('c-1');
    await settle();
    expect([ana, second].map((each) => each.snapshot().conversations.length)).toEqual([0, 1]);
    await platform.close();
  });

  it('stay closed when they are closed while they join others', async () => {
    const { genesys, platform } = await live(['user-1']);
    const late = new AgentSession({ platform, userId: 'user-2' });
    const connecting = late.connect();
    await late.close();
    expect(await connecting).toMatchObject({ outcome: 'aborted' });
    await settle();
    expect(late.snapshot().state).toBe('closed');
    expect(genesys.requests('/subscriptions').flatMap(asked)).toEqual(topicsOf('user-1'));
    await platform.close();
  });

  it('read what they missed behind what is needed now', async () => {
    const { genesys, ana, platform, clock } = await live(['user-1']);
    for (let index = 0; index < 110; index++) {
      genesys.conversations.set(`c-${index}-1`, `leg-${index}`);
      await ana.adopt(`c-${index}-1`);
    }
    const before = genesys.ports.requests.length;
    genesys.ports.socket.drop();
    await clock.advance(1_000);
    expect(genesys.ports.requests.length - before).toBe(100);
    genesys.conversations.set('new-1', 'leg-new');
    expect(await ana.adopt('new-1')).toMatchObject({ outcome: 'sent' });
    await platform.close();
  });

  it('look up what somebody else names within a part of the limits, also when it has to be read again', async () => {
    const { genesys, platform, ben, clock } = await live();
    genesys.conversations.set('c-2', 'leg-2');
    const reading = (await platform.read('c-2', { as: 'lookup' })).value!;
    expect(await ben.adopt(reading)).toMatchObject({ outcome: 'sent' });
    const before = genesys.ports.requests.length;
    const named = Array.from({ length: 50 }, (_, index) => platform.read(`c-${index + 10}`, { as: 'lookup' }));
    const again = ben.adopt(reading);
    await settle();
    // Ten in six seconds, of which one has gone.
    expect(genesys.ports.requests.length - before).toBe(9);
    expect(await platform.read('c-2')).toMatchObject({ outcome: 'sent' });
    await clock.advance(50_000);
    expect((await Promise.all(named)).every(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(await again).toMatchObject({ outcome: 'sent' });
    const waits = Array.from({ length: 20 }, () => platform.read('c-2', { as: 'lookup' }));
    await settle();
    await platform.close();
    const outcomes = (await Promise.all(waits)).map(({ outcome }) => outcome);
    expect(outcomes.slice(-10)).toEqual(Array.from({ length: 10 }, () => 'offline'));
  });

  it('close the socket with the last of them, and open another when one comes back', async () => {
    const { genesys, agents, ana } = await live();
    for (const agent of agents) await agent.close();
    expect(genesys.ports.socket.readyState).toBe(3);
    expect(await ana.connect()).toMatchObject({ outcome: 'sent' });
    expect(genesys.requests('/channels')).toHaveLength(2);
    await ana.close();
  });

  it('keep what one of them closes from ending what others wait for', async () => {
    const { genesys, ana, ben, platform, clock } = await live();
    for (const [id, agent] of [['c-1', ana] as const, ['c-2', ben] as const]) {
      genesys.conversations.set(id, `leg-${id}`);
      expect(await agent.adopt(id)).toMatchObject({ outcome: 'sent' });
    }
    genesys.next.push(() => genesys.refuse(429, { 'retry-after': '7' }));
    await ana.conversation('c-1')!.send('too fast');
    const [anas, bens] = [ana.conversation('c-1')!.send('waits'), ben.conversation('c-2')!.send('waits, too')];
    await ana.close();
    expect(await anas).toMatchObject({ outcome: 'offline', reason: expect.stringContaining('It was closed here') });
    await clock.advance(7_000);
    expect(await bens).toMatchObject({ outcome: 'sent' });
    await platform.close();
  });

  it('need a second channel beyond 1,000 topics', async () => {
    const userIds = Array.from({ length: 501 }, (_, index) => `user-${index}`);
    const { genesys, platform } = await live(userIds);
    expect(genesys.requests('/channels')).toHaveLength(2);
    expect(genesys.requests('/subscriptions').map((each) => asked(each).length)).toEqual([1_000, 2]);
    expect(genesys.ports.sockets.map(({ url }) => url)).toEqual([
      'ws://test.invalid/channels/channel-1',
      'ws://test.invalid/channels/channel-2',
    ]);
    await platform.close();
  });

  it('do not suffer when the platform refuses the topic of one of them', async () => {
    const { genesys, agents, platform } = start();
    const topic = topicsOf('user-2')[1];
    const rejected = { id: topic, state: 'Rejected', rejectionReason: 'no such user' };
    genesys.next.push(({ path }) => (path.endsWith('/subscriptions') ? { body: { entities: [rejected] } } : 'pass'));
    const settled = await Promise.all(agents.map((agent) => agent.connect()));
    expect(settled.map(({ outcome }) => outcome)).toEqual(['sent', 'refused', 'sent']);
    expect(settled[1]?.reason).toContain('no such user');
    expect(agents.map((agent) => agent.snapshot().state)).toEqual(['live', 'failed', 'live']);
    await platform.close();
  });

  it('wait together when the socket is lost, and read what they missed when it is back', async () => {
    const { genesys, agents, ana, ben, platform, clock } = await live();
    genesys.conversations.set('c-1', 'leg-1').set('c-2', 'leg-2');
    await Promise.all([ana.adopt('c-1'), ben.adopt('c-2')]);
    genesys.ports.socket.drop();
    expect(agents.map((agent) => agent.snapshot().state)).toEqual(['waiting', 'waiting', 'waiting']);
    genesys.store('inbound', 'missed');
    await clock.advance(600);
    expect(agents.map((agent) => agent.snapshot().state)).toEqual(['live', 'live', 'live']);
    for (const agent of [ana, ben]) {
      expect(agent.snapshot().conversations[0]?.messages.map(({ text }) => text)).toEqual(['missed']);
    }
    await platform.close();
  });

  it('do not take a conversation for over that is not in the list of the token’s user', async () => {
    const genesys = track(new Platform());
    const platform = genesys.shared();
    const agent = new AgentSession({ platform, userId: 'user-2' });
    await agent.connect();
    genesys.userOf = () => 'user-2';
    genesys.conversations.set('c-2', 'leg-2');
    const conversation = (await agent.adopt('c-2')).value!;
    const server = genesys.ports.server;
    const empty = { body: { entities: [] } };
    genesys.ports.server = (request) => (request.path === '/api/v2/conversations/messages' ? empty : server(request));
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(600);
    expect(agent.snapshot().state).toBe('live');
    expect(agent.conversation('c-2')).toBe(conversation);
    expect(conversation.snapshot().state).toBe('connected');
    await platform.close();
  });

  it('get a new channel with all their topics when the old one is gone', async () => {
    const { genesys, agents, platform, clock } = await live();
    genesys.frame({ topicName: 'v2.system.no_longer_subscribed.channel-1', eventBody: {} });
    await clock.advance(1_000);
    expect(genesys.requests('/subscriptions').map(({ path }) => path.split('/')[5])).toEqual([
      'channel-1',
      'channel-2',
    ]);
    expect(asked(genesys.requests('/subscriptions')[1]!)).toEqual(USERS.flatMap(topicsOf));
    expect(agents.map((agent) => agent.snapshot().state)).toEqual(['live', 'live', 'live']);
    await platform.close();
  });

  it('get a new channel when the platform does not know theirs any more while somebody joins', async () => {
    const { genesys, ana, platform } = await live(['user-1']);
    genesys.next.push(() => genesys.refuse(404));
    const late = new AgentSession({ platform, userId: 'user-2' });
    expect(await late.connect()).toMatchObject({ outcome: 'sent' });
    expect(genesys.requests('/channels')).toHaveLength(2);
    expect(asked(genesys.requests('/subscriptions')[2]!)).toEqual(['user-1', 'user-2'].flatMap(topicsOf));
    expect(genesys.ports.sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
    expect([ana, late].map((each) => each.snapshot().state)).toEqual(['live', 'live']);
    await platform.close();
  });

  // holds: LIMIT-TOKEN
  it('keep within the limits of the one token together, and signals out of the part for messages', async () => {
    const { genesys, agents, platform, clock } = await live();
    for (const [index, agent] of agents.entries()) {
      for (let each = 0; each < 10; each++) {
        const id = `c-${each}-${index + 1}`;
        genesys.conversations.set(id, `leg-${id}`);
        await agent.adopt(id);
      }
    }
    await clock.advance(61_000);
    const all = agents.flatMap((agent) =>
      agent.snapshot().conversations.flatMap(({ id }) => agent.conversation(id) ?? []),
    );
    expect(all).toHaveLength(30);
    for (let second = 0; second < 50; second++) {
      for (const each of all) each.typing.keystroke();
      await clock.advance(1_000);
    }
    const sent = genesys.requests('/typing').length;
    expect(sent).toBeGreaterThan(90);
    expect(sent).toBeLessThanOrEqual(100);
    await platform.close();
  });

  it('keep within budgets that are given', async () => {
    const genesys = track(new Platform());
    const platform = genesys.shared({ budgets: { token: { limit: 3, windowMs: 60_000, messageReserve: 2 } } });
    const agent = new AgentSession({ platform, userId: 'user-1' });
    void agent.connect();
    await settle();
    const list = 'GET /api/v2/conversations/messages';
    expect(genesys.requests(list)).toHaveLength(1);
    genesys.conversations.set('c-1', 'leg-1');
    void agent.adopt('c-1');
    await settle();
    expect(genesys.ports.requests).toHaveLength(3);
    await platform.close();
    expect(() => genesys.shared({ budgets: { token: { limit: 0, windowMs: 1, messageReserve: 0 } } })).toThrow(
      expect.objectContaining({ code: 'option.invalid' }),
    );
  });

  // holds: LIMIT-AGENT-TYPING
  it('signal typing at most 12 times a minute in one conversation, also when two of them are in it', async () => {
    const { genesys, ana, ben, platform, clock } = await live();
    genesys.conversations.set('c-1', 'leg-1');
    const anas = (await ana.adopt('c-1')).value!;
    genesys.userOf = () => 'user-2';
    const bens = (await ben.adopt('c-1')).value!;
    for (let key = 0; key < 58; key++) {
      anas.typing.keystroke();
      bens.typing.keystroke();
      await clock.advance(1_000);
    }
    expect(genesys.requests('/typing').length).toBeGreaterThan(9);
    expect(genesys.requests('/typing').length).toBeLessThanOrEqual(12);
    await platform.close();
  });

  it('declare typing, too, and hear what became of it', async () => {
    const { genesys, ana, platform, clock } = await live();
    genesys.conversations.set('c-1', 'leg-1');
    const { typing } = (await ana.adopt('c-1')).value!;
    expect(await declareTyping(typing, 10_000)).toMatchObject({ outcome: 'sent' });
    expect(genesys.requests('/typing')).toHaveLength(1);
    expect(await declareTyping(typing, 10_000)).toMatchObject({ outcome: 'coalesced' });
    await ana.close();
    await clock.advance(10_000);
    expect(await declareTyping(typing, 10_000)).toMatchObject({ outcome: 'offline' });
    await platform.close();
  });

  it('end with the platform, for good', async () => {
    const { genesys, agents, ana, platform } = await live();
    const next = ana.nextConversation();
    await platform.close();
    await expect(next).rejects.toMatchObject({ code: 'closed' });
    for (const agent of agents) {
      expect(agent.snapshot()).toMatchObject({ state: 'closed', reason: 'Its platform was closed.' });
    }
    expect(genesys.ports.socket.readyState).toBe(3);
    expect(await ana.connect()).toMatchObject({ outcome: 'offline', reason: 'Its platform was closed.' });
    expect(await ana.adopt('c-1')).toMatchObject({ outcome: 'offline' });
  });

  it('throws for options that can not be used', () => {
    const platform = new Platform().shared();
    for (const userId of ['', undefined as never]) {
      expect(() => new AgentSession({ platform, userId })).toThrow(
        expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining('userId') }),
      );
    }
    expect(() => new Platform().shared({ token: '' })).toThrow(expect.objectContaining({ code: 'option.invalid' }));
  });

  describe('and are told of a conversation', () => {
    it('take it in when they have a leg in it, once, and do not hand it out', async () => {
      const { genesys, ana, platform } = await live();
      const news: string[] = [];
      ana.on('conversation', ({ id }) => news.push(id));
      const next = ana.nextConversation();
      genesys.conversations.set('c-1', 'leg-1');
      const [one, two] = await Promise.all([ana.adopt('c-1'), ana.adopt('c-1')]);
      expect(one).toMatchObject({ outcome: 'sent', value: { id: 'c-1', communicationId: 'leg-1' } });
      expect(two.value).toBe(one.value);
      expect((await ana.adopt('c-1')).value).toBe(one.value);
      expect(news).toEqual(['c-1']);
      genesys.conversations.set('b-1', 'leg-2');
      genesys.notify('b-1');
      expect((await next).id).toBe('b-1');
      await platform.close();
    });

    it('tell why not when it is another’s, does not exist, or can not be read', async () => {
      const { genesys, ana, platform } = await live();
      genesys.conversations.set('c-2', 'leg-2');
      expect(await ana.adopt('c-2')).toMatchObject({
        outcome: 'suppressed:no-conversation',
        reason: expect.stringContaining('user-1'),
      });
      expect(await ana.adopt('none')).toMatchObject({ outcome: 'refused', error: { platform: { status: 404 } } });
      for (const nonsense of ['', null, {}]) {
        await expect(ana.adopt(nonsense as string)).rejects.toMatchObject({ code: 'option.invalid' });
      }
      const giveUp = new AbortController();
      genesys.next.push(() => undefined);
      const adopting = ana.adopt('c-1', { signal: giveUp.signal });
      await settle();
      giveUp.abort();
      expect(await adopting).toMatchObject({ outcome: 'aborted' });
      await platform.close();
    });

    it('hand out later what they could not take in when it was not theirs yet', async () => {
      const { genesys, ana, platform } = await live();
      genesys.conversations.set('c-2', 'leg-2');
      await ana.adopt('c-2');
      genesys.userOf = () => 'user-1';
      const next = ana.nextConversation();
      genesys.notify('c-2');
      expect((await next).id).toBe('c-2');
      await platform.close();
    });
  });
});
