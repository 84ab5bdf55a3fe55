import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from '../src/main.ts';
import { CollectingIo } from './support/collecting-io.ts';

const own = join(import.meta.dirname, '..');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backchannel-bin-'));
  for (const part of ['bin', 'package.json']) cpSync(join(own, part), join(folder, part), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The bin as it lies in the folder, by a Node that got no options. */
function started(...words: string[]) {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'bin/backchannel.js'), ...words], {
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

test('in a checkout that is not built it says why it can’t start, and the command that can', () => {
  expect(started('dev', '--no-demo')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'backchannel cannot start: its files are not built, and their sources run only with the options that npm gives to Node.\n' +
      'Run it by npm: npx backchannel dev --no-demo\n',
  });
});

test('where a package is missing it names it, and what installs it', () => {
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/main.js'), "import 'not-there';\nexport const runAsProcess = () => {};\n");
  expect(started('--version')).toEqual({
    status: 1,
    stdout: '',
    stderr:
      'backchannel cannot start: the package not-there, which it needs, is not installed.\n' +
      'Install what is missing with npm ci (or npm install), then: npx backchannel --version\n',
  });
});

test('what is missing only when a command begins is said the same way', () => {
  mkdirSync(join(folder, 'dist'));
  writeFileSync(
    join(folder, 'dist/main.js'),
    "export const runAsProcess = () => import('./relay/relay-command.js');\n",
  );
  expect(started('relay')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^backchannel cannot start: .*\n.*: npx backchannel relay\n$/),
  });
});

test('another fault keeps its stack', () => {
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/main.js'), "throw new Error('a fault');\n");
  expect(started().stderr).toMatch(/Error: a fault\n +at /);
});

test('the command line leaves that to the bin, which is there when nothing else is', async () => {
  const missing = Object.assign(new Error("Cannot find package 'x'"), { code: 'ERR_MODULE_NOT_FOUND' });
  vi.doMock('../src/emulator/emulator-command.ts', () => ({ emulator: () => Promise.reject(missing) }));
  const io = new CollectingIo();
  await expect(main(['emulator'], io)).rejects.toBe(missing);
  expect(io.stderr.text).toBe('');
  vi.doUnmock('../src/emulator/emulator-command.ts');
});
