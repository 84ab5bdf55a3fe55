import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WATERMARKS } from '../src/domain/event.ts';
import type { Participant } from '../src/domain/participant.ts';
import { sampleBinding } from '../src/store/cases/case.ts';
import { commitTogether } from '../src/store/group-commit.ts';
import { MemoryStore } from '../src/store/memory-store.ts';
import { ALIAS_KINDS } from '../src/store/names.ts';
import { sqliteReads } from '../src/store/sqlite-reads.ts';
import { MIGRATIONS } from '../src/store/sqlite-schema.ts';
import { sqliteWrites } from '../src/store/sqlite-writes.ts';
import type { Write } from '../src/store/store.ts';

// Few of everything, so that names meet; the numbers of two stores must then agree in every corner.
const bindingId = fc.constantFrom('a', 'b', 'c');
const messageId = fc.constantFrom('m1', 'm2', 'm3', 'm4', 'm5', 'm6');
const platformId = fc.constantFrom('p1', 'p2', 'p3', 'm1');
const platformIds = fc.array(platformId, { maxLength: 3 });
const participant = fc.constantFrom<Participant>('guest', 'agent', 'agent:1', 'agent:2', 'bot');
const text = fc.constantFrom('yes', 'no');
const name = fc.constantFrom('x', 'y');
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const atMs = fc.integer({ min: 0, max: 20 });
const time = atMs.map((ms) => new Date(ms).toISOString());
const alias = fc.record({ kind: fc.constantFrom(...ALIAS_KINDS.slice(0, 3)), alias: name });

const kind = <Kind extends Write['kind']>(kind: Kind) => fc.constant(kind);
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    kind: kind('bind'),
    binding: fc
      .record({ id: bindingId, clientId: fc.constantFrom('one', 'two'), createdAtMs: atMs })
      .map(({ id, clientId, createdAtMs }) => sampleBinding(id, { clientId, createdAtMs })),
    aliases: fc.array(alias, { maxLength: 2 }),
  }),
  fc.record({
    kind: kind('update-binding'),
    bindingId,
    token: optional(fc.constant('fresh')),
    genesysConversationId: optional(name),
    ended: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.constant({ because: 'over' })),
  }),
  fc.record({ kind: kind('add-alias'), bindingId, alias }),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('accept-message'),
      message: fc.record({
        id: messageId,
        bindingId,
        participant,
        text,
        acceptedAtMs: atMs,
        idempotencyKey: optional(fc.constantFrom('k1', 'k2')),
      }),
      laneMax: fc.constantFrom(1, 2, 10),
      time,
    }),
  },
  fc.record({ kind: kind('begin-attempt'), messageId, attempts: fc.integer({ min: 0, max: 2 }), atMs }),
  fc.record({ kind: kind('postpone'), messageId, dueAtMs: atMs, reason: text }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('settle-message'),
      messageId,
      status: fc.constantFrom('sent', 'failed'),
      platformIds,
      reason: optional(text),
      time,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('observe-message'),
      id: messageId,
      bindingId,
      participant,
      text,
      platformIds,
      time,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: kind('advance-watermark'),
      bindingId,
      participant,
      watermark: fc.constantFrom(...WATERMARKS),
      messageId: optional(fc.oneof(messageId, platformId)),
      evidence: fc.constantFrom('reported', 'reply'),
      atMs,
      time,
    }),
  },
  fc.record({
    kind: kind('append-event'),
    bindingId,
    body: fc.constant({ kind: 'conversation', state: 'linked' } as const),
    time,
  }),
  fc.record({ kind: kind('save-cursor'), subject: name, position: fc.nat(9), bindingId: optional(bindingId) }),
  fc.record({ kind: kind('forget'), beforeMs: atMs }),
);

/** Conversations there are from the start, most of the time: the writes after it then have something to change. */
const beginning = fc.constantFrom<readonly (readonly Write[])[]>(
  [],
  [
    ['a', 'b'].map((id) => ({
      kind: 'bind',
      binding: sampleBinding(id, { clientId: 'one', createdAtMs: 0 }),
      aliases: [],
    })),
  ],
);
const history = fc
  .tuple(beginning, fc.array(fc.array(write, { maxLength: 5 }), { maxLength: 12 }))
  .map(([first, then]) => [...first, ...then]);

