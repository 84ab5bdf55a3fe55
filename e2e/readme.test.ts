// Real time: a newcomer's afternoon. Every marked block of README.md is run as it stands there, against the command it
// tells to start; only the port differs, so that the tests do not need 4100.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../tools/build-console.ts';
import { root } from '../tools/workspaces.ts';
import { Command, PATIENCE_MS } from './support/command.ts';
import { readmeExamples } from './support/readme.ts';
import { paste } from './support/shell.ts';

const examples = readmeExamples();

/** Runs Node with these arguments; when it fails, the reader sees what it printed. */
async function node(...args: readonly string[]): Promise<string> {
  const options = { cwd: root, timeout: PATIENCE_MS };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args], options).catch((error) => {
    throw new Error(`${args.join(' ')} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  });
  expect(stderr).toBe('');
  return stdout;
}

let command: Command;
let emulatorUrl: string;
let pageUrl: string;
let folder: string;

/** The example with the ports of this test's command. */
function example(name: string): string {
  const code = examples.get(name);
  if (code === undefined)
    throw new Error(`README.md has no example "${name}", only: ${[...examples.keys()].join(', ')}.`);
  return code.replaceAll('http://127.0.0.1:4100', emulatorUrl).replaceAll('http://127.0.0.1:4200', pageUrl);
}

/** Writes an example where a newcomer would save it: in a folder of the repository, so that its imports are found. */
function saved(name: string, file: string): string {
  const path = join(folder, file);
  writeFileSync(path, example(name));
  return path;
}

beforeAll(async () => {
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts/readme-'));
  await buildConsole();
  command = new Command('dev', '--port', '0', '--page-port', '0', '--json');
  await command.event('the robots had finished', ({ event, state }) => event === 'demo' && state === 'finished');
  emulatorUrl = String(command.events[0]?.emulatorUrl);
  pageUrl = String(command.events[0]?.pageUrl);
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await command[Symbol.asyncDispose]();
});

test('the examples are those that are run here', () => {
  expect([...examples.keys()].toSorted()).toEqual(['curl-typing', 'emulator-in-a-test', 'relay-curl', 'sdk-script']);
});

test(
  'curl-typing: the guest who stayed sees the agent typing',
  async () => {
    const before = command.events.length;
    expect(await paste(example('curl-typing'))).toMatch(/^HTTP\/1\.1 20/);
    const seen = await command.until('the guest saw the agent typing', ({ events }) =>
      events.slice(before).find(({ event, from }) => event === 'typing' && from === 'agent'),
    );
    expect(seen).toMatchObject({ typing: true });
  },
  PATIENCE_MS,
);

test(
  'sdk-script: fifteen lines hold a conversation, dots included',
  async () => {
    const code = example('sdk-script');
    expect(code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
    const printed = await node(saved('sdk-script', 'hello.ts'));
    expect(printed.trim().split('\n')).toEqual(['The guest sees the dots.', 'The dots are gone.']);

    const conversations = await (await fetch(`${emulatorUrl}/_emulator/conversations`)).json();
    expect(conversations).toHaveLength(2); // the robots' and this one
    const own = conversations.find(({ transcript }: { transcript: unknown[] }) => transcript.length === 2);
    expect(own.typing).toEqual([expect.objectContaining({ from: 'agent', to: 'guest' })]);
  },
  PATIENCE_MS,
);

test(
  'relay-curl: the agent is shown that the guest types, and gets the message alone',
  async () => {
    const [typing, message, explained] = (await paste(example('relay-curl')))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(typing).toMatchObject({ outcome: 'sent', participant: 'guest' });
    expect(message).toMatchObject({ status: 'accepted' });
    expect(explained.lines).toContainEqual(expect.objectContaining({ what: 'typing', outcome: 'sent' }));
    const own = async () => {
      const conversations = await (await fetch(`${emulatorUrl}/_emulator/conversations`)).json();
      return conversations.map(({ transcript }: { transcript: { text: string }[] }) =>
        transcript.map(({ text }) => text),
      );
    };
    await expect.poll(own, { timeout: PATIENCE_MS }).toContainEqual(['Where is it?']);
  },
  PATIENCE_MS,
);

test(
  'emulator-in-a-test: passes as a test file of its own',
  async () => {
    saved('emulator-in-a-test', 'example.test.ts');
    writeFileSync(
      join(folder, 'vitest.config.ts'),
      `import base from '../../vitest.config.ts';\nexport default { ...base, test: { env: base.test.env, include: ['*.test.ts'] } };\n`,
    );
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    // Fails unless it passes; the report makes sure that it was found and run at all.
    const report = await node(vitest, 'run', '--root', folder, '--reporter', 'tap-flat');
    expect(report).toMatch(/^1\.\.1\nok 1 - /m);
  },
  PATIENCE_MS,
);
