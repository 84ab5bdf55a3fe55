import { getEventListeners } from 'node:events';
import { HANDSHAKE_TIMEOUT_MS, RECONNECT_ATTEMPTS_MAX } from '@backchannel/signals';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

describe('an agent’s session', () => {
  const track = checkLeaks();
  const platform = (prepare: (platform: Platform) => void = () => {}) => {
    const made = track(new Platform());
    prepare(made);
    return made;
  };
  const live = async (prepare?: (platform: Platform) => void) => {
    const genesys = platform(prepare);
    const agent = genesys.session();
    expect(await agent.connect()).toMatchObject({ outcome: 'sent' });
    return { genesys, agent, clock: genesys.ports.clock };
  };

  it('finds the user, subscribes to typing and messages, opens the given address, and reads the conversations', async () => {
    const { genesys, agent } = await live((each) => each.conversations.set('c-1', 'leg-1'));
    expect(JSON.parse(genesys.requests('/subscriptions')[0]?.body ?? '')).toEqual([
      { id: 'v2.users.user-1.conversations.inbound.typing.event' },
      { id: 'v2.users.user-1.conversations.messages' },
    ]);
    expect(genesys.ports.socket.url).toBe('ws://test.invalid/channels/channel-1');
    expect(agent.snapshot()).toMatchObject({
      state: 'live',
      userId: 'user-1',
      name: 'Ana',
      conversations: [{ id: 'c-1', communicationId: 'leg-1', guestName: 'Gus' }],
    });
    expect(await agent.connect()).toMatchObject({ outcome: 'coalesced' });
    await agent.close();
  });

  it('does not ask for the user when it is given', async () => {
    const genesys = platform();
    const agent = genesys.session({ userId: 'user-1' });
    await agent.connect();
    expect(genesys.requests('/users/me')).toEqual([]);
    await agent.close();
  });

  it('is refused, with the platform’s words and context id, when the token is wrong', async () => {
    const genesys = platform();
    const agent = genesys.session({ token: 'wrong' });
    expect(await agent.connect()).toMatchObject({
      outcome: 'refused',
      error: {
        code: 'platform.bad.credentials',
        platform: { status: 401, code: 'bad.credentials', contextId: 'context-1' },
      },
    });
    expect(agent.snapshot().state).toBe('failed');
  });

  it('throws for a token that has no user when no userId was given, and has failed', async () => {
    const notAUser = {
      status: 400,
      body: { message: 'This request requires a user context.', code: 'not.a.user', status: 400 },
    };
    const genesys = platform((each) => each.next.push(() => notAUser));
    const agent = genesys.session();
    await expect(agent.connect()).rejects.toMatchObject({
      code: 'option.invalid',
      message: expect.stringContaining('userId'),
    });
    expect(agent.snapshot()).toMatchObject({ state: 'failed', reason: expect.stringContaining('userId') });
  });

  it('is refused when a topic is', async () => {
    const typingTopic = 'v2.users.user-1.conversations.inbound.typing.event';
    const genesys = platform((each) =>
      each.next.push(({ path }) =>
        path.endsWith('/subscriptions')
          ? { body: { entities: [{ id: typingTopic, state: 'Rejected', rejectionReason: 'no permission' }] } }
          : 'pass',
      ),
    );
    expect(await genesys.session().connect()).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('no permission'),
    });
  });

  it('hears of a conversation that begins, once, and hands it out once', async () => {
    const { genesys, agent } = await live();
    const news: string[] = [];
    agent.on('conversation', ({ id }) => news.push(id));
    const first = agent.nextConversation();
    const second = agent.nextConversation();
    genesys.conversations.set('c-1', 'leg-1');
    genesys.notify('c-1');
    genesys.notify('c-1');
    expect((await first).id).toBe('c-1');
    expect(genesys.requests('GET /api/v2/conversations/c-1')).toHaveLength(1);
    genesys.conversations.set('c-2', 'leg-2');
    genesys.notify('c-2');
    expect((await second).id).toBe('c-2');
    expect(news).toEqual(['c-1', 'c-2']);
    expect(agent.conversation('c-2')?.communicationId).toBe('leg-2');
    await agent.close();
  });

  it('hands out only conversations that begin after it had connected, also to who waited before', async () => {
    const genesys = track(new Platform());
    genesys.conversations.set('old', 'leg-0');
    const agent = genesys.session();
    const next = agent.nextConversation();
    await agent.connect();
    expect(agent.snapshot().conversations.map(({ id }) => id)).toEqual(['old']);
    genesys.conversations.set('new', 'leg-1');
    genesys.notify('old');
    genesys.notify('new');
    expect((await next).id).toBe('new');
    await agent.close();
  });

  it('does not hand out a conversation from before that could only be read later', async () => {
    const genesys = track(new Platform());
    genesys.conversations.set('old', 'leg-0');
    const { ports } = genesys;
    const server = ports.server;
    ports.server = (request) => (request.path.endsWith('/old') ? genesys.refuse(500) : server(request));
    const agent = genesys.session();
    await agent.connect();
    ports.server = server;
    const next = agent.nextConversation();
    genesys.notify('old');
    await settle();
    expect(agent.conversation('old')).toBeDefined();
    genesys.conversations.set('new', 'leg-1');
    genesys.notify('new');
    expect((await next).id).toBe('new');
    await agent.close();
  });

  it('stops waiting for a conversation when the caller gives up or the session ends', async () => {
    const { agent } = await live();
    const controller = new AbortController();
    const waiting = agent.nextConversation({ signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const closing = agent.nextConversation();
    await agent.close();
    await expect(closing).rejects.toMatchObject({ code: 'closed' });
  });

  it('leaves nothing at the signal of whoever waits for conversations all day', async () => {
    const { genesys, agent } = await live();
    const { signal } = new AbortController();
    for (const id of ['first', 'second', 'third']) {
      const next = agent.nextConversation({ signal });
      genesys.conversations.set(id, 'leg-1');
      genesys.notify(id);
      expect((await next).id).toBe(id);
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await agent.close();
  });

  it('leaves out conversations of others', async () => {
    const { genesys, agent } = await live();
    genesys.conversations.set('c-1', '');
    genesys.notify('c-1', 'disconnected');
    await settle();
    expect(agent.snapshot().conversations).toEqual([]);
    await agent.close();
  });

  it('opens the same address again after a loss, and reads what it missed', async () => {
    const { genesys, agent, clock } = await live((each) => each.conversations.set('c-1', 'leg-1'));
    genesys.guestTypes('c-1', 30_000);
    expect(agent.snapshot().conversations[0]?.guestTyping).toBe(true);
    genesys.ports.socket.drop();
    expect(agent.snapshot()).toMatchObject({ state: 'waiting', reconnect: { attempt: 1, delayMs: 500 } });
    expect(agent.snapshot().conversations[0]?.guestTyping).toBe(false);
    genesys.store('inbound', 'missed');
    await clock.advance(600);
    expect(genesys.ports.sockets.map(({ url }) => url)).toEqual([
      'ws://test.invalid/channels/channel-1',
      'ws://test.invalid/channels/channel-1',
    ]);
    expect(agent.snapshot()).toMatchObject({ state: 'live', conversations: [{ messages: [{ text: 'missed' }] }] });
    await agent.close();
  });

  it('makes a new channel when the old one is gone', async () => {
    const { genesys, agent, clock } = await live();
    genesys.automatic = false;
    for (let attempt = 0; attempt < 3; attempt++) {
      genesys.ports.socket.drop(1008);
      await clock.advance(agent.snapshot().reconnect?.delayMs ?? 0);
    }
    expect(genesys.ports.socket.url).toBe('ws://test.invalid/channels/channel-2');
    genesys.ports.socket.open();
    await settle();
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  // holds: NOTIFY-CLOSING
  it('moves to a new socket before the old one is closed by the server, and misses nothing', async () => {
    const { genesys, agent } = await live((each) => each.conversations.set('c-1', 'leg-1'));
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: { reason: 'maintenance' } });
    const [old, next] = genesys.ports.sockets;
    expect(next?.url).toBe(old?.url);
    expect(old?.readyState).toBe(1);
    old?.frame({
      topicName: 'v2.users.user-1.conversations.inbound.typing.event',
      eventBody: {
        conversationId: 'c-1',
        normalizedMessage: { direction: 'Inbound', events: [{ eventType: 'Typing', typing: { type: 'On' } }] },
      },
    });
    expect(agent.snapshot().conversations[0]?.guestTyping).toBe(true);
    next?.open();
    expect(old?.readyState).toBe(3);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('takes a second announcement in the middle of a move for the same one, and loses no socket', async () => {
    const { genesys, agent } = await live();
    genesys.automatic = false;
    const closing = { topicName: 'v2.system.socket_closing', eventBody: {} };
    genesys.frame(closing);
    const [old, next] = genesys.ports.sockets;
    old?.frame(closing);
    expect(genesys.ports.sockets).toHaveLength(2);
    next?.open();
    expect(old?.readyState).toBe(3);
    await agent.close();
    expect(next?.readyState).toBe(3);
  });

  it('stays on the old socket when the new one of a move fails, and tries again a little later', async () => {
    const { genesys, agent, clock } = await live((each) => each.conversations.set('c-1', 'leg-1'));
    const states: string[] = [];
    agent.on('state', (state) => states.push(state));
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    const [old, failing] = genesys.ports.sockets;
    failing?.refuse(503);
    expect(old?.readyState).toBe(1);
    old?.frame({
      topicName: 'v2.users.user-1.conversations.inbound.typing.event',
      eventBody: {
        conversationId: 'c-1',
        normalizedMessage: { events: [{ eventType: 'Typing', typing: { type: 'On' } }] },
      },
    });
    expect(agent.snapshot()).toMatchObject({ state: 'live', conversations: [{ guestTyping: true }] });
    await clock.advance(1_000);
    const [, , next] = genesys.ports.sockets;
    next?.open();
    expect(old?.readyState).toBe(3);
    expect(genesys.ports.sockets).toHaveLength(3);
    expect(agent.snapshot()).toMatchObject({ state: 'live', conversations: [{ guestTyping: true }] });
    expect(states.filter((state) => state !== 'live')).toEqual([]);
    await agent.close();
  });

  it('stays on the old socket when the new one of a move does not open in time', async () => {
    const { genesys, agent, clock } = await live();
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    const [old, slow] = genesys.ports.sockets;
    await clock.advance(HANDSHAKE_TIMEOUT_MS);
    expect(slow?.readyState).toBe(3);
    expect([old?.readyState, agent.snapshot().state]).toEqual([1, 'live']);
    await agent.close();
  });

  it('gives up a move that fails again and again, and stays where it is', async () => {
    const { genesys, agent, clock } = await live();
    genesys.automatic = false;
    genesys.ports.onsocket = (socket) => queueMicrotask(() => socket.refuse(503));
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    for (let minute = 0; minute < 60; minute++) {
      await clock.advance(45_000);
      genesys.ports.sockets[0]?.frame({ topicName: 'channel.metadata', eventBody: { message: 'pong' } });
    }
    expect(genesys.ports.sockets).toHaveLength(1 + RECONNECT_ATTEMPTS_MAX);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('goes on with the new socket when the old one of a move is closed first, and reads what it missed', async () => {
    const { genesys, agent } = await live((each) => each.conversations.set('c-1', 'leg-1'));
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    const [old, next] = genesys.ports.sockets;
    old?.drop();
    expect(agent.snapshot().state).toBe('live');
    genesys.store('inbound', 'missed');
    next?.open();
    await settle();
    expect(agent.snapshot()).toMatchObject({ state: 'live', conversations: [{ messages: [{ text: 'missed' }] }] });
    await agent.close();
  });

  it('waits when both sockets of a move are lost, and comes back', async () => {
    const { genesys, agent, clock } = await live();
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    const [old, next] = genesys.ports.sockets;
    next?.drop();
    old?.drop();
    expect(agent.snapshot().state).toBe('waiting');
    genesys.automatic = true;
    await clock.advance(10_000);
    expect(agent.snapshot().state).toBe('live');
    expect(genesys.ports.sockets).toHaveLength(3);
    await agent.close();
  });

  it('closes both sockets when it is closed in the middle of a move', async () => {
    const { genesys, agent } = await live();
    genesys.automatic = false;
    genesys.frame({ topicName: 'v2.system.socket_closing', eventBody: {} });
    await agent.close();
    expect(genesys.ports.sockets.map(({ readyState }) => readyState)).toEqual([3, 3]);
  });

  it('forgets the oldest conversation beyond 200, one that is over first', async () => {
    const { genesys, agent, clock } = await live((each) => {
      for (let index = 0; index < 200; index++) each.conversations.set(`c-${index}`, `leg-${index}`);
    });
    await clock.advance(61_000);
    expect(agent.snapshot().conversations).toHaveLength(200);
    genesys.conversations.set('c-7', '');
    genesys.notify('c-7', 'disconnected');
    await settle();
    genesys.conversations.set('c-new', 'leg-new');
    genesys.notify('c-new');
    await settle();
    expect(agent.snapshot().conversations).toHaveLength(200);
    expect(agent.conversation('c-7')).toBeUndefined();
    expect(agent.conversation('c-new')).toBeDefined();
    expect(agent.snapshot().lastNotice?.code).toBe('conversations.dropped');
    await agent.close();
  });

  it('pings a silent socket, and takes one that stays silent for lost', async () => {
    const { genesys, agent, clock } = await live();
    await clock.advance(30_000);
    genesys.frame({ topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } });
    await clock.advance(44_900);
    expect(genesys.ports.socket.sent).toEqual([]);
    await clock.advance(200);
    expect(genesys.ports.socket.sent).toEqual([{ message: 'ping' }]);
    genesys.frame({ topicName: 'channel.metadata', eventBody: { message: 'pong' } });
    await clock.advance(30_000);
    expect(agent.snapshot().state).toBe('live');
    await clock.advance(25_100);
    expect(genesys.ports.sockets).toHaveLength(1);
    expect(agent.snapshot().state).toBe('waiting');
    await clock.advance(1_000);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('fails after every attempt was spent', async () => {
    const { genesys, agent, clock } = await live();
    genesys.automatic = false;
    genesys.ports.server = () => new TypeError('fetch failed');
    genesys.ports.socket.drop();
    await clock.advance(3_000_000);
    expect(agent.snapshot()).toMatchObject({ state: 'failed', reason: expect.stringContaining('lost') });
  });

  it('drops what it can not read with a notice', async () => {
    const { genesys, agent } = await live();
    const notices: string[] = [];
    agent.on('notice', ({ code }) => notices.push(code));
    genesys.frame('not json');
    genesys.frame({ topicName: 7 });
    genesys.ports.socket.onmessage?.({ data: new Uint8Array(1) });
    expect(notices).toEqual(['frame.unreadable', 'frame.unreadable', 'frame.unreadable']);
    await agent.close();
  });

  it('closes when the caller gives up while it connects', async () => {
    const genesys = platform((each) => {
      each.automatic = false;
    });
    const agent = genesys.session();
    const controller = new AbortController();
    const connecting = agent.connect({ signal: controller.signal });
    await settle();
    controller.abort();
    expect(await connecting).toMatchObject({ outcome: 'aborted' });
    expect(agent.snapshot().state).toBe('closed');
    const slow = agent.connect();
    await genesys.ports.clock.advance(60_000);
    expect(await slow).toMatchObject({ outcome: 'timeout' });
  });

  it('throws for options that can not be used', () => {
    expect(() => new Platform().session({ token: '' })).toThrow(expect.objectContaining({ code: 'option.invalid' }));
    expect(() => new Platform().session({ hosts: undefined as never })).toThrow(
      expect.objectContaining({ code: 'option.invalid' }),
    );
  });
});
