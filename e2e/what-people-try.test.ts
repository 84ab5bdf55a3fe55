// Real time: every example of docs/what-people-try.md is pasted into a shell, against a relay on the emulator as npm start has it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../tools/workspaces.ts';
import { PATIENCE_MS } from './support/command.ts';
import { examplesIn } from './support/documents.ts';
import { startRelayOnEmulator } from './support/relay-on-emulator.ts';
import { paste } from './support/shell.ts';

const DOCUMENT = 'docs/what-people-try.md';
const examples = examplesIn(DOCUMENT);
const text = readFileSync(join(root, DOCUMENT), 'utf8');

let running: Awaited<ReturnType<typeof startRelayOnEmulator>>;
beforeAll(async () => {
  running = await startRelayOnEmulator();
});
afterAll(() => running[Symbol.asyncDispose]());

afterEach(() => expect(running.refused()).toEqual([]));

/** The example after the lines that each goes on from, in a conversation of its own. */
function pasted(name: string, chat: string): Promise<string> {
  const code = examples.get(name) ?? '';
  const begin = (examples.get('begin') ?? '')
    .replace(/^RELAY=.*$/m, `RELAY=${running.relay.url}`)
    .replace(/^CHAT=.*$/m, `CHAT=${chat}`);
  return paste(`${begin}\n${code}`);
}

const chatOf = (index: number) => `5b8f3a52-6f0e-4f43-9d2c-${String(index).padStart(12, '0')}`;

/** What an example prints, and who is seen typing at Genesys after it. */
const EXPECTED: readonly (readonly [name: string, printed: RegExp, typing?: 'guest' | 'agent'])[] = [
  ['f1', /"outcome":"sent"/, 'guest'],
  ['f2', /"outcome":"sent"/, 'guest'],
  ['f3', /"outcome":"coalesced".*There is nothing to read yet/],
  ['f4', /"status":"(ACTIVE|CONNECTED)"/],
  ['f5', /"outcome":"sent"/, 'guest'],
  ['f6', /"status":"delivered"/, 'guest'],
  ['f7', /405[\s\S]*allow: POST/],
  ['f8', /^\{"event_type":"typing"/m, 'guest'],
  ['f9', /"outcome":"sent".*"participant":"agent:/, 'agent'],
  ['f10', /^\{"event_type":"typing"/m, 'guest'],
  ['f11', /"outcome":"sent"[\s\S]*"outcome":"coalesced"/, 'guest'],
  ['f12', /"changed":true[\s\S]*"changed":false/],
  ['f13', /"outcome":"sent"/, 'guest'],
  ['f14', /"access_token":"bc1\./],
  ['f15', /"scope":"signals:read"/],
  ['f16', /"participant":"agent:/],
  ['f17', /"purpose":"customer"/],
  ['f18', /^HTTP\/1\.1 204/m, 'agent'],
];

describe(DOCUMENT, () => {
  test('has the examples that are run here, and each report once', () => {
    expect([...examples.keys()]).toEqual(['begin', ...EXPECTED.map(([name]) => name)]);
    const headings = [...text.matchAll(/^## (F\d+): /gm)].map(([, id]) => id);
    expect(headings).toEqual(EXPECTED.map(([name]) => name.toUpperCase()));
    for (const [, anchor] of text.matchAll(/\]\(#([\w-]+)\)/g)) expect(anchors()).toContain(anchor);
  });

  test.each(EXPECTED.map(([name, printed, typing]) => ({ name, printed, typing })))(
    '$name does what it says',
    async ({ name, printed, typing }) => {
      const before = running.genesys.conversations().flatMap((each) => each.typing).length;
      expect(await pasted(name, chatOf(EXPECTED.findIndex(([each]) => each === name)))).toMatch(printed);
      if (typing === undefined) return;
      await expect
        .poll(() => running.genesys.conversations().flatMap((each) => each.typing).length, { timeout: 5_000 })
        .toBeGreaterThan(before);
      expect(
        running.genesys
          .conversations()
          .flatMap((each) => each.typing)
          .at(-1)?.from,
      ).toBe(typing);
    },
    PATIENCE_MS,
  );

  test('what it says of Genesys is what the emulator answers', async () => {
    const rows = [...text.matchAll(/^\| \[F\d+\].*?\| `(POST|GET|PUT) (\/api\/v2\/[^`]+)`.*\| (404|405) \|$/gm)];
    expect(rows.length).toBe(12);
    for (const [, method, path = '', status] of rows) {
      const answer = await fetch(`${running.genesys.url}${path.replace(/\{\w+\}/g, 'x')}`, {
        method: method ?? '',
        headers: { authorization: `Bearer ${running.genesys.info.agents[0]?.token}` },
      });
      expect([path, String(answer.status)]).toEqual([path, status]);
    }
    running.genesys.journal.clear();
  });
});

const anchors = (): string[] =>
  [...text.matchAll(/^##+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
