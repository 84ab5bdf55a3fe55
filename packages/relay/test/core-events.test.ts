import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventLog, REPLAY_BUFFER_MAX, REPLAY_PAGE } from '../src/core/event-log.ts';
import type { Binding } from '../src/domain/binding.ts';
import type { RelayEvent } from '../src/domain/event.ts';
import { silentLog } from '../src/observe/log.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { openStore } from '../src/store/open-store.ts';
import type { Write } from '../src/store/store.ts';
import { client, settle, startCore, stopAfterEach, words } from './support/core.ts';
import { StoreFolder } from './support/store-folder.ts';

stopAfterEach();

const TIME = '2026-01-05T00:00:00.000Z';

const bound = (id: string, clientId = 'main'): Write => {
  const binding: Binding = {
    id,
    clientId,
    conversationId: id,
    guest: { kind: 'webmessaging', deploymentId: 'd', token: 't' },
    guestParticipantId: `guest-of-${id}`,
    state: 'open',
    provisioned: false,
    createdAtMs: 0,
  };
  return { kind: 'bind', binding, aliases: [{ kind: 'conversation', alias: id }] };
};
const linked = (bindingId: string): Write => ({
  kind: 'append-event',
  bindingId,
  body: { kind: 'conversation', state: 'linked' },
  time: TIME,
});

/** A log over a store whose writes and reads take as many turns as a test says. */
async function startLog(bindings: readonly Write[] = [bound('c1')]) {
  const store = new MemoryStore();
  const log = new EventLog({ store, log: silentLog, recorded: () => {} });
  await log.record(bindings);
  await log.open();
  return { store, log, append: (bindingId = 'c1') => log.record([linked(bindingId)]) };
}

const positions = (events: readonly RelayEvent[]) => events.flatMap(({ position }) => position ?? []);

describe('a listener', () => {
  it('hears what happens from now on when it names no position', async () => {
    const { log, append } = await startLog();
    await append();
    const heard: RelayEvent[] = [];
    await log.subscribe({ clientId: 'main' }, { event: (event) => heard.push(event) });
    await append();
    expect(positions(heard)).toEqual([2]);
  });

  it('hears nothing more once it is closed', async () => {
    const { log, append } = await startLog();
    const heard: RelayEvent[] = [];
    const subscription = await log.subscribe(
      { clientId: 'main', bindingId: 'c1' },
      { event: (event) => heard.push(event) },
    );
    expect(log.isHeard({ clientId: 'main', bindingId: 'c1' })).toBe(true);
    subscription.close();
    subscription.close();
    await append();
    expect(heard).toEqual([]);
    expect(log.isHeard({ clientId: 'main', bindingId: 'c1' })).toBe(false);
  });

  it('that throws does not keep the others from hearing', async () => {
    const { log, append } = await startLog();
    const heard: RelayEvent[] = [];
    await log.subscribe(
      { clientId: 'main' },
      {
        event: () => {
          throw new Error('The socket is gone.');
        },
      },
    );
    await log.subscribe({ clientId: 'main' }, { event: (event) => heard.push(event) });
    await append();
    expect(positions(heard)).toEqual([1]);
  });

  it('of a thousand of one conversation gets the very same object as the others', async () => {
    const { log, append } = await startLog();
    const heard = new Set<RelayEvent>();
    let calls = 0;
    for (let i = 0; i < 1_000; i++) {
      await log.subscribe(
        { clientId: 'main', bindingId: 'c1' },
        {
          event: (event) => {
            calls += 1;
            heard.add(event);
          },
        },
      );
    }
    await append();
    expect([calls, heard.size]).toEqual([1_000, 1]);
  });

  it('whose wait rejects is told nothing more, and its subscription ends', async () => {
    const { log, append } = await startLog();
    await append();
    const heard: RelayEvent[] = [];
    const subscribing = log.subscribe(
      { clientId: 'main' },
      {
        afterPosition: 0,
        event: (event) => heard.push(event),
        drained: async () => {
          throw new Error('The reader is gone.');
        },
      },
    );
    await expect(subscribing).rejects.toThrow('The reader is gone.');
    await append();
    expect(positions(heard)).toEqual([1]);
  });
});

