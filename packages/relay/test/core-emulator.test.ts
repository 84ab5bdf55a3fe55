// Real time and real sockets: what is tested here is that the relay, its legs and the emulator mean the same.
import { systemPorts } from '@backchannel/client';
import { afterEach, expect, it, vi } from 'vitest';
import { openWsSocket } from '../src/adapters/ws-socket.ts';
import { Relay } from '../src/core/relay.ts';
import type { RelayEvent } from '../src/domain/event.ts';
import { PlatformLegs } from '../src/legs/platform-legs.ts';
import { silentLog } from '../src/observe/log.ts';
import { noMetrics } from '../src/observe/metrics.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import type { Store } from '../src/store/store.ts';
import { Connection } from './support/connection.ts';
import { client, words } from './support/core.ts';
import { type Genesys, startGenesys } from './support/genesys.ts';
import { relaySettings } from './support/relay-settings.ts';

/** Two messages a second and a jittered reconnect take some seconds; these bounds only end a test that hangs. */
const PATIENCE = { timeout: 10_000, interval: 10 };
vi.setConfig({ testTimeout: 30_000 });

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function startRelayAt(genesys: Genesys, store: Store = new MemoryStore()) {
  const ports = { ...systemPorts(), openSocket: openWsSocket };
  const settings = relaySettings({ genesys: genesys.settings, provisioning: 'automatic' });
  const legs = new PlatformLegs({ settings: settings.genesys, ports, log: silentLog });
  const relay = new Relay({ store, legs, settings, ports, log: silentLog, metrics: noMetrics });
  await relay.start();
  let ended: Promise<void> | undefined;
  const end = () => (ended ??= relay.stop().then(() => legs.close()));
  ends.push(end);
  return { relay, end, legs };
}

const c1 = { id: 'c1' } as const;

async function linkedTo(genesys: Genesys, store?: Store) {
  const { relay, end, legs } = await startRelayAt(genesys, store);
  const events: RelayEvent[] = [];
  await relay.subscribe(client(), { event: (event) => events.push(event) });
  const view = async () => relay.conversation(client(), c1, { provision: true });
  await vi.waitFor(async () => {
    const { participants, guestLeg } = await view();
    expect(guestLeg.state).toBe('live');
    expect(participants.filter(({ purpose, state }) => purpose === 'agent' && state === 'connected')).toHaveLength(1);
  }, PATIENCE);
  const agent = `agent:${genesys.agentIds[0]}`;
  const type = (participant: string, typing = true) =>
    relay.typing(client(), { conversation: c1, participant, typing, durationMs: 5_000 });
  const say = (participant: string, text: string) => relay.message(client(), { conversation: c1, participant, text });
  return { relay, end, legs, events, view, agent, type, say };
}

const transcript = ({ emulator }: Genesys) => emulator.conversations()[0]?.transcript.map(({ text }) => text);

it('an unknown id is provisioned and linked; messages of both sides arrive once and are logged once', async () => {
  await using genesys = await startGenesys();
  const { relay, events, view, agent, say } = await linkedTo(genesys);
  const [first, second, third] = [await say('guest', 'One'), await say(agent, 'Two'), await say('guest', 'Three')];
  for (const { messageId } of [first, second, third]) {
    expect(await relay.delivered(messageId, 10_000)).toBe('sent');
  }
  expect(transcript(genesys)).toEqual(['One', 'Two', 'Three']);
  const { binding, queued, sequence } = await view();
  expect(binding).toMatchObject({ provisioned: true, genesysConversationId: genesys.emulator.conversations()[0]?.id });
  expect(queued).toBe(0);
  const told = words(events);
  expect(told.filter((word) => word.includes('says'))).toEqual([
    'guest says One (accepted)',
    `${agent} says Two (accepted)`,
    'guest says Three (accepted)',
  ]);
  expect(told.filter((word) => word.endsWith(': sent'))).toEqual(['guest: sent', `${agent}: sent`, 'guest: sent']);
  expect(sequence).toBe(7);
  expect(genesys.refused()).toEqual([]);
});

it('typing of both sides is seen at Genesys, is told once, and leaves nothing in the transcript', async () => {
  await using genesys = await startGenesys();
  const { events, agent, type } = await linkedTo(genesys);
  const before = events.length;
  expect(await type('guest')).toMatchObject({ outcome: 'sent' });
  expect(await type(agent)).toMatchObject({ outcome: 'sent' });
  expect(await type('guest')).toMatchObject({ outcome: 'coalesced' });
  expect(await type('guest', false)).toMatchObject({ outcome: 'coalesced', reason: expect.stringContaining('no Off') });
  await vi.waitFor(
    () => expect(genesys.emulator.conversations()[0]?.typing).toMatchObject([{ from: 'guest' }, { from: 'agent' }]),
    PATIENCE,
  );
  await vi.waitFor(() => expect(words(events.slice(before)).at(-1)).toBe(`${agent} expired`), PATIENCE);
  expect(words(events.slice(before))).toEqual([
    'guest types 5000',
    `${agent} types 5000`,
    'guest stopped',
    `${agent} expired`,
  ]);
  expect(transcript(genesys)).toEqual([]);
  expect(genesys.refused()).toEqual([]);
});

