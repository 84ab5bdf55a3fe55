import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, startEmulator } from '@backchannel/emulator';
import { TestSocket } from '../support/socket.ts';
import { Findings } from './findings.ts';
import { fuzzFrames } from './frames.ts';
import { fuzzRequests } from './requests.ts';
import { FUZZ_TOKEN } from './samples.ts';

/** Handles of the process that stay open after the emulator is closed, and how long they may take to go. */
const LEAK_PATIENCE_MS = 5_000;

/** Sockets, servers and timers that keep this process busy. */
const resources = (): readonly string[] =>
  process.getActiveResourcesInfo().filter((name) => /TCP|Server|Timeout|Immediate/.test(name));

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

/**
 * Sends `runs` wrong frames and requests, half and half, to an emulator over real sockets. Throws with the counterexample
 * when one of them is answered by a fault (5xx, 5000), by nothing at all, ends a connection that it should not, or when
 * something of the emulator is still there after it was closed. `prepare` may break the emulator, to see that it is noticed.
 */
export async function fuzz(
  runs: number,
  seed: number,
  prepare: (genesys: Emulator) => void = () => undefined,
): Promise<Findings> {
  const findings = new Findings();
  const before = resources().length;
  const genesys = await startEmulator({ port: 0, seed: 1, limits: 'off' });
  const faults: string[] = [];
  genesys.journal.subscribe(({ note, kind }) => {
    if (note?.includes('fault of the emulator') === true) faults.push(`${kind}: ${note}`);
  });
  try {
    await conversation(genesys);
    prepare(genesys);
    await fuzzFrames(genesys, Math.ceil(runs / 2), seed, findings);
    await conversation(genesys);
    await fuzzRequests(genesys, Math.floor(runs / 2), seed, findings);
  } finally {
    await genesys.close();
  }
  if (faults.length > 0) throw new Error(`The emulator told of its own faults:\n${faults.slice(0, 5).join('\n')}`);
  const giveUpAtMs = performance.now() + LEAK_PATIENCE_MS;
  while (resources().length > before && performance.now() < giveUpAtMs) await delay(50);
  const left = resources();
  // Connections that `fetch` keeps for later are its own; the emulator has closed its ends.
  if (left.length > before) throw new Error(`Left after the emulator was closed: ${left.join(', ')}.`);
  return findings;
}
