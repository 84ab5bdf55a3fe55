import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

// Biome skips a plugin that does not compile and still exits with 0, so the rules need a test of their own.
const home = mkdtempSync(join(tmpdir(), 'lint-rules-'));
cpSync('biome.json', join(home, 'biome.json'));
cpSync('tools/lint/no-ambient-time.grit', join(home, 'tools/lint/no-ambient-time.grit'));
afterAll(() => rmSync(home, { recursive: true }));

/** What Biome finds in each file, by path: the categories of its findings, without repeats. */
function lint(files: readonly string[], code: string): Record<string, string[]> {
  for (const file of files) {
    mkdirSync(join(home, dirname(file)), { recursive: true });
    writeFileSync(join(home, file), code);
  }
  const bin = resolve('node_modules/@biomejs/biome/bin/biome');
  const run = spawnSync(process.execPath, [bin, 'lint', '--vcs-enabled=false', '--reporter=json', ...files], {
    cwd: home,
    encoding: 'utf8',
  });
  const { diagnostics } = JSON.parse(run.stdout) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  const found = Object.fromEntries(files.map((file) => [file, new Set<string>()]));
  for (const { category, location } of diagnostics) found[location.path]?.add(category);
  return Object.fromEntries(Object.entries(found).map(([file, categories]) => [file, [...categories]]));
}

const banned = [
  'packages/signals/src/planted.ts',
  'packages/client/src/guest/planted.ts',
  'packages/emulator/src/planted.ts',
  'packages/cli/src/planted.ts',
  'apps/console/src/planted.tsx',
];
const free = [
  'packages/client/src/adapters/planted.ts',
  'packages/emulator/src/adapters/planted.ts',
  'lab/bench/planted.ts',
  'tools/planted.ts',
  'e2e/planted.ts',
  'packages/client/test/planted.ts',
];

const globals = 'lint/style/noRestrictedGlobals';
const imports = 'lint/style/noRestrictedImports';

test.each([
  ['export const planted = () => Date.now();', 'plugin'],
  ['export const planted = () => new Date();', 'plugin'],
  ['export const planted = () => performance.now();', 'plugin'],
  ['export const planted = () => performance.timeOrigin;', 'plugin'],
  ['export const planted = () => Math.random();', 'plugin'],
  ['export const planted = () => crypto.randomUUID();', 'plugin'],
  ['export const planted = () => crypto.getRandomValues(new Uint8Array(4));', 'plugin'],
  ['const moment = Date;\nexport const planted = () => moment;', 'plugin'],
  ['export const planted = (f: () => void) => setTimeout(f, 1);', globals],
  ['export const planted = (f: () => void) => setInterval(f, 1);', globals],
  ['export const planted = (f: () => void) => setImmediate(f);', globals],
  ['export const planted = () => globalThis.Date;', globals],
  ['export const planted = () => window.performance;', globals],
  ["import { setTimeout } from 'node:timers/promises';\nexport const planted = setTimeout;", imports],
  ["import { performance } from 'node:perf_hooks';\nexport const planted = performance;", imports],
  ["import { randomUUID } from 'node:crypto';\nexport const planted = randomUUID;", imports],
])('only an adapter, a tool, a benchmark or a test may say: %s', (code, rule) => {
  const found = lint([...banned, ...free], `${code}\n`);
  for (const file of banned) expect(found[file], file).toContain(rule);
  for (const file of free) expect(found[file], file).not.toContain(rule);
});

test('what the ports are made for is allowed everywhere', () => {
  const code = [
    "import { createHash } from 'node:crypto';",
    'export const at = (epochMs: number) => new Date(epochMs).toISOString();',
    "export const digest = (text: string) => createHash('sha256').update(text).digest('hex');",
    '',
  ].join('\n');
  const found = lint(['packages/emulator/src/allowed.ts'], code);
  expect(found).toEqual({ 'packages/emulator/src/allowed.ts': [] });
});
