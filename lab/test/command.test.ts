// Real processes: what is tested is the command line, from arguments to exit code.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FidelityResult } from '../fidelity/study.ts';

const MAIN = join(import.meta.dirname, '../fidelity/main.ts');
const PATIENCE_MS = 60_000;

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { maxBuffer: 64_000_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fidelity-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('npm run lab', { timeout: PATIENCE_MS }, () => {
  test('fidelity prints the same bytes for the same seed, with every field', async () => {
    const args = [
      'fidelity',
      '--policies',
      'backchannel,genesys,oracle',
      '--conversations',
      '10',
      '--seed',
      '3',
      '--json',
    ];
    const [one, two] = [await run(...args), await run(...args)];
    expect(one).toMatchObject({ code: 0, stdout: two?.stdout });
    const result = JSON.parse(one?.stdout ?? '') as FidelityResult;
    expect(result).toMatchObject({ seed: 3, traces: 'chat', channel: 'guest', conversations: 10 });
    expect(result.policies.map(({ name }) => name)).toEqual(['backchannel', 'genesys', 'oracle']);
    expect(Object.keys(result.policies[0] ?? {})).toEqual(
      expect.arrayContaining([
        'name',
        'agreement',
        'agreementUnsplit',
        'ghostSecondsPerMessage',
        'missedSecondsPerMessage',
        'showsPerMessage',
        'onsetP95Ms',
        'offLagP95Ms',
        'framesPerComposingMinute',
        'peakPerMinute',
        'refusals',
        'addedMessageDelayMs',
      ]),
    );
  });

  test('fidelity plays a file as it plays what it generated', async () => {
    const file = join(folder, 'traces.jsonl');
    await writeFile(file, (await run('traces', '--conversations', '8', '--seed', '5')).stdout);
    const options = ['--policies', 'backchannel', '--seed', '5', '--json'];
    const fromFile = JSON.parse((await run('fidelity', '--traces', file, ...options)).stdout) as FidelityResult;
    const generated = JSON.parse((await run('fidelity', '--conversations', '8', ...options)).stdout) as FidelityResult;
    expect(fromFile.traces).toBe(file);
    expect(fromFile.policies).toEqual(generated.policies);
  });

  test('fidelity on a shared budget says so', async () => {
    const ran = await run(
      'fidelity',
      '--policies',
      'backchannel',
      '--channel',
      'agent',
      '--conversations',
      '20',
      '--budget',
      '40',
      '--json',
    );
    expect(JSON.parse(ran.stdout)).toMatchObject({ budgetPerMinute: 40, policies: [{ refusals: 0 }] });
  });

  test('a table comes on stdout and progress on stderr', async () => {
    const { stdout, stderr } = await run('fidelity', '--policies', 'backchannel,genesys', '--conversations', '3');
    expect(stdout).toMatch(/^3 conversations \(chat, seed 1\) on channel guest/);
    expect(stderr).toContain('1/2  backchannel');
  });

  test('a bad line of a file ends the run, named', async () => {
    const file = join(folder, 'bad.jsonl');
    await writeFile(file, '{"id":"a","episodes":[{"keys":[[3,"tap"]],"end":{"atMs":4,"kind":"send"}}]}\n');
    const { code, stdout, stderr } = await run('fidelity', '--traces', file, '--json');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('line 1, episodes[0].keys[0][1]: it must be one of letter');
  });

  test.each([
    [[], 'A command is missing.'],
    [['fidelty'], 'There is no command "fidelty".'],
    [['fidelity', '--channel', 'gest'], '--channel "gest" is not known. It is one of: guest,'],
    [['fidelity', '--policies', 'ours'], '--policies "ours" is not known. It is all, or some of: backchannel,'],
    [['fidelity', '--seed', '1.5'], '--seed "1.5" is not a whole number from 1'],
    [['fidelity', '--family', 'chat', '--traces', 'x'], '--traces and --family exclude each other'],
    [['fidelity', '--wat'], "Unknown option '--wat'"],
  ])('%j is a mistake that is explained', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain('npm run lab -- fidelity [options]');
  });

  test('a file that is not there is said without a stack', async () => {
    const { code, stderr } = await run('fidelity', '--traces', join(folder, 'none.jsonl'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/ENOENT.*none\.jsonl/);
    expect(stderr).not.toContain(' at ');
  });
});
