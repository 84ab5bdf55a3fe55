// What a signal costs a relay with 100 conversations, and one with 10,000: the same calls at the same rate, each of which leads
// to a request upstream. So that 100 conversations have room in their limits for it, the clocks of both run ten times faster.
// Both are measured at the same time, so that the machine's other work meets both.
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './support/child.ts';
import { Load, requestText } from './support/load.ts';
import { type Measurement, median, report } from './support/measurement.ts';
import { agentOf, inTurn, type RelayReady } from './support/relay-child.ts';

const FEW = 100;
const MANY = 10_000;
const CONNECTIONS = 16;
const SIGNALS = 450;
/** 100 conversations: one in 0.67 s each, which is 6.7 s on their clock. */
const PER_SECOND = 150;
const FASTER = 10;
/** Calls until the code is compiled; what they declare holds already, so few of them go on upstream. */
const WARM_UP_CALLS = 10_000;
const WARM_UP_ROUNDS = 2;
const ROUNDS = 5;
const DURATION_MS = 3_000;
/** A conversation's limits have room again. */
const PAUSE_MS = 61_000 / FASTER;
const UPSTREAM_LEAST = 0.97;

await using stub = await Child.start<{ url: string }>('genesys-stub');
const relayWith = (agentConversations: number) =>
  Child.start<RelayReady>('relay', [
    JSON.stringify({ genesysUrl: stub.ready.url, agentConversations, faster: FASTER }),
  ]);
await using few = await relayWith(FEW);
await using many = await relayWith(MANY);

function requestsOf({ ready: { url, token } }: Child<RelayReady>, conversations: number): () => string {
  const texts = Array.from({ length: conversations }, (_, index) => {
    const body = JSON.stringify({ participant: agentOf(index), typing: true, durationMs: DURATION_MS });
    return requestText(url, `/v1/conversations/agent-${index}/typing`, { authorization: `Bearer ${token}` }, body);
  });
  const next = inTurn(conversations);
  return () => texts[next()] ?? '';
}

/** Microseconds of the relay's processor for one signal. */
async function round(server: Child<RelayReady>, requestOf: () => string): Promise<number> {
  using load = await Load.open(server.ready.url, CONNECTIONS);
  const processor = await server.ask<number>('processorSeconds');
  await load.paced(SIGNALS, PER_SECOND, requestOf);
  const used = (await server.ask<number>('processorSeconds')) - processor;
  return (used / SIGNALS) * 1e6;
}

async function warmUp(server: Child<RelayReady>, requestOf: () => string): Promise<void> {
  using load = await Load.open(server.ready.url, CONNECTIONS);
  await load.full(WARM_UP_CALLS, requestOf);
}

const [ofFew, ofMany] = [requestsOf(few, FEW), requestsOf(many, MANY)];
await warmUp(few, ofFew);
await warmUp(many, ofMany);
await delay(PAUSE_MS);
const rounds: { readonly few: number; readonly many: number }[] = [];
for (let at = -WARM_UP_ROUNDS; at < ROUNDS; at += 1) {
  const typings = await stub.ask<number>('typings');
  const [microsecondsFew, microsecondsMany] = await Promise.all([round(few, ofFew), round(many, ofMany)]);
  const upstream = (await stub.ask<number>('typings')) - typings;
  if (upstream < 2 * SIGNALS * UPSTREAM_LEAST) {
    throw new Error(`Only ${upstream} of ${2 * SIGNALS} signals went on upstream.`);
  }
  if (at >= 0) rounds.push({ few: microsecondsFew, many: microsecondsMany });
}

const measurements: Measurement[] = [
  {
    what: 'processor for one signal, 10,000 conversations against 100',
    value: median(rounds.map(({ few, many }) => many / few)),
    unit: '×',
    target: { atMost: 1.3 },
    note: `agent typing, HTTP in and HTTP out, ${PER_SECOND} a second to each at the same time, median of ${ROUNDS} rounds of ${SIGNALS}; a process that is mostly idle takes several times as long for one signal as a busy one`,
  },
  { what: 'with 100 conversations', value: median(rounds.map(({ few }) => few)), unit: 'µs' },
  { what: 'with 10,000 conversations', value: median(rounds.map(({ many }) => many)), unit: 'µs' },
];
report(measurements);
