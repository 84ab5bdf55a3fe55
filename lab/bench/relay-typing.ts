// Typing through the relay, HTTP in and HTTP out: against a forwarder without logic, and against the pipeline that a field
// document describes. Upstream is a stub that answers at once. Every request is of another conversation than those before, so
// that each leads to a request upstream; clocks of the relays run ten times faster, so that a conversation can be used again
// after half a second instead of five.
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './support/child.ts';
import { Load, requestText } from './support/load.ts';
import { type Measurement, median, report } from './support/measurement.ts';
import { agentOf, inTurn, p99, type RelayReady } from './support/relay-child.ts';

const IN_FLIGHT = 64;
const CONVERSATIONS = 2_000;
/** Requests until the code of a server is compiled: of one without logic, and of one that has more of it. */
const WARM_UP_ROUNDS = 8;
const ROUNDS = 9;
const PACED_ROUNDS = 3;
/** Requests of a paced round: enough that a single pause of the machine is not its p99. */
const PACED_REQUESTS = 6_000;
const PIPELINE_BROADCASTS = 500;
const FASTER = 10;
/** So that nothing is renewed: one call, one request upstream. */
const DURATION_MS = 3_000;
/** A conversation's limits have room again, on the faster clock. */
const PAUSE_MS = 7_000 / FASTER;
/** Part of the calls that must have led to a request upstream: the others were late by the machine's doing. */
const UPSTREAM_LEAST = 0.99;

type Server = Child<RelayReady>;

interface Round {
  readonly perSecond: number;
  readonly processorMicroseconds: number;
}

await using stub = await Child.start<{ url: string }>('genesys-stub');
const genesysUrl = stub.ready.url;
const relayWith = (kind: 'agentConversations' | 'guestConversations') =>
  Child.start<RelayReady>('relay', [JSON.stringify({ genesysUrl, [kind]: CONVERSATIONS, faster: FASTER })]);
await using agents = await relayWith('agentConversations');
await using guests = await relayWith('guestConversations');
await using bare = await Child.start<RelayReady>('bare-forwarder', [genesysUrl]);
await using pipeline = await Child.start<unknown>('field-pipeline', [
  genesysUrl,
  String(PIPELINE_BROADCASTS),
  String(IN_FLIGHT),
]);

/** The requests of a server, each as often as there are conversations. */
function requestsOf({ ready: { url, token } }: Server, whose: 'agent' | 'guest'): () => string {
  const texts = Array.from({ length: CONVERSATIONS }, (_, index) => {
    const participant = whose === 'guest' ? 'guest' : agentOf(index);
    const body = JSON.stringify({ participant, typing: true, durationMs: DURATION_MS });
    return requestText(url, `/v1/conversations/${whose}-${index}/typing`, { authorization: `Bearer ${token}` }, body);
  });
  const next = inTurn(CONVERSATIONS);
  return () => texts[next()] ?? '';
}

async function full(server: Server, requestOf: () => string): Promise<Round> {
  using load = await Load.open(server.ready.url, IN_FLIGHT);
  const [typings, processor] = [await stub.ask<number>('typings'), await server.ask<number>('processorSeconds')];
  const { seconds } = await load.full(CONVERSATIONS, requestOf);
  const used = (await server.ask<number>('processorSeconds')) - processor;
  const upstream = (await stub.ask<number>('typings')) - typings;
  if (upstream < CONVERSATIONS * UPSTREAM_LEAST) {
    throw new Error(`Only ${upstream} of ${CONVERSATIONS} requests went on upstream: nothing can be compared.`);
  }
  return { perSecond: CONVERSATIONS / seconds, processorMicroseconds: (used / CONVERSATIONS) * 1e6 };
}

async function pacedP99(server: Server, requestOf: () => string, perSecond: number): Promise<number> {
  using load = await Load.open(server.ready.url, IN_FLIGHT);
  return p99((await load.paced(PACED_REQUESTS, perSecond, requestOf)).latenciesMs);
}

const subjects = {
  bare: { server: bare, next: requestsOf(bare, 'agent') },
  agents: { server: agents, next: requestsOf(agents, 'agent') },
  guests: { server: guests, next: requestsOf(guests, 'guest') },
};
const measured = { bare: [] as Round[], agents: [] as Round[], guests: [] as Round[], pipeline: [] as number[] };
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1) {
  for (const name of ['bare', 'agents', 'guests'] as const) {
    const { server, next } = subjects[name];
    const result = await full(server, next);
    if (round >= 0) measured[name].push(result);
  }
  if (round >= -1) {
    const seconds = await pipeline.ask<number>('round');
    if (round >= 0) measured.pipeline.push(PIPELINE_BROADCASTS / seconds);
  }
  await delay(PAUSE_MS);
}
const of = (name: 'bare' | 'agents' | 'guests', member: keyof Round) =>
  median(measured[name].map((round) => round[member]));
const ratio = (name: 'agents' | 'guests') =>
  median(measured[name].map(({ perSecond }, at) => perSecond / (measured.bare[at]?.perSecond ?? Number.NaN)));
const ofPipeline = median(
  measured.agents.map(({ perSecond }, at) => perSecond / (measured.pipeline[at] ?? Number.NaN)),
);

const halfPerSecond = of('agents', 'perSecond') / 2;
const added: number[] = [];
const p99s = { bare: [] as number[], agents: [] as number[] };
for (let round = 0; round < PACED_ROUNDS; round += 1) {
  const bareMs = await pacedP99(bare, subjects.bare.next, halfPerSecond);
  const relayMs = await pacedP99(agents, subjects.agents.next, halfPerSecond);
  p99s.bare.push(bareMs);
  p99s.agents.push(relayMs);
  added.push(relayMs - bareMs);
  await delay(PAUSE_MS);
}

const measurements: Measurement[] = [
  {
    what: 'typing of agents, relay against a bare forwarder',
    value: ratio('agents'),
    unit: '×',
    target: { atLeast: 0.6 },
    note: `requests per second, POST /v1/conversations/{id}/typing in, POST …/communications/{id}/typing out; the forwarder is fastify and undici without credentials, validation, limits, streams or metrics; ${IN_FLIGHT} in flight, median of ${ROUNDS} rounds of ${CONVERSATIONS} in turns`,
  },
  {
    what: 'typing of agents, p99 added at half of that load',
    value: median(added),
    unit: 'ms',
    target: { atMost: 2 },
    note: `${halfPerSecond.toFixed(0)} requests a second to each, counted from when they were due; p99 ${median(p99s.agents).toFixed(1)} ms against ${median(p99s.bare).toFixed(1)} ms`,
  },
  {
    what: 'broadcasts, relay against the field document’s pipeline',
    value: ofPipeline,
    unit: '×',
    target: { atLeast: 5 },
    note: `per second, ${IN_FLIGHT} in flight; the pipeline is activity GET, typing POST and webhook POST with axios, one after the other; with the relay the caller makes one call`,
  },
  {
    what: 'typing of guests (out by WebSocket), relay against the bare forwarder',
    value: ratio('guests'),
    unit: '×',
    note: 'the forwarder’s way out is HTTP',
  },
  { what: 'bare forwarder, processor for one request', value: of('bare', 'processorMicroseconds'), unit: 'µs' },
  { what: 'relay, agent typing, the same', value: of('agents', 'processorMicroseconds'), unit: 'µs' },
  { what: 'relay, guest typing, the same', value: of('guests', 'processorMicroseconds'), unit: 'µs' },
  { what: 'relay, agent typing per second', value: of('agents', 'perSecond'), unit: '/s' },
];
report(measurements);
