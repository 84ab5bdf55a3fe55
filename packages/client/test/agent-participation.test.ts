// Real time and real sockets: who takes part in conversations, and what becomes of messages, between the client and the
// emulator over TCP. The bounds only end a test that hangs.
import { hostsAt } from '@backchannel/client';
import { type AgentConversation, AgentSession, type AgentSessionOptions } from '@backchannel/client/agent';
import { GuestSession } from '@backchannel/client/guest';
import { type Emulator, type EmulatorOptions, startEmulator } from '@backchannel/emulator';
import { afterEach, describe, expect, it, vi } from 'vitest';

const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

const until = (expectation: () => void): Promise<void> => vi.waitFor(expectation, PATIENCE);

describe('an agent among others', () => {
  const closing: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of closing.splice(0).reverse()) await each.close();
  });
  const keep = <Each extends { close(): Promise<void> }>(each: Each): Each => {
    closing.push(each);
    return each;
  };

  const start = async (options: EmulatorOptions = {}): Promise<Emulator> =>
    keep(await startEmulator({ port: 0, seed: 11, ...options }));
  const agentOf = async (genesys: Emulator, index: number, more: Partial<AgentSessionOptions> = {}) => {
    const agent = keep(
      new AgentSession({ hosts: hostsAt(genesys.url), token: genesys.info.agents[index]!.token, ...more }),
    );
    await agent.connect();
    return agent;
  };
  const guestOf = async (genesys: Emulator) => {
    const guest = keep(new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId }));
    await guest.connect();
    return guest;
  };
  const texts = (conversation: AgentConversation) => conversation.snapshot().messages.map(({ text }) => text);

  it('has several conversations at once, each with its own messages and typing', async () => {
    const genesys = await start();
    const agent = await agentOf(genesys, 0);
    const [one, two] = [await guestOf(genesys), await guestOf(genesys)];
    await one.send('I am the first');
    const first = await agent.nextConversation();
    await two.send('I am the second');
    const second = await agent.nextConversation();
    await until(() => expect([texts(first), texts(second)]).toEqual([['I am the first'], ['I am the second']]));
    two.typing.keystroke();
    await until(() => expect(second.snapshot().guestTyping).toBe(true));
    expect(first.snapshot().guestTyping).toBe(false);
    await first.send('Hello, first');
    await until(() => expect(one.snapshot().messages.at(-1)?.text).toBe('Hello, first'));
    expect(two.snapshot().messages).toHaveLength(1);
    expect(agent.snapshot().conversations).toHaveLength(2);
  });

  // holds: TRANSFER
  it('hands a conversation on and gets it back, with its new communication found each time', async () => {
    const genesys = await start();
    const [ana, ben] = [await agentOf(genesys, 0), await agentOf(genesys, 1)];
    const guest = await guestOf(genesys);
    await guest.send('Who are you?');
    const anas = await ana.nextConversation();
    const before = anas.communicationId;
    expect(await anas.transfer({ userId: genesys.info.agents[1]!.id })).toMatchObject({ outcome: 'sent' });
    expect(anas.snapshot().state).toBe('disconnected');
    const bens = await ben.nextConversation();
    expect(bens.id).toBe(anas.id);
    await until(() => expect(texts(bens)).toEqual(['Who are you?']));
    expect(await anas.send('Still me?')).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(await bens.send('Ben here.')).toMatchObject({ outcome: 'sent' });
    guest.typing.keystroke();
    await until(() => expect(bens.snapshot().guestTyping).toBe(true));
    expect(anas.snapshot().guestTyping).toBe(false);

    expect(await bens.transfer({ userId: genesys.info.agents[0]!.id })).toMatchObject({ outcome: 'sent' });
    await until(() => expect(anas.snapshot().state).toBe('connected'));
    expect(anas.communicationId).not.toBe(before);
    expect(await anas.send('Ana again.')).toMatchObject({ outcome: 'sent' });
    anas.typing.keystroke();
    await until(() =>
      expect(
        guest
          .snapshot()
          .messages.map(({ text }) => text)
          .at(-1),
      ).toBe('Ana again.'),
    );
    const agents = anas.snapshot().participants.filter(({ purpose }) => purpose === 'agent');
    expect(agents.map(({ name, state }) => [name, state])).toEqual([
      ['Ana Lima', 'disconnected'],
      ['Ben Okafor', 'disconnected'],
      ['Ana Lima', 'connected'],
    ]);
  });

  // holds: PARTICIPANT-ATTRIBUTES
  it('sets attributes of the guest, which another agent’s application sees', async () => {
    const genesys = await start();
    const agent = await agentOf(genesys, 0);
    const watching = await agentOf(genesys, 0);
    const guest = await guestOf(genesys);
    await guest.send('Hello');
    const [mine, seen] = [await agent.nextConversation(), await watching.nextConversation()];
    const attributesIn = (conversation: AgentConversation) =>
      conversation.snapshot().participants.find(({ purpose }) => purpose === 'customer')?.attributes;
    expect(await mine.setAttributes({ order: '42' })).toMatchObject({ outcome: 'sent' });
    expect(attributesIn(mine)).toEqual({ order: '42' });
    await until(() => expect(attributesIn(seen)).toEqual({ order: '42' }));
    await expect(mine.setAttributes({ order: 42 } as never)).rejects.toMatchObject({ code: 'attributes.invalid' });
    await expect(mine.transfer({ userId: '' })).rejects.toMatchObject({ code: 'option.invalid' });
  });

  // holds: PARTICIPANT-STATE
  it('answers what alerts before it can speak, and leaves', async () => {
    const genesys = await start({ switches: { agentsAnswerAtOnce: false } });
    const agent = await agentOf(genesys, 0);
    const guest = await guestOf(genesys);
    await guest.send('Anybody?');
    const conversation = await agent.nextConversation();
    expect(conversation.snapshot().state).toBe('alerting');
    expect(await conversation.send('Yes?')).toMatchObject({
      outcome: 'suppressed:no-conversation',
      reason: expect.stringContaining('answer()'),
    });
    expect(await conversation.answer()).toMatchObject({ outcome: 'sent' });
    expect(conversation.snapshot().state).toBe('connected');
    expect(await conversation.answer()).toMatchObject({ outcome: 'coalesced' });
    expect(await conversation.send('Yes?')).toMatchObject({ outcome: 'sent' });
    expect(await conversation.leave()).toMatchObject({ outcome: 'sent' });
    expect(conversation.snapshot().state).toBe('disconnected');
    expect(await conversation.leave()).toMatchObject({ outcome: 'coalesced' });
  });

  // holds: AGENT-MESSAGE-STATUS, AGENT-MESSAGE-UNDELIVERED
  it('tells what became of its messages: delivered, waiting for the guest, failed with the reason', async () => {
    const genesys = await start({ deployment: { sessionDurationSeconds: 600 } });
    const agent = await agentOf(genesys, 0);
    const guest = await guestOf(genesys);
    await guest.send('Hello');
    const conversation = await agent.nextConversation();
    const deliveries: string[] = [];
    agent.on('delivery', ({ message }) => deliveries.push(`${message.text} ${message.delivery}`));
    await conversation.send('With you');
    await until(() => expect(conversation.snapshot().messages.at(-1)?.delivery).toBe('delivered'));
    await guest.close();
    await until(() => expect(genesys.journal.entries().at(-1)).toMatchObject({ surface: 'guest', kind: 'closed' }));
    await conversation.send('Are you there?');
    await until(() => expect(conversation.snapshot().messages.at(-1)?.delivery).toBe('sent'));
    genesys.clock.freeze();
    await genesys.clock.advance(600_000);
    await until(() =>
      expect(conversation.snapshot().messages.at(-1)).toMatchObject({
        status: 'sent',
        delivery: 'failed',
        deliveryReason: expect.stringContaining('session of the guest ended'),
      }),
    );
    expect(agent.snapshot().lastNotice?.code).toBe('message.failed');
    expect(deliveries.filter((each) => each.endsWith('delivered'))).toEqual(['With you delivered']);
    expect(conversation.snapshot().messages).toBe(conversation.snapshot().messages);
  });

  // holds: NOTIFY-CLOSING
  it('moves to a new socket of the same channel when the platform announces the end of the old one, and misses nothing', async () => {
    const genesys = await start();
    const agent = await agentOf(genesys, 0);
    const guest = await guestOf(genesys);
    await guest.send('One');
    const conversation = await agent.nextConversation();
    const opened = () =>
      genesys.journal.entries().filter(({ surface, kind }) => surface === 'notifications' && kind === 'open').length;
    expect(genesys.retireNotifications()).toBe(1);
    await guest.send('Two');
    await until(() => expect(opened()).toBe(2));
    await guest.send('Three');
    await until(() => expect(texts(conversation)).toEqual(['One', 'Two', 'Three']));
    expect(agent.snapshot().state).toBe('live');
    expect(genesys.journal.entries().filter(({ kind }) => kind === 'POST …/channels').length).toBe(2);
  });
});