it('what is typed and written at a desktop of Genesys’s own is told as that agent’s', async () => {
  await using genesys = await startGenesys();
  const { events, view, agent } = await linkedTo(genesys);
  const { binding } = await view();
  await using desktop = genesys.desktop(0);
  await desktop.connect();
  const conversation = desktop.conversation(binding.genesysConversationId ?? '');
  if (!conversation) throw new Error('The desktop does not have the conversation.');
  const before = events.length;
  conversation.typing.keystroke();
  await vi.waitFor(() => expect(words(events.slice(before))).toHaveLength(1), PATIENCE);
  await conversation.send('Hello from the desk.');
  await vi.waitFor(() => expect(events.length).toBe(before + 3), PATIENCE);
  expect(words(events.slice(before))).toEqual([
    expect.stringMatching(new RegExp(`^${agent} types `)),
    // Whichever of the guest's socket and the agent's notifications is first.
    expect.stringMatching(new RegExp(`^${agent} (message|stopped)$`)),
    `${agent} says Hello from the desk. (sent)`,
  ]);
});

it('copies and answers that are lost make no second message, at Genesys or in the log', async () => {
  await using genesys = await startGenesys();
  const { relay, events, agent, say } = await linkedTo(genesys);
  genesys.emulator.faults.add({ frame: 'text', direction: 'out', effect: 'cut' });
  genesys.emulator.faults.add({
    operation: 'postConversationsMessageCommunicationMessages',
    direction: 'out',
    effect: 'cut',
  });
  const messages = [await say('guest', 'Same'), await say(agent, 'Same'), await say('guest', 'Same')];
  for (const { messageId } of messages) expect(await relay.delivered(messageId, 20_000)).toBe('sent');
  expect(transcript(genesys)).toEqual(['Same', 'Same', 'Same']);
  expect(events.filter(({ body }) => body.kind === 'message')).toHaveLength(3);
});

it('a process that dies between sending and writing that down sends nothing twice', async () => {
  await using genesys = await startGenesys();
  const store = new MemoryStore();
  const connection = new Connection(store);
  const first = await linkedTo(genesys, connection.store);
  const { apply } = store;
  store.apply = async (writes) => {
    // It dies when it is about to write that the first message was sent.
    if (writes.some(({ kind }) => kind === 'settle-message')) connection.isDead = true;
    return connection.isDead ? new Promise(() => {}) : apply.call(store, writes);
  };
  const { messageId } = await first.say('guest', 'Once');
  const second = await first.say(first.agent, 'Twice');
  await vi.waitFor(() => expect(connection.isDead).toBe(true), PATIENCE);
  // Its sockets are closed by the system; what it still waits for never comes.
  ends.length = 0;
  void first.relay.stop();
  await first.legs.close();
  store.apply = apply;
  const { relay, view } = await linkedTo(genesys, store);
  for (const id of [messageId, second.messageId]) {
    await vi.waitFor(
      async () => expect(await store.findMessage('main', id)).toMatchObject({ status: 'sent' }),
      PATIENCE,
    );
  }
  expect(transcript(genesys)).toEqual(['Once', 'Twice']);
  const kept = await store.events({ clientId: 'main', limit: 100 });
  expect(kept.filter(({ body }) => body.kind === 'message')).toHaveLength(2);
  expect((await view()).sequence).toBe(kept.length);
  expect(relay.position()).toBe(kept.at(-1)?.position);
});

it('right after a restart messages of an agent are accepted and delivered, and typing is sent', async () => {
  await using genesys = await startGenesys();
  const store = new MemoryStore();
  const first = await linkedTo(genesys, store);
  await first.end();
  const second = await startRelayAt(genesys, store);
  const messages = await Promise.all(
    [first.agent, 'agent'].map((participant) =>
      second.relay.message(client(), { conversation: c1, participant, text: `As ${participant}` }),
    ),
  );
  for (const { messageId, participant, status } of messages) {
    expect({ participant, status }).toEqual({ participant: first.agent, status: 'accepted' });
    expect(await second.relay.delivered(messageId, 10_000)).toBe('sent');
  }
  expect(transcript(genesys)?.toSorted()).toEqual(['As agent', `As ${first.agent}`]);
  await second.end();
  const { relay } = await startRelayAt(genesys, store);
  const typing = { conversation: c1, participant: first.agent, typing: true, durationMs: 5_000 };
  expect(await relay.typing(client(), typing)).toMatchObject({ outcome: 'sent' });
  expect(genesys.refused()).toEqual([]);
});

it('a guest whose place another connection takes ends the conversation, and is not connected again', async () => {
  await using genesys = await startGenesys();
  const { relay, events, view, say } = await linkedTo(genesys);
  const { binding } = await view();
  const other = await startRelayAt(genesys);
  // A session has three connections; the fourth takes the place of the first.
  for (const id of ['second', 'third', 'fourth']) {
    await other.relay.bind(client(), id, { guest: { kind: 'webmessaging', token: binding.guest.token } });
  }
  await vi.waitFor(() => expect(words(events).at(-1)).toBe('ended'), PATIENCE);
  await expect(say('guest', 'Hello?')).rejects.toMatchObject({ code: 'conversation.ended' });
  expect((await relay.conversation(client(), c1)).guestLeg).toMatchObject({ state: 'closed' });
});
