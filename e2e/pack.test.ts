// Real time: npm packs, installs and starts the packages as a stranger would, in processes of their own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  entryPoints,
  findNode,
  installInEmptyProject,
  type PackedPackages,
  packPublicPackages,
  strangersEnvironment,
} from '../tools/packed.ts';
import { publicPackages, readJson } from '../tools/workspaces.ts';

const setUpMs = 120_000;
const runMs = 30_000;

let packed: PackedPackages;
let project: string;

beforeAll(() => {
  packed = packPublicPackages();
  project = installInEmptyProject(packed);
}, setUpMs);

afterAll(() => packed?.[Symbol.dispose]());

/** Imports `entry` in the empty project and returns the names it exports. */
function importedNames(node: string, entry: string): string[] {
  const code = `import * as entry from '${entry}'; console.log(JSON.stringify(Object.keys(entry)));`;
  const out = execFileSync(node, ['--input-type=module', '--eval', code], {
    cwd: project,
    env: strangersEnvironment(),
    encoding: 'utf8',
  });
  return JSON.parse(out) as string[];
}

const every = publicPackages().flatMap((workspace) => entryPoints(workspace));

test.each(every)(
  '%s imports in an empty project, with the names its source exports',
  async (entry) => {
    const sources = Object.keys((await import(entry)) as object);
    expect(sources.length).toBeGreaterThan(0);
    expect(importedNames(process.execPath, entry)).toEqual(sources.toSorted());
  },
  runMs,
);

const node20 = findNode(20);
const onNode20 = every.filter((entry) => /^@backchannel\/(protocol|signals|client)\b/.test(entry));

test(
  'protocol, signals and client import on Node 20, where one is found',
  () => {
    if (node20 === undefined) {
      process.stderr.write('\nNOT CHECKED: no Node 20 in PATH, so the packages were not imported on it.\n');
      return;
    }
    for (const entry of onNode20) expect(importedNames(node20, entry), entry).not.toEqual([]);
  },
  runMs,
);

test('a tarball carries its sources and licence, and no build notes', () => {
  for (const { manifest } of packed.packages) {
    const home = join(project, 'node_modules', manifest.name);
    expect(existsSync(join(home, 'LICENSE')), manifest.name).toBe(true);
    expect(existsSync(join(home, 'src')), manifest.name).toBe(true);
    expect(existsSync(join(home, 'dist/.tsbuildinfo')), manifest.name).toBe(false);
  }
});

/** A line of `backchannel dev --json`; only `ready` carries the addresses. */
interface DevEvent {
  readonly event: string;
  readonly emulatorUrl: string;
  readonly pageUrl: string;
  readonly info: unknown;
}

/** The installed command, started on the pinned Node. */
const command = (): string => join(project, 'node_modules/@backchannel/cli/bin/backchannel.js');

test(
  '`backchannel --version` prints the version of its package',
  () => {
    const out = execFileSync(process.execPath, [command(), '--version'], {
      cwd: project,
      env: strangersEnvironment(),
      encoding: 'utf8',
    });
    expect(out.trim()).toBe(readJson<{ version: string }>('packages/cli/package.json').version);
  },
  runMs,
);

test(
  '`backchannel dev` serves the packed page and the emulator, and Ctrl-C ends it',
  async () => {
    const args = [command(), 'dev', '--json', '--no-demo', '--port', '0', '--page-port', '0'];
    const child = spawn(process.execPath, args, {
      cwd: project,
      env: strangersEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const exited = once(child, 'exit');
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const event = async (): Promise<DevEvent> => JSON.parse((await lines.next()).value ?? '{}') as DevEvent;

      const ready = await event();
      expect(ready.event).toBe('ready');
      expect(await (await fetch(`${ready.emulatorUrl}/_emulator/info`)).json()).toEqual(ready.info);

      const page = await (await fetch(ready.pageUrl)).text();
      const [, script] = /<script[^>]+src="([^"]+)"/.exec(page) ?? [];
      expect(script, page).toBeDefined();
      expect((await fetch(new URL(script!, ready.pageUrl))).status).toBe(200);

      child.kill('SIGINT');
      expect((await event()).event).toBe('stopped');
      expect(await exited).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  runMs,
);
