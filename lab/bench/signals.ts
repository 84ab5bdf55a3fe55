// Keystroke facts per second on one core, and what a million of them leave on the heap.
import { Composing, GUEST_CHANNEL, type KeystrokeKind, TypingEmitter } from '@backchannel/signals';
import { Bench } from 'tinybench';
import { type Measurement, report } from './support/measurement.ts';

/** Facts per call: a clock around each fact would measure the clock. */
const BATCH = 10_000;
/** Between two keys, so that emitters have to renew now and then. */
const KEY_EVERY_MS = 120;

const kinds: readonly KeystrokeKind[] = ['letter', 'letter', 'letter', 'letter', 'space', 'letter', 'delete', 'stop'];

/** A stream of facts that goes on where it stopped. */
function keys(onKey: (atMs: number, kind: KeystrokeKind) => void): (count: number) => void {
  let atMs = 0;
  return (count) => {
    for (let key = 0; key < count; key += 1) {
      atMs += KEY_EVERY_MS;
      onKey(atMs, kinds[key & 7] ?? 'letter');
    }
  };
}

function composingAlone(): (count: number) => void {
  const composing = new Composing();
  return keys((atMs, kind) => composing.keystroke(atMs, kind));
}

/** As `Typing` does it: each fact is followed by the question what to send. */
function withEmitter(): (count: number) => void {
  const composing = new Composing();
  const emitter = new TypingEmitter({ composing, channel: GUEST_CHANNEL });
  return keys((atMs, kind) => {
    composing.keystroke(atMs, kind);
    for (const { id } of emitter.poll(atMs).intents) emitter.settled(id, 'sent', atMs);
  });
}

async function factsPerSecond(stream: (count: number) => void): Promise<number> {
  const bench = new Bench({ time: 1_000, warmupTime: 300 });
  bench.add('keystrokes', () => stream(BATCH));
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !('throughput' in result))
    throw new Error(`The benchmark did not complete: ${JSON.stringify(result)}`);
  return result.throughput.mean * BATCH;
}

/** Bytes that a million facts leave behind once the garbage is gone. */
function retainedBytes(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('The heap cannot be measured without node --expose-gc.');
  const stream = withEmitter();
  stream(BATCH); // rings and windows are at their bounds, code is compiled
  collect();
  const before = process.memoryUsage().heapUsed;
  stream(1_000_000);
  collect();
  const after = process.memoryUsage().heapUsed;
  stream(1); // keeps the machines alive until the heap has been read
  return after - before;
}

const measurements: Measurement[] = [
  {
    what: 'keystroke facts into Composing, one core',
    value: (await factsPerSecond(composingAlone())) / 1e6,
    unit: 'million/s',
    target: { atLeast: 5 },
  },
  {
    what: 'the same with a TypingEmitter polled after each fact',
    value: (await factsPerSecond(withEmitter())) / 1e6,
    unit: 'million/s',
  },
  {
    what: 'heap kept by 1,000,000 facts',
    value: retainedBytes() / 1e6,
    unit: 'MB',
    target: { atMost: 0.1 },
    note: 'after a full collection, Composing and TypingEmitter',
  },
];
report(measurements);
