import type { Write } from '../store.ts';
import {
  accept,
  bind,
  end,
  everything,
  expect,
  expectStatuses,
  LATER_MS,
  NOON,
  NOON_MS,
  observe,
  type StoreCase,
  sampleBinding,
  settle,
  statuses,
} from './case.ts';

/** Messages on their way and as the platform shows them, and the lanes that they wait in. */
export const messageCases: readonly StoreCase[] = [
  {
    name: 'an accepted message waits in its lane and is in the log',
    run: async (store) => {
      const [, outcome] = await store.apply([bind(sampleBinding('a')), accept('m1', { key: 'k' })]);
      const event = {
        bindingId: 'a',
        clientId: 'client',
        conversationId: 'conversation-a',
        time: NOON,
        position: 1,
        sequence: 1,
        body: {
          kind: 'message',
          messageId: 'm1',
          participant: 'guest',
          text: 'text of m1',
          status: 'accepted',
          platformIds: [],
        },
      };
      expect(outcome, { status: 'done', event });
      expect(await store.events(everything), [event]);
      const message = {
        id: 'm1',
        bindingId: 'a',
        participant: 'guest',
        text: 'text of m1',
        status: 'accepted',
        sequence: 1,
        platformIds: [],
        attempts: 0,
        dueAtMs: NOON_MS,
        acceptedAtMs: NOON_MS,
        idempotencyKey: 'k',
      };
      expect(await store.nextInLane('a'), message);
      expect(await store.findMessage('client', 'm1'), message);
      expect(await store.findMessage('other', 'm1'), undefined);
      expect(await store.waitingLanes(), [{ bindingId: 'a', dueAtMs: NOON_MS, queued: 1 }]);
    },
  },
  {
    name: 'a text of any characters comes back as it was',
    run: async (store) => {
      const text = `"\\\n\t\u2028'; DROP TABLE messages; -- 🙂 é ${'x'.repeat(4_000)}`;
      await store.apply([bind(sampleBinding('a')), accept('m1', { text })]);
      expect((await store.nextInLane('a'))?.text, text);
      const [event] = await store.events(everything);
      expect(event?.body.kind === 'message' && event.body.text, text);
    },
  },
  {
    name: 'a lane gives its messages in the order in which they were accepted, whatever is due',
    run: async (store) => {
      const postpone: Write = { kind: 'postpone', messageId: 'm1', dueAtMs: LATER_MS, reason: 'offline' };
      await store.apply([bind(sampleBinding('a')), accept('m1'), accept('m2'), postpone]);
      const next = await store.nextInLane('a');
      expect([next?.id, next?.dueAtMs, next?.reason], ['m1', LATER_MS, 'offline']);
      expect(await store.waitingLanes(), [{ bindingId: 'a', dueAtMs: LATER_MS, queued: 2 }]);
      await store.apply([settle('m1')]);
      expect((await store.nextInLane('a'))?.id, 'm2');
    },
  },
  {
    name: 'a full lane refuses, until something of it has gone',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b'))]);
      const [first, second] = [accept('m1', { laneMax: 1 }), accept('m2', { laneMax: 1 })];
      const elsewhere = accept('m3', { bindingId: 'b', laneMax: 1 });
      await expectStatuses(store, [first, second, elsewhere], ['done', 'lane-full', 'done']);
      expect((await store.positions()).newest, 2);
      await expectStatuses(store, [settle('m1'), second], ['done', 'done']);
    },
  },
  {
    name: 'a key that was used gives the first message again, and is refused for other content',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b')), accept('m1', { key: 'k', text: 'x' })]);
      const outcomes = await store.apply([
        accept('m2', { key: 'k', text: 'x', laneMax: 1 }),
        accept('m3', { key: 'k', text: 'y' }),
        accept('m4', { key: 'k', text: 'x', bindingId: 'b' }),
        accept('m1', { text: 'x' }),
        accept('m1', { text: 'z' }),
        end('a'),
        accept('m5', { key: 'k', text: 'x' }),
      ]);
      const expected = ['repeated', 'key-conflict', 'done', 'repeated', 'key-conflict', 'done', 'repeated'];
      expect(statuses(outcomes), expected);
      expect(
        outcomes.map((outcome) => ('message' in outcome ? outcome.message.id : undefined)),
        ['m1', 'm1', undefined, 'm1', 'm1', undefined, 'm1'],
      );
    },
  },
  {
    name: 'nothing is accepted or seen where no binding is open, but what waits can still be settled',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), accept('m1'), end('a')]);
      const unknown = accept('m2', { bindingId: 'b' });
      const attempts = [accept('m3'), unknown, observe('m4', 'bot', ['p']), settle('m1')];
      await expectStatuses(store, attempts, ['absent', 'absent', 'absent', 'done']);
    },
  },
  {
    name: 'an attempt is taken once, by who knows how many there were',
    run: async (store) => {
      const begin = (attempts: number): Write => ({ kind: 'begin-attempt', messageId: 'm1', attempts, atMs: LATER_MS });
      await store.apply([bind(sampleBinding('a')), accept('m1')]);
      await expectStatuses(store, [begin(1), begin(0), begin(0), begin(1)], ['absent', 'done', 'absent', 'done']);
      const message = await store.nextInLane('a');
      expect([message?.attempts, message?.dueAtMs], [2, LATER_MS]);
      await expectStatuses(store, [settle('m1'), begin(2)], ['done', 'absent']);
    },
  },
  {
    name: 'a message settles once, with the ids that the platform gave it',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), accept('m1')]);
      const [first, second] = await store.apply([settle('m1', ['p1', 'p2', 'p1']), settle('m1', ['p3'])]);
      expect(second, { status: 'absent' });
      expect(first?.status === 'done' && first.event?.body, {
        kind: 'message-status',
        messageId: 'm1',
        participant: 'guest',
        status: 'sent',
        platformIds: ['p1', 'p2', 'p1'],
      });
      const message = await store.findMessage('client', 'p2');
      expect([message?.id, message?.status, message?.platformIds], ['m1', 'sent', ['p1', 'p2']]);
      expect(await store.findMessage('client', 'p3'), undefined);
      expect(await store.findMessage('other', 'p1'), undefined);
      expect(await store.waitingLanes(), []);
    },
  },
  {
    name: 'a failed message keeps its reason and leaves the lane',
    run: async (store) => {
      const fail: Write = {
        kind: 'settle-message',
        messageId: 'm1',
        status: 'failed',
        platformIds: [],
        reason: 'refused',
        time: NOON,
      };
      await store.apply([bind(sampleBinding('a')), accept('m1'), fail]);
      const message = await store.findMessage('client', 'm1');
      expect([message?.status, message?.reason], ['failed', 'refused']);
      expect(await store.nextInLane('a'), undefined);
      await expectStatuses(store, [{ kind: 'postpone', messageId: 'm1', dueAtMs: 1, reason: '' }], ['absent']);
    },
  },
  {
    name: 'a message of the platform is logged once, by whichever of its ids it comes again, and learns the others',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a'))]);
      const [first, again, third] = await store.apply([
        observe('m1', 'agent:1', ['p1']),
        observe('m2', 'agent:1', ['p2', 'p1']),
        observe('m3', 'agent:1', ['p2']),
      ]);
      expect(first?.status, 'done');
      expect(again?.status === 'known' && [again.message.id, again.message.platformIds], ['m1', ['p1', 'p2']]);
      expect(third?.status === 'known' && third.message.id, 'm1');
      expect((await store.events(everything)).length, 1);
      expect((await store.findMessage('client', 'm1'))?.status, 'sent');
      expect(await store.nextInLane('a'), undefined);
    },
  },
  {
    name: 'what the platform shows of a settled message is known',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), accept('m1'), settle('m1', ['p1'])]);
      const [outcome] = await store.apply([observe('m2', 'guest', ['p1', 'p2'])]);
      expect(outcome?.status === 'known' && outcome.message.id, 'm1');
      expect((await store.findMessage('client', 'p2'))?.id, 'm1');
    },
  },
  {
    name: 'two conversations of a client may show one message of the platform, each as its own',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b')), observe('m1', 'bot', ['p'])]);
      const other: Write = { ...(observe('m2', 'bot', ['p']) as Write & { kind: 'observe-message' }), bindingId: 'b' };
      await expectStatuses(store, [other], ['done']);
      expect((await store.findMessage('client', 'p'))?.id, 'm2');
    },
  },
];