describe('a replay', () => {
  it('waits for its reader between pages', async () => {
    const { log, append } = await startLog();
    for (let i = 0; i < REPLAY_PAGE + 1; i++) await append();
    const heard: RelayEvent[] = [];
    const lengths: number[] = [];
    const drained = async () => {
      lengths.push(heard.length);
    };
    await log.subscribe({ clientId: 'main' }, { afterPosition: 0, event: (event) => heard.push(event), drained });
    expect(lengths).toEqual([REPLAY_PAGE, REPLAY_PAGE + 1]);
  });

  it('leaves a turn to everybody else after each page', async () => {
    const store = new MemoryStore();
    const turns: (() => void)[] = [];
    const log = new EventLog({ store, log: silentLog, recorded: () => {}, endOfTurn: (task) => turns.push(task) });
    await log.record([bound('c1')]);
    await log.open();
    for (let i = 0; i < REPLAY_PAGE + 1; i++) await log.record([linked('c1')]);
    const heard: RelayEvent[] = [];
    void log.subscribe({ clientId: 'main' }, { afterPosition: 0, event: (event) => heard.push(event) });
    await settle();
    expect([heard.length, turns.length]).toEqual([REPLAY_PAGE, 1]);
    turns.shift()?.();
    await settle();
    expect(heard).toHaveLength(REPLAY_PAGE + 1);
  });

  it('that more happens during than can wait reads on from the store, and leaves no gap', async () => {
    const { log, append } = await startLog();
    await append();
    const heard: RelayEvent[] = [];
    let pages = 0;
    const drained = async () => {
      if (++pages > 1) return;
      for (let i = 0; i < REPLAY_BUFFER_MAX + 10; i++) await append();
    };
    await log.subscribe({ clientId: 'main' }, { afterPosition: 0, event: (event) => heard.push(event), drained });
    await append();
    expect(positions(heard)).toEqual(Array.from({ length: REPLAY_BUFFER_MAX + 12 }, (_, index) => index + 1));
  });

  it('tells of a gap where older events are kept no more', async () => {
    const { store, log, append } = await startLog([bound('c1'), bound('c2')]);
    for (let i = 0; i < 3; i++) await append();
    store.positions = async () => ({ newest: 3, oldest: 3 });
    const gaps: number[] = [];
    const listen = (afterPosition: number) =>
      log.subscribe({ clientId: 'main' }, { afterPosition, event: () => {}, gap: (oldest) => gaps.push(oldest) });
    await listen(2);
    expect(gaps).toEqual([]);
    await listen(1);
    expect(gaps).toEqual([3]);
  });

  it('by sequence tells of a gap where the next ones are kept no more', async () => {
    const { store, log, append } = await startLog();
    for (let i = 0; i < 3; i++) await append();
    const { events } = store;
    store.events = async (query) => (await events.call(store, query)).filter(({ sequence }) => sequence > 2);
    const told: (number | undefined)[] = [];
    await log.subscribe(
      { clientId: 'main', bindingId: 'c1' },
      { afterSequence: 1, event: ({ sequence }) => told.push(sequence), gap: (oldest) => told.push(-oldest) },
    );
    expect(told).toEqual([-3, 3]);
  });

  it.each([{ afterPosition: 99 }, { afterSequence: 99 }])(
    'from a place of another database (%j) says so and tells everything',
    async (place) => {
      const { log, append } = await startLog();
      await append();
      const told: (number | undefined)[] = [];
      await log.subscribe(
        { clientId: 'main', bindingId: 'c1' },
        { ...place, event: ({ position }) => told.push(position), gap: (oldest) => told.push(-oldest) },
      );
      await append();
      expect(told).toEqual([-1, 1, 2]);
    },
  );
});

