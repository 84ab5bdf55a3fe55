// Real time: the marked blocks of the guides are run as they stand there, against an emulator; only the port differs.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from '@backchannel/emulator';
import { parseGuestRequest, parseJson } from '@backchannel/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../tools/workspaces.ts';
import { PATIENCE_MS } from './support/command.ts';
import { examplesIn } from './support/documents.ts';
import { paste } from './support/shell.ts';

const testing = examplesIn('docs/testing-in-five-minutes.md');
const works = examplesIn('docs/what-works.md');

let genesys: Emulator;
let folder: string;

beforeAll(async () => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts/guides-'));
  genesys = await startEmulator({ port: 0, seed: 1 });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await genesys.close();
});

test('the table of three ways names every control route, and no other', async () => {
  const table = readFileSync(join(root, 'docs/testing-in-five-minutes.md'), 'utf8').split(
    '## Everything, three ways',
  )[1];
  const index = (await (await fetch(`${genesys.url}/_emulator/`)).json()) as Readonly<Record<string, string>>;
  const served = new Set(Object.keys(index).map((route) => route.split(' ')[1]?.split('?')[0] ?? ''));
  const named = new Set(
    (table ?? '').match(/\/_emulator\/[\w/{}-]*/g)?.filter((path) => !path.startsWith('/_emulator/journal?')),
  );
  // The index itself, and what it explains beside another route.
  const explained = ['/_emulator/', '/_emulator/tenants/{name}'];
  expect([...served].filter((path) => !named.has(path))).toEqual([]);
  expect([...named].filter((path) => !served.has(path) && !explained.includes(path))).toEqual([]);
});

/** The example with the port of this test's emulator. */
function example(examples: ReadonlyMap<string, string>, name: string): string {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`There is no example "${name}", only: ${[...examples.keys()].join(', ')}.`);
  return code.replaceAll('http://127.0.0.1:4100', genesys.url);
}

async function node(...args: readonly string[]): Promise<string> {
  const options = { cwd: root, timeout: PATIENCE_MS * 2 };
  const { stdout } = await promisify(execFile)(process.execPath, [...args], options).catch((error) => {
    throw new Error(`${args.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  });
  return stdout;
}

describe('docs/testing-in-five-minutes.md', () => {
  const inTests = ['your-program', 'refused', 'time'];
  const overHttp = ['any-language', 'over-http', 'journal'];

  test('has the examples that are run here', () => {
    expect([...testing.keys()]).toEqual([...inTests, ...overHttp]);
  });

  test(
    'its tests pass as test files of their own',
    async () => {
      for (const name of inTests) writeFileSync(join(folder, `${name}.test.ts`), example(testing, name));
      writeFileSync(
        join(folder, 'vitest.config.ts'),
        `import base from '../../vitest.config.ts';\nexport default { ...base, test: { env: base.test.env, include: ['*.test.ts'] } };\n`,
      );
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const report = await node(vitest, 'run', '--root', folder, '--reporter', 'tap-flat');
      expect(report).toMatch(/^1\.\.3\nok 1 - .*\nok 2 - .*\nok 3 - /m);
    },
    PATIENCE_MS * 3,
  );

  test(
    'in any language: the last line says what the guest saw',
    async () => {
      const printed = await paste(example(testing, 'any-language'));
      expect(printed.trim().split('\n').at(-1)).toBe('"from":"agent","to":"guest","durationMs":5000');
    },
    PATIENCE_MS,
  );

  test(
    'faults and clock obey over HTTP, and the journal answers',
    async () => {
      await paste(example(testing, 'over-http'));
      const journal = JSON.parse(await paste(example(testing, 'journal')));
      expect(journal).toMatchObject({ entries: expect.any(Array) });
    },
    PATIENCE_MS,
  );
});

describe('docs/what-works.md', () => {
  test('has the examples that are run here', () => {
    expect([...works.keys()]).toEqual(['agent-typing', 'guest-typing-frame', 'wrong-call']);
  });

  test(
    'an agent’s typing is seen by the guest',
    async () => {
      const file = join(folder, 'agent-typing.ts');
      writeFileSync(file, example(works, 'agent-typing'));
      expect(await node(file)).toMatch(/^The guest sees: \[ '.+' \]$/m);
    },
    PATIENCE_MS,
  );

  test('the typing frame is one', () => {
    expect(parseJson(example(works, 'guest-typing-frame'), parseGuestRequest)).toMatchObject({
      ok: true,
      value: { action: 'onMessage', message: { events: [{ eventType: 'Typing', typing: { duration: 5_000 } }] } },
    });
  });

  test(
    'a call that people try is answered as on Genesys, with a hint',
    async () => {
      const answer = await paste(example(works, 'wrong-call'));
      expect(answer).toMatch(/^HTTP\/1\.1 404/);
      expect(answer).toMatch(/^x-backchannel-hint: .*\/communications\/[^/]+\/typing/im);
    },
    PATIENCE_MS,
  );
});
