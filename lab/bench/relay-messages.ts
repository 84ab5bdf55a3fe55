// Messages through the relay with its store (each commit synced to the disk before the answer), against the same server with
// a store that does nothing; and typing while that goes on. Upstream is a stub that answers at once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './support/child.ts';
import { Load, requestText } from './support/load.ts';
import { type Measurement, median, report } from './support/measurement.ts';
import { agentOf, inTurn, p99, type RelayReady } from './support/relay-child.ts';

const IN_FLIGHT = 64;
const CONVERSATIONS = 2_000;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 5;
const PACED_ROUNDS = 3;
/** Typing beside the messages: enough for a p99, too little to be a load of its own. */
const TYPINGS = 1_000;
const TYPINGS_PER_SECOND = 200;
const FASTER = 10;
const DURATION_MS = 3_000;
const TEXT = 'Where is my parcel? It should have come on Monday. '.repeat(4);
/** A round's messages are delivered within this time, or something is stuck. */
const DRAIN_MAX_MS = 20_000;

type Server = Child<RelayReady>;

interface Round {
  readonly perSecond: number;
  readonly processorMicroseconds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'backchannel-bench-'));
await using stub = await Child.start<{ url: string }>('genesys-stub');
const relayWith = (store: string) =>
  Child.start<RelayReady>('relay', [
    JSON.stringify({ genesysUrl: stub.ready.url, agentConversations: CONVERSATIONS, store, faster: FASTER }),
  ]);

function requestsOf({ ready: { url, token } }: Server, what: 'messages' | 'typing'): () => string {
  const texts = Array.from({ length: CONVERSATIONS }, (_, index) => {
    const said = what === 'messages' ? { text: TEXT } : { typing: true, durationMs: DURATION_MS };
    const body = JSON.stringify({ participant: agentOf(index), ...said });
    return requestText(url, `/v1/conversations/agent-${index}/${what}`, { authorization: `Bearer ${token}` }, body);
  });
  const next = inTurn(CONVERSATIONS);
  return () => texts[next()] ?? '';
}

/** Waits until all that was accepted has gone upstream. */
async function drained(expected: number): Promise<void> {
  const untilMs = performance.now() + DRAIN_MAX_MS;
  for (;;) {
    const messages = await stub.ask<number>('messages');
    if (messages >= expected) return;
    if (performance.now() > untilMs) throw new Error(`${expected - messages} messages were not delivered.`);
    await delay(10);
  }
}

async function full(server: Server, requestOf: () => string): Promise<Round> {
  using load = await Load.open(server.ready.url, IN_FLIGHT);
  const [messages, processor] = [await stub.ask<number>('messages'), await server.ask<number>('processorSeconds')];
  const { seconds } = await load.full(CONVERSATIONS, requestOf);
  await drained(messages + CONVERSATIONS);
  const used = (await server.ask<number>('processorSeconds')) - processor;
  return { perSecond: CONVERSATIONS / seconds, processorMicroseconds: (used / CONVERSATIONS) * 1e6 };
}

try {
  await using kept = await relayWith(join(folder, 'relay.db'));
  await using nothing = await relayWith('nothing');
  const subjects = {
    nothing: { server: nothing, next: requestsOf(nothing, 'messages') },
    kept: { server: kept, next: requestsOf(kept, 'messages') },
  };
  const measured = { nothing: [] as Round[], kept: [] as Round[] };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
    for (const name of ['nothing', 'kept'] as const) {
      const result = await full(subjects[name].server, subjects[name].next);
      if (round >= 0) measured[name].push(result);
    }
  }
  const of = (name: 'nothing' | 'kept', member: keyof Round) => median(measured[name].map((round) => round[member]));

  const typing = requestsOf(kept, 'typing');
  using typists = await Load.open(kept.ready.url, IN_FLIGHT);
  using writers = await Load.open(kept.ready.url, IN_FLIGHT);
  const typingP99 = async () => p99((await typists.paced(TYPINGS, TYPINGS_PER_SECOND, typing)).latenciesMs);
  const seconds = TYPINGS / TYPINGS_PER_SECOND;
  const halfPerSecond = of('kept', 'perSecond') / 2;
  const p99s = { alone: [] as number[], half: [] as number[], full: [] as number[] };
  await typingP99();
  for (let round = 0; round < PACED_ROUNDS; round += 1) {
    p99s.alone.push(await typingP99());
    const before = await stub.ask<number>('messages');
    const count = Math.ceil(halfPerSecond * seconds);
    const [half] = await Promise.all([typingP99(), writers.paced(count, halfPerSecond, subjects.kept.next)]);
    p99s.half.push(half);
    await drained(before + count);
    const many = Math.ceil(of('kept', 'perSecond') * seconds);
    const [whole] = await Promise.all([typingP99(), writers.full(many, subjects.kept.next)]);
    p99s.full.push(whole);
    await drained(before + count + many);
  }
  const during = median(p99s.half.map((ms, at) => ms / (p99s.alone[at] ?? Number.NaN)));
  const p99Text = (name: keyof typeof p99s) => `${median(p99s[name]).toFixed(1)} ms`;

  const measurements: Measurement[] = [
    {
      what: 'messages accepted, relay against the same with a store that does nothing',
      value: median(
        measured.kept.map(({ perSecond }, at) => perSecond / (measured.nothing[at]?.perSecond ?? Number.NaN)),
      ),
      unit: '×',
      target: { atLeast: 0.45 },
      note: `requests per second while they are delivered as well, synchronous=FULL; ${IN_FLIGHT} in flight, texts of ${TEXT.length} characters, median of ${ROUNDS} rounds of ${CONVERSATIONS} in turns`,
    },
    {
      what: 'typing p99 while messages go, against typing alone',
      value: during,
      unit: '×',
      target: { atMost: 2 },
      note: `${TYPINGS_PER_SECOND} typing calls a second beside half of the messages that the relay can take (${halfPerSecond.toFixed(0)} a second): ${p99Text('half')} against ${p99Text('alone')}; beside all that it can take: ${p99Text('full')}`,
    },
    {
      what: 'processor for one message, delivered, both threads',
      value: of('kept', 'processorMicroseconds'),
      unit: 'µs',
    },
    { what: 'the same with a store that does nothing', value: of('nothing', 'processorMicroseconds'), unit: 'µs' },
    { what: 'messages accepted per second', value: of('kept', 'perSecond'), unit: '/s' },
  ];
  report(measurements);
} finally {
  rmSync(folder, { recursive: true });
}
