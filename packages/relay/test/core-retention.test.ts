import { expect, it } from 'vitest';
import { RETENTION_EVERY_MS } from '../src/core/retention.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { client, settle, startCore, stopAfterEach, words } from './support/core.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';

stopAfterEach();

/** As the settings of tests have it. */
const RETENTION_MS = 86_400_000;

async function ended(store = new MemoryStore()) {
  const core = await startCore({ store });
  await core.bind();
  await core.relay.message(client(), { conversation: { id: 'c1' }, participant: 'guest', text: 'hi' });
  await settle();
  await core.relay.unbind(client(), { id: 'c1' });
  return { ...core, kept: async () => (await store.events({ clientId: 'main', limit: 100 })).length };
}

it('what is older than the retention is forgotten while the relay runs, and not before', async () => {
  const { clock, kept, relay } = await ended();
  await clock.advance(RETENTION_MS - RETENTION_EVERY_MS);
  expect(await kept()).toBe(3);
  await clock.advance(2 * RETENTION_EVERY_MS);
  expect(await kept()).toBe(0);
  await expect(relay.conversation(client(), { id: 'c1' })).rejects.toMatchObject({ code: 'conversation.unknown' });
});

it('what has become too old meanwhile is forgotten at the start', async () => {
  const store = new MemoryStore();
  const { clock, relay, kept } = await ended(store);
  await relay.stop();
  await clock.advance(RETENTION_MS + 1);
  expect(await kept()).toBe(3);
  await startCore({ store, clock, name: 'again' });
  await settle();
  expect(await kept()).toBe(0);
});

it('a sweep that fails is tried again at its next time', async () => {
  const store = new MemoryStore();
  const { clock, kept } = await ended(store);
  const { apply } = store;
  store.apply = async () => {
    throw new Error('The disk is full.');
  };
  await clock.advance(RETENTION_MS + RETENTION_EVERY_MS);
  store.apply = apply;
  await clock.advance(RETENTION_EVERY_MS);
  expect(await kept()).toBe(0);
});

it('what Genesys shows again of an open conversation is no news, however long ago its text was forgotten', async () => {
  const store = new MemoryStore();
  const wall = { offsetMs: 0 };
  const core = await startCore({ store, name: 'one', wall });
  const genesys = await core.bind();
  await core.relay.message(client(), { conversation: { id: 'c1' }, participant: 'guest', text: 'My order is late' });
  await settle();
  genesys.tell(genesys.store('agent', 'We look at it.'));
  await settle();
  await core.relay.stop();
  wall.offsetMs = 2 * RETENTION_MS;
  const legs = new ScriptedLegs(core.legs);
  const again = await startCore({ store, legs, name: 'two', wall });
  await settle();
  expect(await store.events({ clientId: 'main', limit: 100 })).toEqual([]);
  const events = await again.listen();
  const back = legs.of('c1');
  expect(back.messages.map(({ text }) => text)).toEqual(['My order is late', 'We look at it.']);
  // As the guest's leg does after it has been resumed.
  for (const message of back.messages) back.tell(message);
  await settle();
  expect(words(events)).toEqual([]);
  for (const { platformIds } of back.messages)
    expect((await store.findMessage('main', platformIds[0] ?? ''))?.text).toBe('');
});
