import { describe, expect, it } from 'vitest';
import type { PlatformMessage } from '../src/legs/legs.ts';
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

describe('an agent whom the platform does not name', () => {
  const writerOf = async (core: Core) => (await core.relay.findMessage(client(), 'platform-1')).participant;

  it('is the only one there ever was', async () => {
    const { core, genesys } = await started();
    genesys.agentIs('ann', 'connected');
    genesys.tell(genesys.store('agent', 'hello'));
    await settle();
    expect(await writerOf(core)).toBe('agent:ann');
  });

  it('stays nameless where another has come since: who is connected need not have written it', async () => {
    const { core, genesys } = await started();
    genesys.agentIs('ann', 'disconnected');
    genesys.agentIs('ben', 'connected');
    genesys.tell(genesys.store('agent', 'This is Ann, I hand you over to Ben.'));
    await settle();
    expect(await writerOf(core)).toBe('agent');
  });
});

describe('a message that Genesys has by ids that it did not tell', () => {
  async function saying() {
    const { core, genesys } = await started();
    genesys.agentIs('ann', 'connected');
    genesys.told = 'never';
    const say = async (text: string) => {
      genesys.fates = ['unread'];
      const command = { conversation: { id: 'c1' }, participant: 'agent:ann', text };
      const { messageId } = await core.relay.message(client(), command);
      await settle();
      return messageId;
    };
    const idsOf = async (messageId: string) => (await core.relay.findMessage(client(), messageId)).platformIds;
    const tell = async (...messages: readonly PlatformMessage[]) => {
      for (const message of messages) genesys.tell({ ...message, participant: 'agent' });
      await settle();
    };
    return { core, genesys, say, idsOf, tell };
  }

  it('is sent once, and its copy tells its ids and is no second message', async () => {
    const { core, genesys, say, idsOf, tell } = await saying();
    const id = await say('hello');
    await core.clock.advance(120_000);
    expect(genesys.texts).toEqual(['agent:ann: hello']);
    const events = await core.store.events({ clientId: 'main', limit: 10 });
    expect(events.at(-1)?.body).toMatchObject({ status: 'sent', reason: expect.stringContaining('took it') });
    expect(await idsOf(id)).toEqual([]);
    await tell(...genesys.messages);
    expect(await idsOf(id)).toEqual(['platform-1']);
    expect(await texts(core)).toEqual(['hello']);
    await tell(genesys.store('agent:ann', 'hello'));
    expect(await texts(core), 'what is written again is another').toEqual(['hello', 'hello']);
  });

  it('is its copy also when that came before the answer', async () => {
    const { core, genesys, say, idsOf } = await saying();
    genesys.told = 'before';
    expect(await idsOf(await say('hello'))).toEqual(['platform-1']);
    expect(await texts(core)).toEqual(['hello']);
  });

  it('of equal ones each gets its own', async () => {
    const { core, genesys, say, idsOf, tell } = await saying();
    const ids = [await say('ok'), await say('ok')] as const;
    await tell(...genesys.messages, ...genesys.messages);
    expect([await idsOf(ids[0]), await idsOf(ids[1])]).toEqual([['platform-1'], ['platform-2']]);
    expect(await texts(core)).toEqual(['ok', 'ok']);
  });

  it('is not the old one in the same words that is told again first', async () => {
    const { core, genesys, say, idsOf, tell } = await saying();
    const old = genesys.store('agent:ann', 'ok');
    await tell(old);
    const id = await say('ok');
    await tell(old, ...genesys.messages);
    expect(await idsOf(id)).toEqual(['platform-2']);
    expect(await texts(core)).toEqual(['ok', 'ok']);
  });

  it('is looked for among the first hundred of them; the copy of a further one stands for itself', async () => {
    const { core, genesys, say, tell } = await saying();
    for (const text of numbers(101)) await say(text);
    await tell(...genesys.messages);
    expect(await texts(core)).toEqual([...numbers(101), '100']);
  });
});
