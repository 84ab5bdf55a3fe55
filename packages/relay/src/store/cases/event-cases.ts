import { ok } from 'node:assert/strict';
import { FORGET_MAX, type Store, type Write } from '../store.ts';
import {
  accept,
  bind,
  end,
  everything,
  expect,
  expectStatuses,
  idsOf,
  LATER,
  LATER_MS,
  NOON,
  observe,
  type StoreCase,
  sampleBinding,
  settle,
} from './case.ts';

/** The log, what is forgotten of it, and what holds for every call. */
export const eventCases: readonly StoreCase[] = [
  {
    name: 'an empty store knows nobody and nothing',
    run: async (store) => {
      expect(await store.findBinding('client', 'a'), undefined);
      expect(await store.openBindings(), []);
      expect(await store.findMessage('client', 'm'), undefined);
      expect(await store.nextInLane('a'), undefined);
      expect(await store.waitingLanes(), []);
      expect(await store.events(everything), []);
      expect(await store.positions(), { newest: 0, oldest: 1 });
      expect(await store.watermarks('a'), []);
      expect(await store.cursor('s'), undefined);
    },
  },
  {
    name: 'an empty batch has no outcomes',
    run: async (store) => expect(await store.apply([]), []),
  },
  {
    name: 'sequences count in a conversation and positions in the log; each client sees its own',
    run: async (store) => {
      await store.apply([
        bind(sampleBinding('a')),
        bind(sampleBinding('b')),
        bind(sampleBinding('c', { clientId: 'other' })),
      ]);
      const append = (bindingId: string): Write => ({
        kind: 'append-event',
        bindingId,
        body: { kind: 'conversation', state: 'linked' },
        time: NOON,
      });
      await expectStatuses(
        store,
        [append('a'), append('b'), append('c'), append('a'), append('nobody')],
        ['done', 'done', 'done', 'done', 'absent'],
      );
      const places = async (query: Partial<Parameters<Store['events']>[0]>) =>
        (await store.events({ ...everything, ...query })).map(
          ({ bindingId, position, sequence }) => `${bindingId}${position}/${sequence}`,
        );
      expect(await places({}), ['a1/1', 'b2/1', 'a4/2']);
      expect(await places({ afterPosition: 1 }), ['b2/1', 'a4/2']);
      expect(await places({ limit: 1 }), ['a1/1']);
      expect(await places({ bindingId: 'a', afterPosition: undefined }), ['a1/1', 'a4/2']);
      expect(await places({ bindingId: 'a', afterSequence: 1 }), ['a4/2']);
      expect(await places({ bindingId: 'a', afterPosition: 1 }), ['a4/2']);
      expect(await places({ bindingId: 'c' }), []);
      expect(await places({ clientId: 'other' }), ['c3/1']);
      expect(await store.positions(), { newest: 4, oldest: 1 });
      expect([await store.sequence('a'), await store.sequence('nobody')], [2, 0]);
    },
  },
  {
    name: 'a cursor is where it was last put',
    run: async (store) => {
      const save = (subject: string, position: number): Write => ({ kind: 'save-cursor', subject, position });
      await store.apply([save('s', 7), save('t', 1), save('s', 9)]);
      expect([await store.cursor('s'), await store.cursor('t')], [9, 1]);
    },
  },
  {
    name: 'a cursor of a binding is forgotten with it, and none is kept for one that is not there',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b'))]);
      const save = (subject: string, bindingId?: string): Write => ({
        kind: 'save-cursor',
        subject,
        position: 5,
        bindingId,
      });
      const saves = [save('s', 'a'), save('t', 'b'), save('u'), save('v', 'nobody')];
      await expectStatuses(store, saves, ['done', 'done', 'done', 'absent']);
      await store.apply([end('b')]);
      await store.apply([{ kind: 'forget', beforeMs: LATER_MS }]);
      const cursors = await Promise.all(['s', 't', 'u', 'v'].map((subject) => store.cursor(subject)));
      expect(cursors, [5, undefined, 5, undefined]);
    },
  },
  {
    name: 'what is old and done is forgotten; what waits, what is open and every position stay',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b')), bind(sampleBinding('c'))]);
      await store.apply([accept('m1', { bindingId: 'b' }), accept('m2', { key: 'k' }), settle('m2', ['p2'])]);
      await store.apply([end('b'), end('c'), observe('m3', 'bot', ['p3'], LATER), observe('m4', 'bot', ['p4'])]);
      expect(await store.apply([{ kind: 'forget', beforeMs: LATER_MS }]), [
        // m4's event stays although it is old: it stands behind a newer one, and what is kept has no hole.
        { status: 'forgotten', events: 3, messages: 2, bindings: 1, more: false },
      ]);
      expect(await store.positions(), { newest: 5, oldest: 4 });
      expect((await store.nextInLane('b'))?.id, 'm1');
      expect((await store.findMessage('client', 'p3'))?.id, 'm3');
      for (const gone of ['m2', 'p2', 'm4', 'p4']) expect(await store.findMessage('client', gone), undefined);
      expect(await store.findBinding('client', 'conversation-c'), undefined);
      expect(idsOf(await store.openBindings()), ['a']);
      expect((await store.findBinding('client', 'conversation-b'))?.state, 'ended');
      await expectStatuses(store, [accept('m5', { key: 'k' }), observe('m6', 'bot', ['p4'])], ['done', 'done']);
      expect((await store.positions()).newest, 7);
    },
  },
  {
    name: 'forgetting everything keeps the newest position, and sequences go on',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), observe('m1', 'bot', ['p1'])]);
      await store.apply([{ kind: 'forget', beforeMs: LATER_MS }]);
      expect(await store.positions(), { newest: 1, oldest: 2 });
      const [outcome] = await store.apply([observe('m2', 'bot', ['p2'])]);
      expect(outcome?.status === 'done' && [outcome.event?.position, outcome.event?.sequence], [2, 2]);
    },
  },
  {
    name: 'forgetting takes a bounded number at once, oldest first, and says that there is more',
    run: async (store) => {
      const append: Write = {
        kind: 'append-event',
        bindingId: 'a',
        body: { kind: 'conversation', state: 'linked' },
        time: NOON,
      };
      await store.apply([bind(sampleBinding('a'))]);
      await store.apply(Array.from({ length: FORGET_MAX + 1 }, () => append));
      const [first, second] = await store.apply([
        { kind: 'forget', beforeMs: LATER_MS },
        { kind: 'forget', beforeMs: LATER_MS },
      ]);
      expect(first, { status: 'forgotten', events: FORGET_MAX, messages: 0, bindings: 0, more: true });
      expect(second, { status: 'forgotten', events: 1, messages: 0, bindings: 0, more: false });
    },
  },
  {
    name: 'batches that are given at once keep their order and get their own outcomes',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a'))]);
      const batches = Array.from({ length: 200 }, (_, index) => store.apply([accept(`m${index}`, { laneMax: 1_000 })]));
      const events = (await Promise.all(batches)).map(([outcome]) => outcome?.status === 'done' && outcome.event?.body);
      ok(events.every((body, index) => body && body.kind === 'message' && body.messageId === `m${index}`));
    },
  },
];
