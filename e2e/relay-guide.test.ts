// Real time: the marked blocks of docs/relay.md are run as they stand there, against the relay of `backchannel dev`.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkConfig, OVERRIDES } from '@backchannel/relay';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildConsole } from '../tools/build-console.ts';
import { root } from '../tools/workspaces.ts';
import { Command, PATIENCE_MS } from './support/command.ts';
import { examplesIn } from './support/documents.ts';
import { paste } from './support/shell.ts';

interface Frame {
  readonly type: string;
  readonly kind?: string;
  readonly command?: string;
  readonly typing?: boolean;
  readonly text?: string;
  readonly result?: { readonly outcome?: string; readonly status?: string };
}

interface Joined {
  typing(typing: boolean): void;
  send(text: string): void;
  close(): void;
}

type Join = (relay: string, caller: object, hear: (frame: Frame) => void) => Joined;

const examples = examplesIn('docs/relay.md');
const example = (name: string): string => {
  const code = examples.get(name);
  if (code === undefined) throw new Error(`docs/relay.md has no example "${name}".`);
  return code;
};

let command: Command;
let relay: { readonly url: string; readonly commands: Readonly<Record<'token' | 'typing', string>> };
let folder: string;

beforeAll(async () => {
  await buildConsole();
  mkdirSync(join(root, 'artifacts'), { recursive: true });
  folder = mkdtempSync(join(root, 'artifacts/relay-guide-'));
  command = new Command('dev', '--port', '0', '--page-port', '0', '--no-demo', '--json');
  const ready = await command.event('it was ready', ({ event }) => event === 'ready');
  relay = ready.relay as typeof relay;
}, 60_000);

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await command[Symbol.asyncDispose]();
});

test('the examples are those that are run here', () => {
  expect([...examples.keys()].toSorted()).toEqual(['browser-socket', 'browser-token', 'relay-config']);
});

test('relay-config: nothing is wrong with it once its secrets are there', () => {
  const env = {
    BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 'a',
    BACKCHANNEL_RELAY_CLIENT_SECRET_CRM: 'b',
    BACKCHANNEL_RELAY_CLIENT_SECRET_CHATBOT: 'c',
    BACKCHANNEL_RELAY_TOKEN_KEYS: '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  };
  expect(checkConfig({ text: example('relay-config'), env })).toEqual([]);
});

test('names every variable that has no flag of its name', () => {
  const text = readFileSync(join(root, 'docs/relay.md'), 'utf8');
  for (const { flag, variable } of OVERRIDES) {
    if (flag === undefined) expect(text).toContain(`\`${variable}\``);
    else expect(variable).toBe(`BACKCHANNEL_RELAY_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`);
  }
});

test(
  'browser-token and browser-socket: a page with such a token types, writes and hears',
  async () => {
    // The conversation is made by its first use.
    const printed = await paste([relay.commands.token, relay.commands.typing, example('browser-token')].join('\n'));
    const caller = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as object;
    expect(caller).toMatchObject({ participant: 'guest', conversationId: 'order-7', token: expect.any(String) });

    const file = join(folder, 'join.mjs');
    writeFileSync(file, example('browser-socket'));
    const { join: enter } = (await import(pathToFileURL(file).href)) as { readonly join: Join };
    const heard: Frame[] = [];
    const socket = enter(relay.url, caller, (frame) => heard.push(frame));
    const patience = { timeout: PATIENCE_MS };
    try {
      await expect.poll(() => heard[0]?.type, patience).toBe('authenticated');
      socket.typing(true);
      socket.send('Hello from a page');
      await expect
        .poll(() => heard, patience)
        .toEqual(
          expect.arrayContaining([
            expect.objectContaining({ type: 'result', command: 'typing' }),
            expect.objectContaining({ type: 'event', kind: 'message', text: 'Hello from a page' }),
            expect.objectContaining({ type: 'event', kind: 'message-status', status: 'sent' }),
          ]),
        );
    } finally {
      socket.close();
    }
  },
  2 * PATIENCE_MS,
);
