import { expect, it } from 'vitest';
import { type Core, client, settle, startCore, stopAfterEach } from './support/core.ts';

stopAfterEach();

const texts = async ({ store }: Core) =>
  (await store.events({ clientId: 'main', limit: 10_000 })).flatMap(({ body }) =>
    body.kind === 'message' ? body.text : [],
  );
const numbers = (length: number) => Array.from({ length }, (_, index) => `${index}`);

async function started() {
  const core = await startCore();
  const genesys = await core.bind();
  const batches: number[] = [];
  const { apply } = core.store;
  let isBroken = false;
  core.store.apply = async (writes) => {
    if (isBroken) throw new Error('The disk is full.');
    batches.push(writes.length);
    return apply.call(core.store, writes);
  };
  return {
    core,
    genesys,
    batches,
    breakStore: (on: boolean) => {
      isBroken = on;
    },
  };
}

it('a history that is told at once is written down in its order, a hundred together', async () => {
  const { core, genesys, batches } = await started();
  for (const text of numbers(250)) genesys.tell(genesys.store('guest', text));
  await settle();
  expect(await texts(core)).toEqual(numbers(250));
  expect(batches).toEqual([100, 100, 50]);
});

it('what both legs show, in any order and under any of its ids, is one message', async () => {
  const { core, genesys } = await started();
  const message = genesys.store('agent:ann', 'hello');
  genesys.tell({ ...message, platformIds: ['a'] });
  genesys.tell({ ...message, platformIds: ['a', 'b'], participant: 'agent' });
  await settle();
  genesys.tell({ ...message, platformIds: ['b'] });
  await settle();
  expect(await texts(core)).toEqual(['hello']);
});

it('is written down later, in order, when the store fails meanwhile', async () => {
  const { core, genesys, breakStore } = await started();
  breakStore(true);
  genesys.tell(genesys.store('guest', 'one'));
  await core.clock.advance(2_500);
  genesys.tell(genesys.store('guest', 'two'));
  breakStore(false);
  await core.clock.advance(1_000);
  expect(await texts(core)).toEqual(['one', 'two']);
});

it('at most a thousand wait, and what was let go comes with the next reading', async () => {
  const { core, genesys, breakStore } = await started();
  breakStore(true);
  for (const text of numbers(1_001)) genesys.tell(genesys.store('guest', text));
  breakStore(false);
  await core.clock.advance(1_000);
  expect(await texts(core)).toEqual(numbers(1_000));
  for (const message of genesys.messages) genesys.tell(message);
  await settle();
  genesys.tell(genesys.messages[1_000] ?? genesys.store('guest', ''));
  await settle();
  expect(await texts(core)).toEqual(numbers(1_001));
});

it('an agent whom the platform does not name is the one who is connected', async () => {
  const { core, genesys } = await started();
  genesys.agentIs('ann', 'connected');
  genesys.tell(genesys.store('agent', 'hello'));
  await settle();
  const view = await core.relay.findMessage(client(), 'platform-1');
  expect(view.participant).toBe('agent:ann');
});
