import { ok } from 'node:assert/strict';
import { FORGET_MAX, type Store, type Write } from '../store.ts';
import {
  accept,
  advance,
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
      expect((await store.findMessage('client', 'm2'))?.text, '');
      expect(await store.positions(), { newest: 5, oldest: 4 });
      expect((await store.nextInLane('b'))?.id, 'm1');
      expect((await store.findMessage('client', 'p3'))?.id, 'm3');
      expect(await store.findBinding('client', 'conversation-c'), undefined);
      expect(idsOf(await store.openBindings()), ['a']);
      expect((await store.findBinding('client', 'conversation-b'))?.state, 'ended');
      await expectStatuses(store, [accept('m5', { key: 'k' }), observe('m6', 'bot', ['p5'])], ['done', 'done']);
      expect((await store.positions()).newest, 7);
    },
  },
  {
    name: 'of an open conversation an old message keeps its ids and loses its text: shown again, it is known',
    run: async (store) => {
      const failed: Write = {
        kind: 'settle-message',
        messageId: 'm3',
        status: 'failed',
        platformIds: [],
        reason: 'refused',
        time: NOON,
      };
      await store.apply([bind(sampleBinding('a')), accept('m1', { key: 'k' }), settle('m1', ['p1'])]);
      await store.apply([observe('m2', 'agent:1', ['p2']), accept('m3'), failed]);
      await store.apply([{ kind: 'forget', beforeMs: LATER_MS }]);
      const kept = await Promise.all(['m1', 'p1', 'm2', 'p2', 'm3'].map((id) => store.findMessage('client', id)));
      expect(
        kept.map((each) => each && [each.id, each.participant, each.status, each.sequence]),
        [
          ['m1', 'guest', 'sent', 1],
          ['m1', 'guest', 'sent', 1],
          ['m2', 'agent:1', 'sent', 3],
          ['m2', 'agent:1', 'sent', 3],
          ['m3', 'guest', 'failed', 4],
        ],
      );
      expect(
        new Set(kept.flatMap((each) => [each?.text, each?.reason, each?.idempotencyKey])),
        new Set(['', undefined]),
      );
      const [again, further] = await store.apply([
        observe('m4', 'guest', ['p1'], LATER),
        observe('m5', 'agent:1', ['p2', 'p2b'], LATER),
      ]);
      expect([again?.status, further?.status], ['known', 'known']);
      expect((await store.findMessage('client', 'p2b'))?.text, '');
      expect(await store.events(everything), []);
      // What somebody has read is still known by what was shown.
      await expectStatuses(store, [advance('guest', 'seen', 'p2'), accept('m6', { key: 'k' })], ['done', 'done']);
    },
  },
  {
    name: 'what was emptied goes when its conversation has ended, and forgetting comes to an end',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b'))]);
      await store.apply([observe('m1', 'bot', ['p1']), observe('m2', 'bot', ['p2'])]);
      const forget: Write = { kind: 'forget', beforeMs: LATER_MS };
      const forgotten = (events: number, messages: number, bindings: number) => ({
        status: 'forgotten',
        events,
        messages,
        bindings,
        more: false,
      });
      expect(await store.apply([forget, forget]), [forgotten(2, 2, 0), forgotten(0, 0, 0)]);
      await store.apply([end('a')]);
      expect(await store.apply([forget, forget]), [forgotten(0, 2, 1), forgotten(0, 0, 0)]);
      for (const gone of ['m1', 'p1', 'm2', 'p2']) expect(await store.findMessage('client', gone), undefined);
    },
  },
  {
    name: 'emptying takes a bounded number at once, oldest first, and so does taking away what was emptied',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a'))]);
      await store.apply(
        Array.from({ length: FORGET_MAX + 1 }, (_, index) => observe(`m${index}`, 'bot', [`p${index}`])),
      );
      const forget: Write = { kind: 'forget', beforeMs: LATER_MS };
      const portions = async () =>
        (await store.apply([forget, forget])).map((each) => each.status === 'forgotten' && [each.messages, each.more]);
      expect(await portions(), [
        [FORGET_MAX, true],
        [1, false],
      ]);
      await store.apply([end('a')]);
      expect(await portions(), [
        [FORGET_MAX, true],
        [1, false],
      ]);
      expect(await store.findBinding('client', 'conversation-a'), undefined);
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
