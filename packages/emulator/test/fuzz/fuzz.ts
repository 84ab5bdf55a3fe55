import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, startEmulator } from '@backchannel/emulator';
import { TestSocket } from '../support/socket.ts';
import { CountingClock } from './counting-clock.ts';
import { Findings, Patience } from './findings.ts';
import { fuzzFrames } from './frames.ts';
import { heldBytes } from './memory.ts';
import { fuzzRequests } from './requests.ts';
import { FUZZ_TOKEN } from './samples.ts';

/** How long the handles of a closed emulator may take to go. */
const LEAK_PATIENCE_MS = 5_000;

/**
 * What may be held after a reset beyond what a fresh emulator holds, whatever the number of runs: code that was compiled
 * meanwhile, and the pools of `fetch`. Measured: 8 MB after 20,000 runs, 4 MB after 100,000.
 */
const GROWTH_BYTES_MAX = 24_000_000;

/** Sockets and servers that keep this process busy, by kind: a socket that went must not hide a server that stayed. */
function resources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (/TCP|Server/.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** What there is now and was not there before. Waits for what is on its way out, which connections of `fetch` are for a while. */
async function leftSince(before: ReadonlyMap<string, number>, patienceMs: number): Promise<readonly string[]> {
  const left = (): readonly string[] =>
    [...resources()].flatMap(([name, count]) => (count > (before.get(name) ?? 0) ? [`${count} × ${name}`] : []));
  const giveUpAtMs = performance.now() + patienceMs;
  while (left().length > 0 && performance.now() < giveUpAtMs) await delay(50);
  return left();
}

/** A conversation with an agent, so that there is something to break. */
async function conversation(genesys: Emulator): Promise<void> {
  const guest = await new TestSocket(
    `${genesys.url.replace(/^http/, 'ws')}/v1?deploymentId=${genesys.info.deploymentId}`,
  ).opened();
  guest.send({ action: 'configureSession', token: FUZZ_TOKEN, deploymentId: genesys.info.deploymentId });
  guest.send({ action: 'onMessage', token: FUZZ_TOKEN, message: { type: 'Text', text: 'hello' } });
  await guest.next();
  await guest.next();
  await guest.close();
}

/** For tests of the guards: what breaks the emulator, and how soon that has to be noticed. */
export interface FuzzOptions {
  readonly prepare?: (genesys: Emulator) => void;
  readonly hangMs?: number;
  readonly leakPatienceMs?: number;
}

/**
 * Sends `runs` wrong frames and requests, half and half, to an emulator over real sockets. Throws with the counterexample
 * when one of them is answered by a fault (5xx, 5000), by nothing at all, or ends a connection that it should not; and when
 * memory has grown that a reset does not give back, or handles are left after the emulator was closed.
 */
export async function fuzz(runs: number, seed: number, options: FuzzOptions = {}): Promise<Findings> {
  const { prepare = () => undefined, leakPatienceMs = LEAK_PATIENCE_MS } = options;
  const findings = new Findings();
  const patience = new Patience(options.hangMs);
  // What an earlier run has closed is still going: counted now, it would hide what this one leaves.
  await leftSince(new Map(), LEAK_PATIENCE_MS);
  const before = resources();
  const clock = new CountingClock();
  const genesys = await startEmulator({ port: 0, seed: 1, limits: 'off', ports: { clock } });
  const faults: string[] = [];
  genesys.journal.subscribe(({ note, kind }) => {
    if (note?.includes('fault of the emulator') === true) faults.push(`${kind}: ${note}`);
  });
  try {
    await conversation(genesys);
    prepare(genesys);
    const freshBytes = heldBytes();
    await fuzzFrames(genesys, Math.ceil(runs / 2), seed, findings, patience);
    await conversation(genesys);
    await fuzzRequests(genesys, Math.floor(runs / 2), seed, findings, patience);
    await patience.within('a reset', genesys.reset());
    findings.grownBytes = heldBytes() - freshBytes;
  } finally {
    await patience.within('its end', genesys.close());
  }
  if (faults.length > 0) throw new Error(`The emulator told of its own faults:\n${faults.slice(0, 5).join('\n')}`);
  if (findings.grownBytes > GROWTH_BYTES_MAX) {
    const [grown, max] = [findings.grownBytes, GROWTH_BYTES_MAX].map((bytes) => (bytes / 1_000_000).toFixed(0));
    throw new Error(
      `Memory leaks: ${grown} MB are held after a reset that a fresh emulator does not hold (bound ${max}).`,
    );
  }
  const timers = clock.waiting;
  clock.clear();
  if (timers > 0) throw new Error(`Left after the emulator was closed: ${timers} timers.`);
  const left = await leftSince(before, leakPatienceMs);
  if (left.length > 0) throw new Error(`Left after the emulator was closed: ${left.join(', ')}.`);
  return findings;
}
