// `npm run bench`: every benchmark in a process of its own, one after the other; one table.
//   npm run bench -- signals     only that one
//   npm run bench -- --json      for machines
//   npm run bench -- --write     also docs/performance.md
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Machine, machine } from './support/machine.ts';
import { performancePage, type Result, table } from './support/presentation.ts';

const BENCHMARKS = [
  'signals',
  'bundle-size',
  'frames',
  'idle-guests',
  'storm',
  'first-page',
  'relay-store',
  'relay-typing',
  'relay-messages',
  'relay-sessions',
  'relay-scale',
  'relay-streams',
] as const;
/** A benchmark that takes longer is stuck. */
const TIMEOUT_MS = 180_000;

const root = join(import.meta.dirname, '../..');
const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith('--'));
const flags = new Set(words.filter((word) => word.startsWith('--')));

function chosen(): readonly string[] {
  const unknown = [
    ...names.filter((name) => !(BENCHMARKS as readonly string[]).includes(name)),
    ...[...flags].filter((flag) => flag !== '--json' && flag !== '--write'),
  ];
  if (unknown.length > 0) {
    throw new Error(
      `npm run bench does not know ${unknown.join(', ')}. Benchmarks: ${BENCHMARKS.join(', ')}. Options: --json, --write.`,
    );
  }
  if (flags.has('--write') && names.length > 0) {
    throw new Error('docs/performance.md holds all benchmarks of one run: leave out the names with --write.');
  }
  return names.length > 0 ? names : BENCHMARKS;
}

async function run(name: string): Promise<Result> {
  const startedAtMs = performance.now();
  // --expose-gc: what the heap keeps can only be told after a collection.
  const child = spawn(process.execPath, ['--expose-gc', join(import.meta.dirname, `${name}.ts`)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code, signal] = await once(child, 'close');
  const result = { name, repeat: `npm run bench -- ${name}`, seconds: (performance.now() - startedAtMs) / 1000 };
  if (code === 0) return { ...result, measurements: JSON.parse(out.trim().split('\n').at(-1) ?? '') };
  const reason =
    signal === null
      ? (/^(?:\w*Error): (.+)$/m.exec(complaint)?.[1] ?? complaint.trim())
      : `ended by ${signal} after ${TIMEOUT_MS / 1000} s`;
  return { ...result, measurements: [], failure: reason };
}

try {
  const toRun = chosen();
  const on: Machine = machine();
  const results: Result[] = [];
  for (const name of toRun) {
    if (!flags.has('--json')) process.stderr.write(`measuring ${name} …\n`);
    results.push(await run(name));
  }
  if (flags.has('--json')) process.stdout.write(`${JSON.stringify({ machine: on, results }, null, 2)}\n`);
  else process.stdout.write(table(results, on));
  const failed = results.some(({ failure }) => failure !== undefined);
  if (flags.has('--write')) {
    if (failed) throw new Error('docs/performance.md was not written: a benchmark did not finish.');
    await writeFile(join(root, 'docs/performance.md'), performancePage(results, on));
  }
  if (failed) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