it('what was kept and what happens are heard in order, without a gap and nothing twice, whenever a listener comes', async () => {
  const action = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('append c1', 'append c2', 'append other') },
    { weight: 2, arbitrary: fc.constantFrom('turn') },
    {
      weight: 3,
      arbitrary: fc.record({
        of: fc.constantFrom(undefined, 'c1', 'c2'),
        by: fc.constantFrom('position' as const, 'sequence' as const),
        after: fc.integer({ min: 0, max: 12 }),
        readTurns: fc.integer({ min: 0, max: 4 }),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
      const { store, log } = await startLog([bound('c1'), bound('c2'), bound('other', 'other')]);
      const turns = async (count: number) => {
        for (let i = 0; i < count; i++) await settle();
      };
      const listeners: { heard: RelayEvent[]; expects: (event: RelayEvent) => boolean; gaps: number }[] = [];
      const work: Promise<unknown>[] = [];
      const { events } = store;
      let readTurns = 0;
      // What a read finds is what was committed when it was asked, and it comes later: between, more happens.
      store.events = async (query) => {
        const slow = readTurns;
        const page = await events.call(store, { ...query, limit: Math.min(query.limit, REPLAY_PAGE) });
        await turns(slow);
        return page;
      };
      for (const each of actions) {
        if (each === 'turn') await settle();
        else if (typeof each === 'string') work.push(log.record([linked(each.slice('append '.length))]));
        else {
          const { of: bindingId, by, after } = each;
          const isBySequence = by === 'sequence' && bindingId !== undefined;
          const { newest } = await store.positions();
          // A position that was never given is another story, told above.
          const from = Math.min(after, isBySequence ? await store.sequence(bindingId) : newest);
          const listener = {
            heard: [] as RelayEvent[],
            gaps: 0,
            expects: (event: RelayEvent) =>
              event.clientId === 'main' &&
              event.bindingId === (bindingId ?? event.bindingId) &&
              (isBySequence ? (event.sequence ?? 0) > from : (event.position ?? 0) > from),
          };
          listeners.push(listener);
          readTurns = each.readTurns;
          work.push(
            log.subscribe(
              { clientId: 'main', bindingId },
              {
                ...(isBySequence ? { afterSequence: from } : { afterPosition: from }),
                event: (event) => listener.heard.push(event),
                gap: () => {
                  listener.gaps += 1;
                },
              },
            ),
          );
        }
      }
      await Promise.all(work);
      const all = await events.call(store, { clientId: 'main', limit: 1_000 });
      for (const { heard, expects, gaps } of listeners) {
        expect(positions(heard)).toEqual(positions(all.filter(expects)));
        expect(gaps).toBe(0);
      }
    }),
    { numRuns: 300 },
  );
});

it('the events of many writes at once are told in the order of their positions, on disk as in memory', async () => {
  using folder = new StoreFolder();
  const store = await openStore(folder.file);
  try {
    const log = new EventLog({ store, log: silentLog, recorded: () => {} });
    await log.record([bound('c1'), bound('c2')]);
    const heard: RelayEvent[] = [];
    await log.subscribe({ clientId: 'main' }, { event: (event) => heard.push(event) });
    const appends = Array.from({ length: 200 }, async (_, index) => {
      if (index % 3 === 0) await settle();
      await log.record([linked(index % 2 ? 'c1' : 'c2')]);
    });
    await Promise.all(appends);
    expect(positions(heard)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  } finally {
    await store.close();
  }
});

describe('a subscription through the relay', () => {
  it('replays and goes on, with typing only while it happens', async () => {
    const core = await startCore();
    await core.bind();
    const say = (text: string) =>
      core.relay.message(client(), { conversation: { id: 'c1' }, participant: 'guest', text });
    await core.relay.typing(client(), { conversation: { id: 'c1' }, participant: 'guest', typing: true });
    await say('1');
    await settle();
    const all = await core.listen(client(), { afterPosition: 0 });
    const later = await core.listen(client(), { afterPosition: core.relay.position() });
    await say('2');
    await settle();
    expect(words(all)).toEqual(['guest says 1 (accepted)', 'guest: sent', 'guest says 2 (accepted)', 'guest: sent']);
    expect(words(later)).toEqual(words(all.slice(2)));
  });

  it('by sequence needs a conversation', async () => {
    const { relay } = await startCore();
    await expect(relay.subscribe(client(), { afterSequence: 1, event: () => {} })).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });

  it('hears a conversation that has ended, as far as it is kept', async () => {
    const core = await startCore();
    await core.bind();
    await core.relay.unbind(client(), { id: 'c1' });
    const told: RelayEvent[] = [];
    await core.relay.subscribe(client(), {
      conversation: { id: 'c1' },
      afterSequence: 0,
      event: (event) => told.push(event),
    });
    expect(words(told)).toEqual(['ended']);
  });

  it('keeps a cursor for who has none', async () => {
    const { relay } = await startCore();
    expect(await relay.cursor('main')).toBeUndefined();
    await relay.saveCursor('main', 7);
    expect(await relay.cursor('main')).toBe(7);
  });
});
