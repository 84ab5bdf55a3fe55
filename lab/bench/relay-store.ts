// What the relay's store costs: messages accepted by SqliteStore (every one synced to the disk before it is answered), beside
// MemoryStore, a store that does nothing, and a commit of its own for each message on the main thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MemoryStore, SqliteStore, type Write } from '@backchannel/relay';
import { processorSeconds } from './support/child.ts';
import { type Measurement, median, report } from './support/measurement.ts';

const IN_FLIGHT = 64;
const MESSAGES = 10_000;
const ROUNDS = 3;
/** Messages are spread over so many conversations. */
const CONVERSATIONS = 1_000;
const TIME = '2026-01-05T12:00:00.000Z';
const TEXT = 'Where is my parcel? It should have come on Monday. '.repeat(4);

const folder = mkdtempSync(join(tmpdir(), 'backchannel-bench-'));

type Apply = (batch: readonly Write[]) => Promise<unknown>;

const bindWrite = (id: string): Write => ({
  kind: 'bind',
  binding: {
    id,
    clientId: 'bench',
    conversationId: id,
    guest: { kind: 'webmessaging', deploymentId: 'deployment', token: `token-${id}` },
    guestParticipantId: `guest-${id}`,
    state: 'open',
    provisioned: false,
    createdAtMs: 0,
  },
  aliases: [{ kind: 'conversation', alias: id }],
});
const acceptWrite = (id: string, bindingId: string): Write => ({
  kind: 'accept-message',
  message: { id, bindingId, participant: 'guest', text: TEXT, acceptedAtMs: 0, idempotencyKey: `key-${id}` },
  laneMax: MESSAGES,
  time: TIME,
});

interface Round {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly processorMicroseconds: number;
}

/** `IN_FLIGHT` callers, each of whom waits for its answer before it sends the next. */
async function measure(apply: Apply): Promise<Round> {
  await apply(Array.from({ length: CONVERSATIONS }, (_, index) => bindWrite(`conversation-${index}`)));
  const durations: number[] = [];
  let next = 0;
  const caller = async () => {
    while (next < MESSAGES) {
      const index = next++;
      const startedAtMs = performance.now();
      await apply([acceptWrite(`message-${index}`, `conversation-${index % CONVERSATIONS}`)]);
      durations.push(performance.now() - startedAtMs);
    }
  };
  const [startedAtMs, processorAtStart] = [performance.now(), processorSeconds()];
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
  const seconds = (performance.now() - startedAtMs) / 1_000;
  durations.sort((a, b) => a - b);
  return {
    perSecond: MESSAGES / seconds,
    p50Ms: durations[Math.floor(MESSAGES * 0.5)] ?? Number.NaN,
    p99Ms: durations[Math.floor(MESSAGES * 0.99)] ?? Number.NaN,
    processorMicroseconds: ((processorSeconds() - processorAtStart) / MESSAGES) * 1e6,
  };
}

const subjects: Readonly<Record<string, (file: string) => Promise<Round>>> = {
  async sqlite(file) {
    const store = await SqliteStore.open(file);
    const round = await measure((batch) => store.apply(batch));
    await store.close();
    return round;
  },
  async memory() {
    const store = new MemoryStore();
    return measure((batch) => store.apply(batch));
  },
  /** What the loop above costs by itself. */
  nothing: () => measure(async (batch) => batch.map(() => ({ status: 'done' }))),
  /** One row and one commit for each message, on the thread that serves: the least that a durable store can do without grouping. */
  async alone(file) {
    const database = new DatabaseSync(file);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE messages (id TEXT PRIMARY KEY, body TEXT)',
    );
    const insert = database.prepare('INSERT INTO messages (id, body) VALUES (?, ?)');
    const round = await measure(async (batch) => {
      for (const write of batch)
        if (write.kind === 'accept-message') insert.run(write.message.id, JSON.stringify(write));
    });
    database.close();
    return round;
  },
};

async function roundsOf(name: string): Promise<readonly Round[]> {
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const subject = subjects[name];
    if (!subject) throw new Error(`There is no subject ${name}.`);
    rounds.push(await subject(join(folder, `${name}-${round}.db`)));
  }
  return rounds;
}

try {
  const measured = new Map<string, readonly Round[]>();
  for (const name of Object.keys(subjects)) measured.set(name, await roundsOf(name));
  const of = (name: string, member: keyof Round) => median((measured.get(name) ?? []).map((round) => round[member]));
  const how = `${IN_FLIGHT} in flight, ${MESSAGES.toLocaleString('en')} messages of ${TEXT.length} characters, median of ${ROUNDS} rounds`;
  const measurements: Measurement[] = [
    { what: 'messages accepted, SqliteStore', value: of('sqlite', 'perSecond'), unit: '/s', note: how },
    { what: 'time of one, p50', value: of('sqlite', 'p50Ms'), unit: 'ms' },
    { what: 'time of one, p99', value: of('sqlite', 'p99Ms'), unit: 'ms' },
    { what: 'processor for one, both threads', value: of('sqlite', 'processorMicroseconds'), unit: 'µs' },
    {
      what: 'against one commit for each on the serving thread',
      value: of('sqlite', 'perSecond') / of('alone', 'perSecond'),
      unit: 'x',
      note: 'that one writes a single row without the rules, and blocks its thread for each sync',
    },
    { what: 'messages accepted, MemoryStore', value: of('memory', 'perSecond'), unit: '/s' },
    { what: 'messages accepted, a store that does nothing', value: of('nothing', 'perSecond'), unit: '/s' },
  ];
  report(measurements);
} finally {
  rmSync(folder, { recursive: true });
}
