// Real processes and a real disk: what is proved is what a killed process leaves on it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import { StoreFolder } from './support/store-folder.ts';

const ROUNDS = 10;

/** Runs a writer on `file`, kills it once it has said `count` ids, and returns all that it said. */
async function writeUntilKilled(file: string, round: number, count: number): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./support/store-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, file, `${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    acknowledged.push(id);
    if (acknowledged.length === count) child.kill('SIGKILL');
  }
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  return acknowledged;
}

test('every acknowledged write is there after kill -9, in ten rounds on one file', async () => {
  using folder = new StoreFolder();
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    acknowledged.push(...(await writeUntilKilled(folder.file, round, 50 + 97 * round)));

    const store = await SqliteStore.open(folder.file);
    const kept = await store.events({ clientId: 'client', limit: 1_000_000 });
    const ids = kept.map(({ body }) => (body.kind === 'message' ? body.messageId : body.kind));
    expect(new Set(ids).size).toBe(ids.length);
    expect(acknowledged.filter((id) => !ids.includes(id))).toEqual([]);
    expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, index) => index + 1));
    expect(await store.waitingLanes()).toMatchObject([{ bindingId: 'a', queued: ids.length }]);
    await store.close();
  }
}, 120_000);