/** The part of `SqliteStore` that decides, without its thread: thousands of batches in a second. */
function sqlite() {
  const database = new DatabaseSync(':memory:');
  for (const migration of MIGRATIONS) database.exec(migration);
  const apply = sqliteWrites(database);
  return {
    commit: (batches: readonly (readonly Write[])[]) => commitTogether(database, apply, batches),
    reads: sqliteReads(database),
  };
}

type Reads = ReturnType<typeof sqliteReads>;
type Queries = { readonly [Name in keyof Reads]: (...args: Parameters<Reads[Name]>) => unknown };

/** Everything that can be asked, as plain data. */
async function everythingOf(reads: Queries): Promise<unknown> {
  const clients = ['one', 'two'];
  const bindings = ['a', 'b', 'c'];
  const answers = [
    reads.openBindings(),
    reads.waitingLanes(),
    ...bindings.map((id) => reads.aliases(id)),
    reads.positions(),
    ...['x', 'y'].map((subject) => reads.cursor(subject)),
    ...bindings.flatMap((id) => [reads.nextInLane(id), reads.watermarks(id), reads.sequence(id)]),
    ...clients.flatMap((clientId) => [
      reads.events({ clientId, limit: 1_000 }),
      reads.events({ clientId, afterPosition: 3, limit: 2 }),
      ...bindings.map((id) => reads.events({ clientId, bindingId: id, afterSequence: 1, limit: 3 })),
      ...['x', 'y'].flatMap((each) => [
        reads.findBinding(clientId, each),
        reads.findBinding(clientId, each, ['guest']),
      ]),
      ...['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'p1', 'p2', 'p3'].map((id) => reads.findMessage(clientId, id)),
    ]),
  ];
  const settled = await Promise.all(answers);
  // Lists whose order says nothing.
  const sorted = settled.map((answer, index) =>
    index < 2 + bindings.length ? (answer as object[]).map((row) => JSON.stringify(row, keysInOrder)).sort() : answer,
  );
  return JSON.parse(JSON.stringify(sorted));
}

const keysInOrder = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

test('SQLite and the model in memory say the same of every write and every read', async () => {
  const statuses = new Set<string>();
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      const model = new MemoryStore();
      const { commit, reads } = sqlite();
      for (const batch of batches) {
        const expected = await model.apply(batch);
        const [result] = commit([batch]);
        expect(result).toEqual({ outcomes: expected });
        for (const { status } of expected) statuses.add(status);
      }
      expect(await everythingOf(reads)).toEqual(await everythingOf(modelReads(model)));
    }),
    { numRuns: 1_000 },
  );
  // The cases above have really met: none of the outcomes was left untried.
  expect([...statuses].sort()).toEqual(
    ['absent', 'done', 'forgotten', 'key-conflict', 'known', 'lane-full', 'repeated', 'taken', 'unchanged'].sort(),
  );
});

test('batches that share a transaction come to the same as one by one', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (batches) => {
      const [together, alone] = [sqlite(), sqlite()];
      expect(together.commit(batches)).toEqual(batches.flatMap((batch) => alone.commit([batch])));
      expect(await everythingOf(together.reads)).toEqual(await everythingOf(alone.reads));
    }),
    { numRuns: 200 },
  );
});

const modelReads = (model: MemoryStore): Queries => ({
  findBinding: (...args) => model.findBinding(...args),
  openBindings: () => model.openBindings(),
  findMessage: (...args) => model.findMessage(...args),
  nextInLane: (...args) => model.nextInLane(...args),
  waitingLanes: () => model.waitingLanes(),
  aliases: (...args) => model.aliases(...args),
  events: (...args) => model.events(...args),
  sequence: (...args) => model.sequence(...args),
  positions: () => model.positions(),
  watermarks: (...args) => model.watermarks(...args),
  cursor: (...args) => model.cursor(...args),
});
