import type { WriteOutcome } from '../store.ts';
import {
  accept,
  advance,
  bind,
  everything,
  expect,
  expectStatuses,
  observe,
  type StoreCase,
  sampleBinding,
} from './case.ts';

/** How far somebody has read. */
export const watermarkCases: readonly StoreCase[] = [
  {
    name: 'a watermark moves forward only, and takes those that it includes with it',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), observe('m1', 'agent:1', ['p1']), observe('m2', 'agent:1', ['p2'])]);
      const [seen, back, again, delivered] = await store.apply([
        advance('guest', 'seen', 'p2'),
        advance('guest', 'seen', 'm1'),
        advance('guest', 'seen', 'm2'),
        advance('guest', 'delivered', 'm1'),
      ]);
      const body = {
        kind: 'receipt',
        participant: 'guest',
        watermark: 'seen',
        messageId: 'm2',
        upTo: 2,
        evidence: 'reported',
      };
      expect(seen?.status === 'done' && seen.event?.body, body);
      for (const outcome of [back, again, delivered])
        expect(outcome, { status: 'unchanged', upTo: 2, messageId: 'm2' });
      const marks = await store.watermarks('a');
      expect(
        marks.map(({ watermark, upTo }) => [watermark, upTo]),
        [
          ['delivered', 2],
          ['displayed', 2],
          ['seen', 2],
        ],
      );
      expect((await store.events(everything)).length, 3);
    },
  },
  {
    name: 'without a message named, a watermark goes to the newest sent message of somebody else',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), observe('m1', 'agent:1', ['p1'])]);
      await store.apply([accept('m2'), observe('m3', 'guest', ['p3'])]);
      const [guest, agent, nameless] = await store.apply([
        advance('guest', 'seen'),
        advance('agent:2', 'seen'),
        advance('agent', 'seen'),
      ]);
      const upTo = (outcome: WriteOutcome | undefined) =>
        outcome?.status === 'done' && outcome.event?.body.kind === 'receipt' && outcome.event.body.upTo;
      expect([guest, agent, nameless].map(upTo), [1, 3, 3]);
      expect(await store.apply([advance('guest', 'seen')]), [{ status: 'unchanged', upTo: 1, messageId: 'm1' }]);
    },
  },
  {
    name: 'nobody reads a message that is or may be their own, one of another conversation, or none',
    run: async (store) => {
      await store.apply([bind(sampleBinding('a')), bind(sampleBinding('b')), accept('m2', { bindingId: 'b' })]);
      await store.apply([observe('m1', 'agent', ['p1'])]);
      await expectStatuses(
        store,
        [
          advance('agent:1', 'seen', 'm1'),
          advance('agent', 'seen', 'm1'),
          advance('agent:1', 'seen', 'm2'),
          advance('agent:1', 'seen', 'm9'),
        ],
        ['absent', 'absent', 'absent', 'absent'],
      );
      expect(await store.apply([advance('agent:1', 'seen')]), [{ status: 'unchanged', upTo: 0 }]);
      await expectStatuses(store, [advance('guest', 'seen', 'm1')], ['done']);
    },
  },
];
