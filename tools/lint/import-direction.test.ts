import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

// One bad import per rule, planted in a temporary workspace with our folders, names and rules.
const planted: readonly { rule: string; file: string; code: string }[] = [
  { rule: 'no-cycles', file: 'packages/client/src/robin.ts', code: "import './round.ts';" },
  { rule: 'no-unresolvable', file: 'packages/cli/src/secret.ts', code: "import '@backchannel/client/src/hidden.ts';" },
  {
    rule: 'protocol-imports-nothing-of-ours',
    file: 'packages/protocol/src/policy.ts',
    code: "import type { value } from '@backchannel/signals';",
  },
  {
    rule: 'signals-imports-protocol-at-most',
    file: 'packages/signals/src/socket.ts',
    code: "import '@backchannel/client';",
  },
  {
    rule: 'signals-takes-only-types-of-protocol',
    file: 'packages/signals/src/guard.ts',
    code: "import { value } from '@backchannel/protocol';\nexport const copy = value;",
  },
  {
    rule: 'client-imports-protocol-and-signals',
    file: 'packages/client/src/server.ts',
    code: "import '@backchannel/emulator';",
  },
  {
    rule: 'emulator-imports-protocol-only',
    file: 'packages/emulator/src/policy.ts',
    code: "import type { value } from '@backchannel/signals';",
  },
  {
    rule: 'relay-imports-client-protocol-signals',
    file: 'packages/relay/src/fake.ts',
    code: "import '@backchannel/emulator';",
  },
  {
    rule: 'cli-imports-client-emulator-relay-protocol',
    file: 'packages/cli/src/policy.ts',
    code: "import '@backchannel/signals';",
  },
  { rule: 'console-imports-client-only', file: 'apps/console/src/frame.ts', code: "import '@backchannel/protocol';" },
  { rule: 'browser-packages-do-no-node-io', file: 'packages/signals/src/disk.ts', code: "import 'node:fs';" },
  { rule: 'browser-packages-have-no-dependencies', file: 'packages/client/src/left.ts', code: "import 'left-pad';" },
  {
    rule: 'no-relative-import-of-another-package',
    file: 'packages/client/test/reach.test.ts',
    code: "import '../../signals/src/index.ts';",
  },
  {
    rule: 'sources-import-no-tests',
    file: 'packages/emulator/src/borrowed.ts',
    code: "import '../test/fake.ts';",
  },
];

const allowed: readonly { file: string; code: string }[] = [
  {
    file: 'packages/signals/src/types.ts',
    code: "import type { value } from '@backchannel/protocol';\nexport type Copy = typeof value;",
  },
  { file: 'packages/client/src/session.ts', code: "import '@backchannel/protocol';\nimport '@backchannel/signals';" },
  {
    file: 'packages/client/test/session.test.ts',
    code: "import '../src/session.ts';\nimport '@backchannel/emulator';",
  },
  { file: 'packages/emulator/src/server.ts', code: "import 'node:http';\nimport '@backchannel/protocol';" },
  { file: 'packages/cli/src/dev.ts', code: "import '@backchannel/client';\nimport '@backchannel/emulator';" },
  { file: 'apps/console/src/main.ts', code: "import '@backchannel/client';" },
  { file: 'lab/bench/run.ts', code: "import '@backchannel/signals';" },
];

const home = mkdtempSync(join(tmpdir(), 'import-direction-'));
afterAll(() => rmSync(home, { recursive: true }));

function write(file: string, code: string): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), `${code}\n`);
}

interface Cruise {
  readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  readonly ruleSetUsed: { readonly forbidden: readonly { readonly name: string }[] };
}

/** What the rules find in the temporary workspace, each violation as `rule: file`. */
function cruise(): { readonly violations: string[]; readonly rules: string[] } {
  const bin = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const folders = ['packages', 'apps', 'lab'];
  const run = spawnSync(process.execPath, [bin, ...folders, '--config', '.dependency-cruiser.mjs', '-T', 'json'], {
    cwd: home,
    encoding: 'utf8',
  });
  const { summary } = JSON.parse(run.stdout) as { summary: Cruise };
  return {
    violations: summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`).toSorted(),
    rules: summary.ruleSetUsed.forbidden.map(({ name }) => name).toSorted(),
  };
}

beforeAll(() => {
  for (const file of ['.dependency-cruiser.mjs', 'tsconfig.base.json']) cpSync(file, join(home, file));
  write('package.json', '{ "private": true, "type": "module" }');
  write('node_modules/left-pad/package.json', '{ "name": "left-pad", "version": "1.0.0", "main": "index.js" }');
  write('node_modules/left-pad/index.js', '');
  mkdirSync(join(home, 'node_modules/@backchannel'));
  for (const folder of readdirSync('packages')) {
    const manifest = readFileSync(`packages/${folder}/package.json`, 'utf8');
    const { name } = JSON.parse(manifest) as { name: string };
    write(`packages/${folder}/package.json`, manifest);
    write(`packages/${folder}/src/index.ts`, 'export const value = 1;');
    symlinkSync(join(home, 'packages', folder), join(home, 'node_modules', name));
  }
  for (const { file, code } of allowed) write(file, code);
  write('packages/client/src/round.ts', "import './robin.ts';");
  write('packages/client/src/hidden.ts', 'export const hidden = 1;');
  write('packages/emulator/test/fake.ts', 'export const fake = 1;');
});

test('the imports that DESIGN.md draws are allowed', () => {
  for (const { file } of planted) write(file, 'export const clean = true;');
  expect(cruise().violations).toEqual([]);
});

test('every rule refuses the import planted for it', () => {
  for (const { file, code } of planted) write(file, code);
  const { violations, rules } = cruise();
  expect(violations).toEqual(planted.map(({ rule, file }) => `${rule}: ${file}`).toSorted());
  expect(planted.map(({ rule }) => rule).toSorted()).toEqual(rules);
});
