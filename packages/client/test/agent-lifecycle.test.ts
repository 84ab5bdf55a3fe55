// Each of these was a bug that a review found: sessions that came to life again after close(), and conversations of another
// time that were taken for the present one.
import { AGENT_CONNECT_TIMEOUT_MS } from '@backchannel/client/agent';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

describe('the life of an agent’s session', () => {
  const track = checkLeaks();
  /** Lets everything pass until a request to this path comes; that one is never answered. */
  const hang = (suffix: string) => (request: { readonly method: string; readonly path: string }) =>
    request.method === 'POST' && request.path.endsWith(suffix) ? undefined : ('pass' as const);
  const open = async () => {
    const genesys = track(new Platform());
    genesys.conversations.set('c-1', 'leg-1');
    const agent = genesys.session();
    await agent.connect();
    await settle();
    return { genesys, agent, conversation: agent.conversation('c-1')!, clock: genesys.ports.clock };
  };

  it('stays closed when it is closed while it connects, whatever comes back afterwards', async () => {
    const genesys = track(new Platform());
    const agent = genesys.session();
    const states: string[] = [];
    agent.on('state', (state) => states.push(state));
    const connecting = agent.connect();
    await agent.close();
    expect(await connecting).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringContaining('It was closed here'),
    });
    await settle();
    expect(states).toEqual(['connecting', 'closed']);
    expect(genesys.ports.sockets.every(({ readyState }) => readyState >= 2)).toBe(true);
  });

  it('makes one attempt however often it is asked to connect, and tells everybody how it ended', async () => {
    const genesys = track(new Platform());
    const agent = genesys.session();
    const outcomes = (await Promise.all([agent.connect(), agent.connect()])).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['sent', 'sent']);
    expect(genesys.ports.sockets).toHaveLength(1);
    expect(await agent.connect()).toMatchObject({ outcome: 'coalesced' });
    await agent.close();
    await settle();
    expect(genesys.ports.sockets[0]?.readyState).toBeGreaterThanOrEqual(2);
  });

  it('lets who gives up waiting for another’s attempt go, and goes on', async () => {
    const genesys = track(new Platform());
    const agent = genesys.session();
    const giveUp = new AbortController();
    const both = Promise.all([agent.connect(), agent.connect({ signal: giveUp.signal })]);
    giveUp.abort();
    expect((await both).map(({ outcome }) => outcome)).toEqual(['sent', 'aborted']);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('can be connected at once after a close, and the old attempt changes nothing any more', async () => {
    const genesys = track(new Platform());
    // The first request for subscriptions is never answered.
    genesys.next.push(hang('/subscriptions'));
    const agent = genesys.session();
    const old = agent.connect();
    await settle();
    await agent.close();
    expect(await agent.connect()).toMatchObject({ outcome: 'sent' });
    expect(await old).toMatchObject({ outcome: 'aborted' });
    await genesys.ports.clock.advance(AGENT_CONNECT_TIMEOUT_MS - 1);
    genesys.frame({ topicName: 'channel.metadata', eventBody: { message: 'WebSocket Heartbeat' } });
    await genesys.ports.clock.advance(1);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('neither types nor sends once it is closed', async () => {
    const { genesys, agent, conversation, clock } = await open();
    await agent.close();
    const before = genesys.ports.requests.length;
    conversation.typing.keystroke();
    expect(await conversation.send('Anybody?')).toMatchObject({ outcome: 'offline' });
    expect(await conversation.leave()).toMatchObject({ outcome: 'offline' });
    await clock.advance(10_000);
    expect(genesys.ports.requests).toHaveLength(before);
    expect(conversation.snapshot().messages).toEqual([]);
  });

  it('settles what is on its way when it closes, without waiting for the network', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.next.push(hang('/messages'));
    const sending = conversation.send('Hello?');
    await settle();
    await agent.close();
    expect(await sending).toMatchObject({ outcome: 'aborted' });
    expect(conversation.snapshot().messages).toMatchObject([{ text: 'Hello?', status: 'failed' }]);
  });

  it('reads a conversation afresh that comes back under the same id after the platform listed it no more', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.store('inbound', 'before');
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot().messages.map(({ text }) => text)).toEqual(['before']);
    genesys.messages.length = 0;
    genesys.conversations.clear();
    genesys.ports.socket.drop();
    await clock.advance(60_000);
    expect(agent.conversation('c-1')).toBeUndefined();
    expect(conversation.snapshot().state).toBe('disconnected');
    genesys.conversations.set('c-1', 'leg-1');
    genesys.store('inbound', 'after');
    genesys.notify('c-1');
    await settle();
    const again = await agent.nextConversation();
    expect(again).not.toBe(conversation);
    await settle();
    expect(again.snapshot().messages.map(({ text }) => text)).toEqual(['after']);
    await agent.close();
  });

  it.each([404, 409])(
    'finds its leg again when the one it knows is answered %i, and sends once through the new one',
    async (status) => {
      const { genesys, agent, conversation } = await open();
      genesys.conversations.set('c-1', 'leg-2');
      genesys.next.push(({ method, path }) =>
        method === 'POST' && path.includes('/leg-1/') ? genesys.refuse(status) : 'pass',
      );
      expect(await conversation.send('Hello?')).toMatchObject({ outcome: 'sent' });
      expect(conversation.communicationId).toBe('leg-2');
      expect(genesys.messages.map(({ text }) => text)).toEqual(['Hello?']);
      await agent.close();
    },
  );

  // holds: NOTIFY-SYSTEM
  it.each([
    ['v2.system.no_longer_subscribed.channel-1', 'another_channel_subscribed'],
    ['v2.system.token_revoked.user-1', 'user_tokens_revoked'],
  ])('after %s makes a new channel at once: the old address leads nowhere', async (topicName, reason) => {
    const { genesys, agent, clock } = await open();
    genesys.frame({ topicName, eventBody: { reason } });
    await clock.advance(5_000);
    expect(genesys.ports.sockets.map(({ url }) => url.split('/').at(-1))).toEqual(['channel-1', 'channel-2']);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });

  it('takes a socket that cannot even be made for a loss like any other, once it had one', async () => {
    const genesys = track(new Platform());
    const { openSocket } = genesys.ports;
    let broken = false;
    const agent = genesys.session({
      ports: {
        ...genesys.ports,
        fetch: genesys.ports.fetch,
        openSocket: (url: string) => {
          if (broken) throw new Error('blocked by policy');
          return openSocket(url);
        },
      } as never,
    });
    await agent.connect();
    broken = true;
    genesys.ports.socket.drop();
    await genesys.ports.clock.advance(3_000);
    expect(agent.snapshot()).toMatchObject({ state: 'waiting', reason: expect.stringContaining('blocked by policy') });
    broken = false;
    await genesys.ports.clock.advance(60_000);
    expect(agent.snapshot().state).toBe('live');
    await agent.close();
  });
});
