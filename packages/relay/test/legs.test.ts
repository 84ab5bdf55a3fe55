// Real time and real sockets: what is tested here is that the legs and the emulator mean the same wire, over TCP.
import { type Ports, systemPorts } from '@backchannel/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openWsSocket } from '../src/adapters/ws-socket.ts';
import type { Binding } from '../src/domain/binding.ts';
import { PlatformLegs } from '../src/legs/platform-legs.ts';
import { silentLog } from '../src/observe/log.ts';
import { type Genesys, startGenesys } from './support/genesys.ts';
import { Heard } from './support/heard.ts';

/** Two messages a second and a jittered reconnect take some seconds; these bounds only end a test that hangs. */
const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

describe('the legs to Genesys', () => {
  const open: PlatformLegs[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((legs) => legs.close()));
  });

  let bindings = 0;
  const bindingOf = ({ settings }: Genesys, changes: Partial<Binding> = {}): Binding => ({
    id: `binding-${++bindings}`,
    clientId: 'main',
    conversationId: `chat-${bindings}`,
    guest: { kind: 'webmessaging', deploymentId: settings.deploymentId, token: crypto.randomUUID() },
    guestParticipantId: `guest-${bindings}`,
    state: 'open',
    provisioned: false,
    createdAtMs: 0,
    ...changes,
  });
  const legsTo = ({ settings }: Genesys, changes: Partial<Genesys['settings']> = {}, more: Partial<Ports> = {}) => {
    const ports = { ...systemPorts(), openSocket: openWsSocket, ...more };
    const legs = new PlatformLegs({ settings: { ...settings, ...changes }, ports, log: silentLog });
    open.push(legs);
    return legs;
  };
  const linkedTo = async (genesys: Genesys, changes: Partial<Genesys['settings']> = {}, more: Partial<Ports> = {}) => {
    const legs = legsTo(genesys, changes, more);
    const heard = new Heard();
    const binding = bindingOf(genesys);
    const guest = legs.openGuest(binding, heard);
    await vi.waitFor(() => expect(legs.agents(binding.id)).toHaveLength(1), PATIENCE);
    await vi.waitFor(() => expect(guest.state).toBe('live'), PATIENCE);
    return { legs, heard, binding, guest, agent: legs.agents(binding.id)[0]! };
  };

  it('joins by itself, finds the conversation by the link attribute, and carries messages both ways', async () => {
    await using genesys = await startGenesys();
    const { heard, guest, agent, binding } = await linkedTo(genesys);
    const [conversation] = genesys.emulator.conversations();
    expect(heard.links.at(-1)).toMatchObject({
      genesysConversationId: conversation?.id,
      participants: expect.arrayContaining([
        expect.objectContaining({ participant: 'guest', purpose: 'customer', state: 'connected' }),
        expect.objectContaining({ participant: 'queue', purpose: 'acd' }),
        expect.objectContaining({ participant: `agent:${genesys.agentIds[0]}`, purpose: 'agent', state: 'connected' }),
      ]),
    });
    expect(conversation?.participants.find(({ purpose }) => purpose === 'customer')?.attributes).toMatchObject({
      'backchannel.binding': binding.id,
    });

    const linked = heard.links.length;
    const asked = await guest.send('Where is my order?');
    expect(asked).toMatchObject({
      outcome: 'sent',
      mayHaveArrived: false,
      value: { participant: 'guest', text: 'Where is my order?' },
    });
    const answered = await agent.send('Let me look.');
    expect(answered).toMatchObject({ outcome: 'sent', value: { participant: `agent:${agent.userId}` } });
    await vi.waitFor(() => expect(heard.messages).toHaveLength(4), PATIENCE);
    expect(heard.links).toHaveLength(linked);
    // Each is seen by the guest and by the agent, and has an id in common.
    expect(heard.texts).toEqual(['guest: Where is my order?', `agent:${agent.userId}: Let me look.`]);
    for (const { value } of [asked, answered]) {
      const seen = heard.messages.filter(({ platformIds }) =>
        platformIds.some((id) => value?.platformIds.includes(id)),
      );
      expect(seen.map(({ text }) => text)).toEqual([value?.text, value?.text]);
    }
    expect(genesys.emulator.conversations()[0]?.transcript.map(({ text }) => text)).toEqual([
      'Where is my order?',
      'Let me look.',
    ]);
    expect(genesys.refused()).toEqual([]);
  });

  it('shows the agents the guest’s nickname and attributes', async () => {
    await using genesys = await startGenesys();
    const guest = bindingOf(genesys).guest;
    const binding = bindingOf(genesys, { guest: { ...guest, nickname: 'Gus', attributes: { order: 'A-1' } } });
    legsTo(genesys).openGuest(binding, new Heard());
    await vi.waitFor(() => expect(genesys.emulator.conversations()).toHaveLength(1), PATIENCE);
    const [conversation] = genesys.emulator.conversations();
    expect(conversation?.participants.find(({ purpose }) => purpose === 'customer')?.attributes).toEqual({
      nickname: 'Gus',
      order: 'A-1',
      'backchannel.binding': binding.id,
    });
  });

  it('carries typing both ways, and hears both', async () => {
    await using genesys = await startGenesys();
    const { heard, guest, agent } = await linkedTo(genesys);
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'sent' });
    expect(await agent.typing(5_000)).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(heard.typings).toHaveLength(2), PATIENCE);
    expect(heard.typings.toSorted()).toEqual([`agent:${agent.userId} types`, 'guest types']);
    await guest.send('Hello');
    await agent.send('Hi');
    await vi.waitFor(() => expect(heard.typings).toHaveLength(4), PATIENCE);
    expect(genesys.emulator.conversations()[0]?.typing).toMatchObject([{ from: 'guest' }, { from: 'agent' }]);
    expect(genesys.refused()).toEqual([]);
  });

  it('tells what is said and typed at a desktop of Genesys’s own', async () => {
    await using genesys = await startGenesys();
    const { heard, guest } = await linkedTo(genesys);
    await guest.send('Hello');
    await using desktop = genesys.desktop(0);
    await desktop.connect();
    const conversation = desktop.conversation(heard.links.at(-1)!.genesysConversationId)!;
    conversation.typing.keystroke();
    await vi.waitFor(() => expect(heard.typings).toEqual([`agent:${genesys.agentIds[0]} types`]), PATIENCE);
    await conversation.send('Ana here.');
    await vi.waitFor(
      () => expect(heard.texts).toEqual(['guest: Hello', `agent:${genesys.agentIds[0]}: Ana here.`]),
      PATIENCE,
    );
    expect(heard.typings.at(-1)).toBe(`agent:${genesys.agentIds[0]} stops`);
  });

  it('finds the agent’s leg again after a transfer, and no longer counts who has left', async () => {
    await using genesys = await startGenesys();
    const { legs, heard, binding, guest, agent } = await linkedTo(genesys);
    await guest.send('Hello');
    await using desktop = genesys.desktop(0);
    await desktop.connect();
    const other = genesys.agentIds[1]!;
    await desktop.conversation(heard.links.at(-1)!.genesysConversationId)!.transfer({ userId: other });
    await vi.waitFor(() => expect(legs.agents(binding.id).map(({ userId }) => userId)).toEqual([other]), PATIENCE);
    expect(agent.state).toBe('disconnected');
    expect(legs.agent(binding.id, agent.userId)?.state).toBe('disconnected');
    expect(await agent.typing(5_000)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(await agent.send('I am gone')).toMatchObject({
      outcome: 'suppressed:no-conversation',
      mayHaveArrived: false,
    });
    const second = legs.agents(binding.id)[0]!;
    expect(await second.typing(5_000)).toMatchObject({ outcome: 'sent' });
    expect(await second.send('Ben here.')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(heard.texts).toEqual(['guest: Hello', `agent:${other}: Ben here.`]), PATIENCE);
    expect(heard.links.at(-1)?.participants.filter(({ purpose }) => purpose === 'agent')).toMatchObject([
      { userId: agent.userId, state: 'disconnected' },
      { userId: other, state: 'connected', communicationId: expect.any(String) },
    ]);

    await using back = genesys.desktop(1);
    await back.connect();
    await back.conversation(heard.links.at(-1)!.genesysConversationId)!.transfer({ userId: agent.userId });
    await vi.waitFor(() => expect(agent.state).toBe('connected'), PATIENCE);
    expect(await agent.send('Ana again.')).toMatchObject({ outcome: 'sent' });
  });

  it('goes on with the next conversation of the session when all agents have left', async () => {
    await using genesys = await startGenesys({ deployment: { conversationDisconnect: 'Send' } });
    const { legs, heard, binding, guest, agent } = await linkedTo(genesys);
    await guest.send('Hello');
    const first = heard.links.at(-1)!.genesysConversationId;
    await using desktop = genesys.desktop(0);
    await desktop.connect();
    await desktop.conversation(first)!.leave();
    await vi.waitFor(() => expect(legs.agents(binding.id)).toEqual([]), PATIENCE);
    expect(heard.ends).toEqual([]);
    expect(await guest.send('One more thing')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(legs.agents(binding.id)).toHaveLength(1), PATIENCE);
    expect(heard.links.at(-1)?.genesysConversationId).not.toBe(first);
    expect(legs.counts).toEqual({ live: 1, queued: 0, linked: 1, relinking: 0 });
    expect(agent.state).toBe('disconnected');
  });

  it('is over when Genesys lets the guest write no more', async () => {
    await using genesys = await startGenesys({ deployment: { conversationDisconnect: 'ReadOnly' } });
    const { heard, guest } = await linkedTo(genesys);
    await guest.send('Hello');
    genesys.emulator.disconnect(heard.links.at(-1)!.genesysConversationId);
    await vi.waitFor(() => expect(heard.ends).toHaveLength(1), PATIENCE);
    expect(heard.ends[0]).toMatch(/may not write/);
    expect(await guest.send('Hello?')).toMatchObject({ outcome: 'offline', mayHaveArrived: false });
  });

  it('comes back after a cut, tells what was missed, and loses no message', async () => {
    await using genesys = await startGenesys();
    const { heard, guest, agent } = await linkedTo(genesys);
    await guest.send('Hello');
    await vi.waitFor(() => expect(heard.texts).toHaveLength(1), PATIENCE);
    genesys.emulator.cut('all');
    await vi.waitFor(() => expect(heard.states.map(({ state }) => state)).toContain('waiting'), PATIENCE);
    expect(await agent.send('Still there?')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(heard.state).toBe('live'), PATIENCE);
    await vi.waitFor(
      () => expect(heard.texts).toEqual(['guest: Hello', `agent:${agent.userId}: Still there?`]),
      PATIENCE,
    );
    expect(await guest.send('Yes')).toMatchObject({ outcome: 'sent' });
    expect(genesys.refused()).toEqual([]);
  });

  it('resumes with the same token after the relay was restarted, and tells what was said meanwhile', async () => {
    await using genesys = await startGenesys();
    const before = await linkedTo(genesys);
    await before.guest.send('Hello');
    const genesysConversationId = before.heard.links.at(-1)!.genesysConversationId;
    await before.legs.close();
    expect(before.guest.state).toBe('closed');
    await using desktop = genesys.desktop(0);
    await desktop.connect();
    await desktop.conversation(genesysConversationId)!.send('Anybody there?');

    const legs = legsTo(genesys);
    const heard = new Heard();
    const guest = legs.openGuest({ ...before.binding, genesysConversationId }, heard);
    await vi.waitFor(() => expect(heard.texts).toHaveLength(2), PATIENCE);
    await vi.waitFor(() => expect(guest.state).toBe('live'), PATIENCE);
    expect(heard.texts[0]).toBe('guest: Hello');
    await vi.waitFor(() => expect(legs.agents(before.binding.id)).toHaveLength(1), PATIENCE);
    expect(await guest.send('Yes')).toMatchObject({ outcome: 'sent' });
    expect(await legs.agents(before.binding.id)[0]!.send('Good.')).toMatchObject({ outcome: 'sent' });
    expect(genesys.emulator.conversations()).toHaveLength(1);
    expect(await guest.history()).toMatchObject({
      outcome: 'sent',
      value: [{ text: 'Hello' }, { text: 'Anybody there?' }, { text: 'Yes' }, { text: 'Good.' }],
    });
  });

  it('never takes its session back from another connection that took it', async () => {
    await using genesys = await startGenesys({ limits: { guestConnectionsPerSession: 1 } });
    const { heard, guest, binding, legs } = await linkedTo(genesys);
    const elsewhere = legsTo(genesys);
    elsewhere.openGuest(binding, new Heard());
    await vi.waitFor(() => expect(heard.ends).toHaveLength(1), PATIENCE);
    expect(heard.ends[0]).toMatch(/Another connection/);
    expect(guest.state).toBe('closed');
    expect(legs.agents(binding.id)).toEqual([]);
    expect(await guest.typing(5_000)).toMatchObject({ outcome: 'offline' });
  });

  it('links by the integrator’s word where no attribute tells', async () => {
    await using genesys = await startGenesys({ switches: { attributesOnCustomer: false } });
    const legs = legsTo(genesys);
    const heard = new Heard();
    const binding = bindingOf(genesys);
    const guest = legs.openGuest(binding, heard);
    await vi.waitFor(() => expect(guest.state).toBe('live'), PATIENCE);
    await guest.send('Hello');
    const [conversation] = genesys.emulator.conversations();
    expect(heard.messages).toHaveLength(1);
    await vi.waitFor(async () => {
      expect(await legs.link(binding.id, conversation!.id)).toMatchObject({ outcome: 'sent' });
    }, PATIENCE);
    expect(heard.links.at(-1)?.genesysConversationId).toBe(conversation?.id);
    // The agent's side tells what was said before.
    await vi.waitFor(() => expect(heard.messages).toHaveLength(2), PATIENCE);
    expect(heard.texts).toEqual(['guest: Hello']);
    expect(await legs.agents(binding.id)[0]?.send('Hi')).toMatchObject({ outcome: 'sent' });
    expect(await legs.link(binding.id, crypto.randomUUID())).toMatchObject({ outcome: 'refused' });
    expect(await legs.link('nobody', conversation!.id)).toMatchObject({ outcome: 'suppressed:no-conversation' });
  });

  it('links an announced conversation as soon as an agent is in it', async () => {
    await using genesys = await startGenesys({
      switches: { attributesOnCustomer: false, routeToFirstAgent: false },
    });
    const legs = legsTo(genesys);
    const heard = new Heard();
    const binding = bindingOf(genesys);
    legs.openGuest(binding, heard);
    await vi.waitFor(() => expect(genesys.emulator.conversations()).toHaveLength(1), PATIENCE);
    const [conversation] = genesys.emulator.conversations();
    expect(await legs.link(binding.id, conversation!.id)).toMatchObject({ outcome: 'suppressed:no-conversation' });
    expect(legs.agents(binding.id)).toEqual([]);
    const [userId] = genesys.agentIds;
    await genesys.assign(conversation!.id, userId!);
    await vi.waitFor(() => expect(legs.agents(binding.id).map((each) => each.userId)).toEqual([userId]), PATIENCE);
  });

  it('reports what will never be taken, and what was refused for now', async () => {
    await using genesys = await startGenesys();
    const { guest, agent } = await linkedTo(genesys);
    const tooLong = 'x'.repeat(5_000);
    expect(await guest.send(tooLong)).toMatchObject({ outcome: 'refused', final: true, mayHaveArrived: false });
    expect(await agent.send(tooLong)).toMatchObject({ outcome: 'refused', final: true, mayHaveArrived: false });
    genesys.emulator.faults.add({
      operation: 'postConversationsMessageCommunicationMessages',
      first: 1,
      effect: 'status',
      status: 503,
    });
    expect(await agent.send('Hello')).toMatchObject({ outcome: 'refused', final: false, mayHaveArrived: true });
    genesys.emulator.faults.add({
      operation: 'postConversationsMessageCommunicationMessages',
      status: 429,
      retryAfterSeconds: 1,
    });
    expect(await agent.send('Hello')).toMatchObject({
      outcome: 'refused',
      retryAfterMs: 1_000,
      final: false,
      mayHaveArrived: false,
    });
  });

  it('says that a message whose copy is lost may have arrived, and the history tells', async () => {
    await using genesys = await startGenesys();
    const { guest } = await linkedTo(genesys);
    genesys.emulator.faults.add({ frame: 'text', direction: 'out', first: 1, effect: 'drop' });
    const sending = guest.send('Hello');
    await vi.waitFor(() => expect(genesys.emulator.conversations()[0]?.transcript).toHaveLength(1), PATIENCE);
    await guest.close();
    expect(await sending).toMatchObject({ outcome: 'offline', mayHaveArrived: true, final: false });
    expect(await guest.history()).toMatchObject({ outcome: 'offline' });
  });

  it('leaves conversations alone that are none of its own, at the cost of one request each', async () => {
    await using genesys = await startGenesys();
    const { heard } = await linkedTo(genesys);
    const stranger = legsTo(genesys, { client: undefined });
    const other = new Heard();
    const guest = stranger.openGuest(bindingOf(genesys), other);
    await vi.waitFor(() => expect(guest.state).toBe('live'), PATIENCE);
    for (const text of ['One', 'Two', 'Three']) await guest.send(text);
    const [, conversation] = genesys.emulator.conversations();
    const asked = genesys.emulator.journal
      .entries({ surface: 'rest', direction: 'in' })
      .filter(
        ({ payload, conversationId }) =>
          conversationId === conversation?.id || JSON.stringify(payload)?.includes(conversation!.id),
      );
    expect(asked.map(({ kind }) => kind)).toEqual([expect.stringMatching(/^GET/)]);
    expect(heard.texts).toEqual([]);
    expect(await stranger.link('any', conversation!.id)).toMatchObject({ outcome: 'unsupported' });
  });

  it('gives a conversation to no other binding by a word, whether it was found already or not', async () => {
    await using genesys = await startGenesys({ switches: { routeToFirstAgent: false } });
    const legs = legsTo(genesys);
    const [heard, second] = [new Heard(), new Heard()];
    const [binding, other] = [bindingOf(genesys), bindingOf(genesys)];
    const guest = legs.openGuest(binding, heard);
    legs.openGuest(other, second);
    await vi.waitFor(() => expect(guest.state).toBe('live'), PATIENCE);
    await guest.send('Hello');
    const hasSaid = () => genesys.emulator.conversations().find(({ transcript }) => transcript.length > 0);
    const { id } = (await vi.waitFor(() => hasSaid() ?? expect.fail('nothing was said yet'), PATIENCE))!;
    // No agent is in it yet, so only its attribute tells whose it is.
    expect(await legs.link(other.id, id)).toMatchObject({ outcome: 'refused' });
    await genesys.assign(id, genesys.agentIds[0]!);
    await vi.waitFor(() => expect(legs.agents(binding.id)).toHaveLength(1), PATIENCE);
    expect(await legs.link(other.id, id)).toMatchObject({ outcome: 'refused' });
    expect(legs.agents(other.id)).toEqual([]);
    expect(second.links).toEqual([]);
    expect(second.texts).toEqual([]);
    expect(await legs.agents(binding.id)[0]?.send('Hi')).toMatchObject({ outcome: 'sent' });
    expect(await legs.link(binding.id, id)).toMatchObject({ outcome: 'sent' });
  });

  it('says before anything is opened what no guest can be opened with', async () => {
    await using genesys = await startGenesys();
    const legs = legsTo(genesys);
    const guestWith = (guest: Partial<Binding['guest']>) => {
      const binding = bindingOf(genesys);
      return () => legs.checkGuest({ ...binding, guest: { ...binding.guest, ...guest } });
    };
    expect(guestWith({})).not.toThrow();
    expect(guestWith({ attributes: { note: 'x'.repeat(2_048) } })).toThrow('attributes.invalid');
    // The nickname and the link are attributes too.
    expect(guestWith({ attributes: { note: 'x'.repeat(1_920) }, nickname: 'y'.repeat(100) })).toThrow(
      'attributes.invalid',
    );
    expect(guestWith({ deploymentId: '' })).toThrow('option.invalid');
  });

  it('says that Genesys has a message whose answer tells no ids, and both sides show it', async () => {
    await using genesys = await startGenesys();
    const unread: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init);
      const isMessage = init?.method === 'POST' && /\/communications\/[^/]+\/messages$/.test(String(input));
      return isMessage && answer.ok ? new Response('{"id":"m"}', { status: answer.status }) : answer;
    };
    const { agent, heard } = await linkedTo(genesys, {}, { fetch: unread });
    const sent = await agent.send('Hello once');
    expect(sent).toMatchObject({ outcome: 'sent', final: false, mayHaveArrived: false });
    expect(sent.value).toBeUndefined();
    await vi.waitFor(() => expect(heard.messages).toHaveLength(2), PATIENCE);
    expect(heard.texts).toEqual([`agent:${agent.userId}: Hello once`]);
  });

  it('says so when Genesys refuses a message for good', async () => {
    await using genesys = await startGenesys();
    const { agent } = await linkedTo(genesys);
    genesys.emulator.faults.add({ operation: 'postConversationsMessageCommunicationMessages', status: 400 });
    expect(await agent.send('Never said')).toMatchObject({ outcome: 'refused', final: true });
  });

  it('begins anew when Genesys has forgotten everything, under the same binding', async () => {
    const before = await startGenesys();
    const { legs, heard, binding, guest } = await linkedTo(before);
    expect(await guest.send('Hello')).toMatchObject({ outcome: 'sent' });
    const port = Number(new URL(before.emulator.url).port);
    await before.emulator.close();
    await vi.waitFor(() => expect(heard.state).not.toBe('live'), PATIENCE);
    await using after = await startGenesys({ port });
    await vi.waitFor(() => expect(heard.state).toBe('live'), PATIENCE);
    expect(heard.ends).toEqual([]);
    expect(await guest.send('Hello again')).toMatchObject({ outcome: 'sent' });
    await vi.waitFor(() => expect(legs.agents(binding.id)).toHaveLength(1), PATIENCE);
    const [agent] = legs.agents(binding.id);
    await vi.waitFor(async () => expect(await agent?.send('Hi')).toMatchObject({ outcome: 'sent' }), PATIENCE);
    expect(after.emulator.conversations()[0]?.transcript.map(({ text }) => text)).toEqual(['Hello again', 'Hi']);
  });
});
