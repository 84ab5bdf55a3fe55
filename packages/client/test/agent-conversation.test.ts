import { describe, expect, it } from 'vitest';
import { BackchannelError } from '../src/error.ts';
import type { Settled } from '../src/settled.ts';
import { settle } from './support/fake-clock.ts';
import { checkLeaks } from './support/leaks.ts';
import { Platform } from './support/platform.ts';

describe('an agent’s conversation', () => {
  const track = checkLeaks();
  const open = async (prepare: (platform: Platform) => void = () => {}) => {
    const genesys = track(new Platform());
    genesys.conversations.set('c-1', 'leg-1');
    prepare(genesys);
    const agent = genesys.session();
    await agent.connect();
    const conversation = agent.conversation('c-1')!;
    await settle();
    return { genesys, agent, conversation, clock: genesys.ports.clock };
  };
  const at = (time: string, laterMs: number) => new Date(Date.parse(time) + laterMs).toISOString();
  const texts = (conversation: { snapshot(): { messages: readonly { text: string }[] } }) =>
    conversation.snapshot().messages.map(({ text }) => text);

  it('has the messages from before, fetched by their references, without events', async () => {
    const { agent, conversation } = await open((genesys) => {
      genesys.store('inbound', 'one');
      genesys.store('inbound', undefined);
      genesys.store('outbound', 'two');
    });
    expect(conversation.snapshot().messages.map(({ from, text }) => [from, text])).toEqual([
      ['guest', 'one'],
      ['agent', 'two'],
    ]);
    await agent.close();
  });

  it('fetches at most the newest 50 of them', async () => {
    const { genesys, agent, conversation } = await open((genesys) => {
      for (let index = 0; index < 60; index++) genesys.store('inbound', `message ${index}`);
    });
    await settle();
    expect(texts(conversation)).toHaveLength(50);
    expect(texts(conversation)[0]).toBe('message 10');
    genesys.notify('c-1');
    await settle();
    expect(texts(conversation)).toHaveLength(50);
    await agent.close();
  });

  // holds: MESSAGE-BULK
  it('reads many messages in one request, and shows them in the order of their references', async () => {
    const { genesys, agent, conversation } = await open((each) => {
      for (let index = 0; index < 60; index++) each.store('inbound', `message ${index}`);
    });
    const [bulk, ...more] = genesys.requests('/messages/bulk');
    expect(JSON.parse(bulk?.body ?? '')).toHaveLength(50);
    expect(more).toEqual([]);
    expect(genesys.ports.requests.filter(({ method, path }) => method === 'GET' && /m-\d+$/.test(path))).toEqual([]);
    expect(texts(conversation)).toEqual(Array.from({ length: 50 }, (_, index) => `message ${index + 10}`));
    await agent.close();
  });

  it('asks for at most 100 messages at once', async () => {
    const { genesys, agent, conversation } = await open();
    const told: string[] = [];
    agent.on('message', ({ message }) => told.push(message.text));
    for (let index = 0; index < 101; index++) genesys.store('inbound', `message ${index}`);
    genesys.notify('c-1');
    await settle();
    expect(genesys.requests('/messages/bulk').map(({ body }) => JSON.parse(body).length)).toEqual([100]);
    expect(genesys.requests('/m-101')).toHaveLength(1);
    expect(texts(conversation)).toHaveLength(101);
    expect(told).toEqual(texts(conversation));
    await agent.close();
  });

  // holds: MESSAGE-BULK-UNKNOWN
  it('asks one by one for what a request for many leaves out', async () => {
    const { genesys, agent, conversation } = await open();
    const gone = genesys.store('inbound', 'gone');
    genesys.store('inbound', 'here');
    genesys.store('inbound', 'left out');
    genesys.notify('c-1');
    genesys.messages.splice(genesys.messages.indexOf(gone), 1);
    genesys.next.push(({ path }) => {
      if (!path.endsWith('/bulk')) return 'pass';
      const { id, timestamp } = genesys.messages[0]!;
      const message = { id, timestamp, direction: 'inbound', status: 'received', normalizedMessage: { text: 'here' } };
      return { body: { entities: [message] } };
    });
    await settle();
    expect(texts(conversation)).toEqual(['here', 'left out']);
    expect(
      [genesys.requests('/bulk'), genesys.requests('/m-1'), genesys.requests('/m-3')].map(({ length }) => length),
    ).toEqual([1, 1, 1]);
    genesys.notify('c-1');
    await settle();
    expect(genesys.requests('/m-1')).toHaveLength(1);
    await agent.close();
  });

  it('reads one by one what it may not read at once', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.next.push(({ path }) => (path.endsWith('/bulk') ? genesys.refuse(403) : 'pass'));
    genesys.store('inbound', 'one');
    genesys.store('inbound', 'two');
    genesys.notify('c-1');
    await settle();
    expect(texts(conversation)).toEqual(['one', 'two']);
    expect(genesys.requests('/bulk')).toHaveLength(1);
    await agent.close();
  });

  it('asks again a little later for many that could not be read', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.next.push(({ path }) => (path.endsWith('/bulk') ? genesys.refuse(500) : 'pass'));
    genesys.store('inbound', 'one');
    genesys.store('inbound', 'two');
    genesys.notify('c-1');
    await settle();
    expect(texts(conversation)).toEqual([]);
    await clock.advance(5_000);
    expect(texts(conversation)).toEqual(['one', 'two']);
    expect(genesys.requests('/bulk')).toHaveLength(2);
    await agent.close();
  });

  it('tells the guest’s attributes and every participant’s leg', async () => {
    const { genesys, agent, conversation } = await open();
    expect(conversation.snapshot().participants).toMatchObject([
      {
        id: 'participant-guest',
        purpose: 'customer',
        state: 'connected',
        communicationId: 'leg-guest',
        attributes: {},
      },
      { id: 'participant-agent', purpose: 'agent', userId: 'user-1', state: 'connected', communicationId: 'leg-1' },
    ]);
    genesys.frame({
      topicName: 'v2.users.user-1.conversations.messages',
      eventBody: {
        id: 'c-1',
        participants: [
          { id: 'participant-guest', purpose: 'customer', state: 'connected', attributes: { order: '42' } },
          { id: 'participant-agent', purpose: 'agent', state: 'connected', user: { id: 'user-1' } },
        ],
      },
    });
    expect(conversation.snapshot().participants).toMatchObject([
      { communicationId: 'leg-guest', attributes: { order: '42' } },
      { communicationId: 'leg-1', userId: 'user-1' },
    ]);
    await agent.close();
  });

  it('takes a leg that is not over for a participant’s leg, as for its own', async () => {
    const { genesys, agent, conversation } = await open();
    const legs = [
      { id: 'leg-0', state: 'disconnected' },
      { id: 'leg-1', state: 'connected' },
      { id: 'leg-2', state: 'disconnected' },
    ];
    const agents = [
      { id: 'participant-old', purpose: 'agent', endTime: '2026-01-05T10:00:00.000Z', messages: legs.slice(0, 1) },
      { id: 'participant-agent', purpose: 'agent', userId: 'user-1', messages: legs },
    ];
    genesys.next.push(() => ({ body: { id: 'c-1', participants: agents } }));
    await agent.adopt('c-1');
    expect(conversation.snapshot().participants).toMatchObject([
      { communicationId: 'leg-0', state: 'disconnected' },
      { communicationId: conversation.communicationId, state: 'connected' },
    ]);
    await agent.close();
  });

  it('shows a new message of the guest once, however often it is referred to', async () => {
    const { genesys, agent, conversation } = await open();
    const news: string[] = [];
    agent.on('message', ({ message }) => news.push(message.text));
    genesys.store('inbound', 'hello');
    genesys.notify('c-1');
    genesys.notify('c-1');
    await settle();
    genesys.notify('c-1');
    await settle();
    expect(news).toEqual(['hello']);
    expect(genesys.requests('/m-1')).toHaveLength(1);
    expect(texts(conversation)).toEqual(['hello']);
    await agent.close();
  });

  it('reads a message a little later when it could not be read, and gives up after some attempts until the next change', async () => {
    const { genesys, agent, conversation, clock } = await open();
    const broken = ({ path }: { readonly path: string }) => (path.endsWith('/m-1') ? genesys.refuse(500) : 'pass');
    genesys.next.push(broken);
    genesys.store('inbound', 'hello');
    genesys.notify('c-1');
    await settle();
    expect(agent.snapshot().lastNotice?.code).toBe('message.unread');
    await clock.advance(5_000);
    expect(texts(conversation)).toEqual(['hello']);
    genesys.next.push(...Array.from({ length: 4 }, () => () => genesys.refuse(500)));
    genesys.store('inbound', 'again');
    genesys.notify('c-1');
    await clock.advance(30_000);
    expect(genesys.requests('/m-2')).toHaveLength(4);
    genesys.notify('c-1');
    await settle();
    expect(texts(conversation)).toEqual(['hello', 'again']);
    await agent.close();
  });

  it('reads what has no text once, however often it is referred to, and does not take it for news of the guest', async () => {
    const { genesys, agent, conversation } = await open((each) => each.store('inbound', undefined));
    genesys.guestTypes('c-1', 5_000);
    genesys.notify('c-1');
    genesys.notify('c-1');
    await settle();
    expect(genesys.requests('/m-1')).toHaveLength(1);
    expect(conversation.snapshot().guestTyping).toBe(true);
    await agent.close();
  });

  it('does not show its own message twice, whether the answer or the notification is first', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.next.push((request) => {
      if (!request.path.endsWith('/communications/leg-1/messages')) return 'pass';
      const { id, timestamp } = genesys.store('outbound', 'first');
      genesys.notify('c-1');
      return { body: { id, timestamp, direction: 'outbound', status: 'queued', normalizedMessage: { text: 'first' } } };
    });
    expect(await conversation.send('first')).toMatchObject({ outcome: 'sent', value: { id: 'm-1' } });
    expect(await conversation.send('second')).toMatchObject({ outcome: 'sent', value: { id: 'm-2' } });
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot().messages).toMatchObject([
      { id: 'm-1', status: 'sent' },
      { id: 'm-2', status: 'sent' },
    ]);
    expect(genesys.requests('GET /api/v2/conversations/messages/c-1/messages/m-2')).toEqual([]);
    await agent.close();
  });

  it('shows a message as sent that arrived although its answer was lost, and does not send it again', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.next.push(({ path, method }) => {
      if (method !== 'POST' || !path.endsWith('/messages')) return 'pass';
      genesys.store('outbound', 'swallowed');
      return undefined;
    });
    const sending = conversation.send('swallowed');
    await clock.advance(15_000);
    expect(await sending).toMatchObject({ outcome: 'timeout' });
    expect(conversation.snapshot().messages).toMatchObject([{ status: 'failed' }]);
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot().messages).toMatchObject([{ id: 'm-1', status: 'sent' }]);
    expect(genesys.requests('/communications/leg-1/messages')).toHaveLength(1);
    await agent.close();
  });

  it.each([
    ['is something else', { id: 'm-1' }],
    ['is too long', { id: 'x'.repeat(4_000_001) }],
  ])('sends a message whose answer of success %s, and shows it as sent when the platform does', async (_what, body) => {
    const { genesys, agent, conversation } = await open();
    genesys.next.push(({ path, method }) => {
      if (method !== 'POST' || !path.endsWith('/messages')) return 'pass';
      genesys.store('outbound', 'hello');
      return { body };
    });
    const settled = await conversation.send('hello');
    expect(settled).toMatchObject({
      outcome: 'sent',
      reason: expect.stringMatching(/^The platform took it\. POST /),
      error: { code: expect.stringMatching(/^http\.(unreadable|too-large)$/) },
    });
    expect(settled.value).toBeUndefined();
    expect(conversation.snapshot().messages).toMatchObject([{ status: 'sending' }]);
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot().messages).toMatchObject([{ id: 'm-1', text: 'hello', status: 'sent' }]);
    expect(genesys.requests('/communications/leg-1/messages')).toHaveLength(1);
    await agent.close();
  });

  it('has read nothing where the answer to a reading can’t be read', async () => {
    const genesys = track(new Platform());
    const platform = genesys.shared();
    genesys.next.push(() => ({ body: {} }));
    expect(await platform.read('c-1')).toMatchObject({ outcome: 'refused', error: { code: 'http.unreadable' } });
    await platform.close();
  });

  it('sends nothing where it is the answer to the request for a token that can’t be read', async () => {
    const genesys = track(new Platform());
    genesys.conversations.set('c-1', 'leg-1');
    let token: Settled<string> = { outcome: 'sent', reason: 'The token is good.', value: 'good' };
    const agent = genesys.session({ token: { hasUser: true, get: async () => token, rejected: () => false } });
    await agent.connect();
    const error = new BackchannelError('http.unreadable', 'A login page answered.');
    token = { outcome: 'refused', reason: error.message, error };
    expect(await agent.conversation('c-1')?.send('hello')).toMatchObject({ outcome: 'refused', error });
    expect(agent.conversation('c-1')?.snapshot().messages).toMatchObject([{ status: 'failed' }]);
    await agent.close();
  });

  it('signals typing on the agent’s leg at the first key, and at most 12 times in a minute', async () => {
    const { genesys, agent, conversation, clock } = await open();
    conversation.typing.keystroke();
    await settle();
    const [typing] = genesys.requests('/typing');
    expect(typing?.path).toBe('/api/v2/conversations/messages/c-1/communications/leg-1/typing');
    expect(JSON.parse(typing?.body ?? '')).toEqual({ typing: { type: 'On', duration: 5_250 } });
    for (let key = 0; key < 59 * 4; key++) {
      await clock.advance(250);
      conversation.typing.keystroke();
    }
    expect(genesys.requests('/typing').length).toBeLessThanOrEqual(12);
    expect(genesys.requests('/typing').length).toBeGreaterThan(9);
    await agent.close();
  });

  it('gives up a signal whose moment has passed', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.next.push(() => undefined);
    conversation.typing.keystroke();
    await clock.advance(2_000);
    expect(conversation.typing.explain().map(({ why }) => why)).toContain('suppressed:stale');
    await agent.close();
  });

  it('is silent for 30 s after a 429, and messages wait as long as it says', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.next.push(() => genesys.refuse(429, { 'retry-after': '7' }));
    expect(await conversation.send('too fast')).toMatchObject({
      outcome: 'refused',
      retryAfterMs: 7_000,
      error: { platform: { status: 429 } },
    });
    conversation.typing.keystroke();
    await clock.advance(29_000);
    conversation.typing.keystroke();
    await settle();
    expect(genesys.requests('/typing')).toEqual([]);
    const sending = conversation.send('patient');
    await clock.advance(1_000);
    expect((await sending).outcome).toBe('sent');
    await agent.close();
  });

  it('finds its leg again when a message is answered 404, and sends it there', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.conversations.set('c-1', 'leg-2');
    expect(await conversation.send('hello')).toMatchObject({ outcome: 'sent' });
    expect(conversation.communicationId).toBe('leg-2');
    expect(
      genesys
        .requests('/messages')
        .filter(({ method }) => method === 'POST')
        .map(({ path }) => path.split('/')[7]),
    ).toEqual(['leg-1', 'leg-2']);
    await agent.close();
  });

  it('finds its leg again when typing is answered 404, without repeating the signal', async () => {
    const { genesys, agent, conversation, clock } = await open();
    genesys.conversations.set('c-1', 'leg-2');
    const settled: string[] = [];
    agent.on('typingSettled', (each) => settled.push(each.settled.outcome));
    conversation.typing.keystroke();
    await clock.advance(5_500);
    expect(genesys.requests('/typing')).toHaveLength(1);
    conversation.typing.keystroke();
    await settle();
    expect(genesys.requests('/typing').at(-1)?.path).toContain('leg-2');
    expect(settled).toEqual(['refused', 'sent']);
    await agent.close();
  });

  it('finds its leg again when the agent is a new participant', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.conversations.set('c-1', 'leg-2');
    genesys.agentParticipant = 'participant-agent-2';
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot()).toMatchObject({ communicationId: 'leg-2', state: 'connected' });
    await agent.close();
  });

  it('is over when the agent has left: nothing is signalled any more', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.guestTypes('c-1', 20_000);
    genesys.conversations.set('c-1', '');
    genesys.notify('c-1', 'disconnected');
    await settle();
    expect(conversation.snapshot()).toMatchObject({ state: 'disconnected', guestTyping: false });
    conversation.typing.keystroke();
    expect(conversation.typing.explain().at(-1)?.why).toBe('suppressed:no-conversation');
    expect(genesys.requests('/typing')).toEqual([]);
    await agent.close();
  });

  it('shows the guest’s typing for as long as it says, and ends it with the reference to the guest’s message', async () => {
    const { genesys, agent, conversation, clock } = await open();
    const shown: boolean[] = [];
    agent.on('guestTyping', ({ typing }) => shown.push(typing));
    genesys.guestTypes('c-1', 3_000);
    await clock.advance(3_000);
    expect(shown).toEqual([true, false]);
    genesys.guestTypes('c-1');
    genesys.store('inbound', 'hello');
    genesys.next.push(() => undefined);
    genesys.notify('c-1');
    expect(conversation.snapshot()).toMatchObject({ guestTyping: false, messages: [] });
    await clock.advance(15_000);
    await agent.close();
  });

  it('lets the platform’s time decide whether the guest typed before or after the message', async () => {
    const { genesys, agent, conversation, clock } = await open();
    const { timestamp } = genesys.store('inbound', 'one thing');
    genesys.notify('c-1');
    conversation.guestTyped([{ eventType: 'Typing', typing: { type: 'On' } }], at(timestamp, -100));
    expect(conversation.snapshot().guestTyping).toBe(false);
    await clock.advance(100);
    conversation.guestTyped([{ eventType: 'Typing', typing: { type: 'On' } }], at(timestamp, 100));
    expect(conversation.snapshot().guestTyping).toBe(true);
    await agent.close();
  });

  it('is not over with the agent’s own message', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.guestTypes('c-1', 5_000);
    await conversation.send('one moment');
    genesys.notify('c-1');
    await settle();
    expect(conversation.snapshot().guestTyping).toBe(true);
    await agent.close();
  });

  it('gives up a message when the caller does', async () => {
    const { genesys, agent, conversation } = await open();
    genesys.next.push(() => undefined);
    const controller = new AbortController();
    const sending = conversation.send('never mind', { signal: controller.signal });
    await settle();
    controller.abort();
    expect(await sending).toMatchObject({ outcome: 'aborted' });
    await agent.close();
  });

  it.each([
    ['blank', ' '],
    ['4,001 characters', 'x'.repeat(4_001)],
    ['no text', undefined as never],
  ])('throws for %s', async (_, text) => {
    const { agent, conversation } = await open();
    await expect(conversation.send(text)).rejects.toMatchObject({ code: 'text.invalid' });
    await agent.close();
  });

  it('shares 300 requests a minute among all conversations, 200 of them for messages', async () => {
    const { genesys, agent, clock } = await open((each) => {
      for (let index = 2; index <= 30; index++) each.conversations.set(`c-${index}`, `leg-${index}`);
    });
    const all = agent.snapshot().conversations.flatMap(({ id }) => agent.conversation(id) ?? []);
    expect(all).toHaveLength(30);
    for (let second = 0; second < 50; second++) {
      for (const each of all) each.typing.keystroke();
      await clock.advance(1_000);
    }
    expect(genesys.requests('/typing').length).toBeLessThanOrEqual(100);
    expect(genesys.requests('/typing').length).toBeGreaterThan(90);
    await agent.close();
  });
});
