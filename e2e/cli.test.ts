// Real time: the command runs in processes of its own, and its robots type at the pace of people.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../packages/cli/src/main.ts';
import { CollectingIo } from '../packages/cli/test/support/collecting-io.ts';
import { shownBy } from '../packages/cli/test/support/virtual-terminal.ts';
import { buildConsole } from '../tools/build-console.ts';
import { Command, type CommandEvent, PATIENCE_MS } from './support/command.ts';
import { paste } from './support/shell.ts';

const anyPorts = ['--port', '0', '--page-port', '0'];

/** Each plays its own conversation, all at the same time: waiting for robots one after the other would take a minute. */
let json: Command;
let plain: Command;
let terminal: { readonly io: CollectingIo; readonly ended: Promise<number> };

beforeAll(async () => {
  await buildConsole();
  json = new Command('dev', ...anyPorts, '--json');
  plain = new Command('dev', ...anyPorts);
  const io = new CollectingIo({ isTTY: true, columns: 80 });
  terminal = { io, ended: main(['dev', ...anyPorts], io) };
}, 60_000);

afterAll(async () => {
  terminal?.io.stop();
  await Promise.all([json?.[Symbol.asyncDispose](), plain?.[Symbol.asyncDispose](), terminal?.ended]);
});

describe('backchannel dev --json', { timeout: PATIENCE_MS }, () => {
  const ready = () =>
    json.event('it was ready', ({ event }) => event === 'ready') as Promise<
      CommandEvent & { emulatorUrl: string; pageUrl: string; relay: { url: string; commands: object }; info: object }
    >;
  const finished = () =>
    json.event('the robots had finished', ({ event }) => event === 'demo') as Promise<
      CommandEvent & { conversationId: string; commands: Record<'agentTyping' | 'conversations', string> }
    >;

  test('begins with an event that says where everything is', async () => {
    const { emulatorUrl, pageUrl, relay, info } = await ready();
    expect(json.events[0]).toMatchObject({
      event: 'ready',
      relay: { url: pageUrl, clientId: 'demo', clientSecret: 'demo-secret' },
    });
    expect(await (await fetch(`${emulatorUrl}/_emulator/info`)).json()).toEqual(info);
    const { commands } = relay;
    expect(await (await fetch(`${pageUrl}/backchannel.json`)).json()).toEqual({
      emulatorUrl,
      relay: { clientId: 'demo', clientSecret: 'demo-secret', commands },
    });
    await expect
      .poll(async () => (await fetch(`${relay.url}/readyz`)).json(), { timeout: PATIENCE_MS })
      .toEqual({ status: 'ready', reasons: [], warnings: [] });
    const page = await fetch(pageUrl);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/<title>.*Backchannel/);
  });

  test('plays a conversation in which both sides are seen typing, and counts what it left', async () => {
    expect(await finished()).toMatchObject({
      state: 'finished',
      transcript: { messages: 3, typingEntries: 0 },
      typingSignals: expect.any(Number),
    });
    const told = json.events.filter(({ event }) => event === 'typing' || event === 'message');
    // The end of typing and its message come together, in either order.
    const begun = told.filter(({ typing }) => typing !== false).map(({ event, from }) => `${from} ${event}`);
    expect(begun).toEqual(['guest message', 'agent typing', 'agent message', 'guest typing', 'guest message']);
    const ended = told.filter(({ typing }) => typing === false).map(({ from }) => from);
    expect(ended).toEqual(['agent', 'guest']);
  });

  test('prints a curl command that works as it is: the guest who stayed sees it, and its end', async () => {
    const { commands } = await finished();
    const before = json.events.length;
    await paste(commands.agentTyping);
    const since = (typing: boolean) =>
      json.until(`the guest saw typing: ${typing}`, ({ events }) =>
        events
          .slice(before)
          .find((event) => event.event === 'typing' && event.from === 'agent' && event.typing === typing),
      );
    expect(await since(true)).toMatchObject({ from: 'agent' });
    expect(await since(false)).toMatchObject({ from: 'agent' });
  });

  test('and after that the transcript still has exactly the three messages', async () => {
    const { conversationId, commands } = await finished();
    const conversations = JSON.parse(await paste(commands.conversations)) as { id: string; transcript: unknown[] }[];
    expect(conversations.find(({ id }) => id === conversationId)?.transcript).toHaveLength(3);
  });

  test('ends with code 0 on Ctrl-C, with an event as its last word', async () => {
    const { code, stderr } = await json.stop('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(json.events.at(-1)).toEqual({ event: 'stopped' });
  });
});

test(
  'a newcomer without a terminal reads plain lines, and what they are told to paste works',
  async () => {
    await plain.until('the end of the introduction', ({ stdout }) => stdout.includes('Ctrl-C stops') || undefined);
    const text = plain.stdout;
    expect(text).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/page +http:\/\/127\.0\.0\.1:\d+\n/);
    expect(text).toContain('the guest sees: Ana Lima is typing…');
    expect(text).toContain('Ana Lima sees: Guest is typing…');
    expect(text).not.toContain('stopped typing');
    expect(text).toContain('transcript: 3 messages, 0 typing entries');

    // From the margin to the empty line: what a hand would mark.
    const [relay = ''] = /^RELAY=[\s\S]+?(?=\n\n)/m.exec(text) ?? [];
    const answers = (await paste(relay)).trimEnd().split('\n');
    expect(answers.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(['outcome', 'messageId', 'id', 'lines']);
    const [typing] = /^MESSAGES=[\s\S]+?(?=\n\n)/m.exec(text) ?? [];
    await paste(typing ?? '');
    const later = () => plain.stdout.slice(text.length);
    await plain.until('the guest saw it', () => later().includes('the guest sees: Ana Lima is typing…') || undefined);

    const { code, stderr } = await plain.stop('SIGTERM');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
  PATIENCE_MS,
);

test(
  'a person at a terminal sees both screens, and gets the cursor back',
  async () => {
    const { io, ended } = terminal;
    await expect.poll(() => io.stdout.text, { timeout: PATIENCE_MS }).toContain('Ctrl-C stops');
    io.stop();
    expect(await ended).toBe(0);
    expect(io.stderr.text).toBe('');

    const { lines, cursor } = shownBy(io.stdout.text);
    expect(cursor).toBe(true);
    const screens = lines.map((line) => line.trimEnd());
    const heading = screens.findIndex((line) => line.includes("The guest's screen"));
    expect(screens.slice(heading, heading + 5)).toEqual([
      "  The guest's screen                     Ana Lima's screen (agent)",
      `  ${'─'.repeat(37)}  ${'─'.repeat(37)}`,
      '  › Is anybody there?                    Guest  Is anybody there?',
      '  Ana Lima  Yes, I am. How can I help?   › Yes, I am. How can I help?',
      '  › I only watched the dots.             Guest  I only watched the dots.',
    ]);
    expect(io.stdout.text).toMatch(/Ana.* · ● ·/);
    expect(io.stdout.text).toMatch(/Guest.* · ● ·/);
  },
  PATIENCE_MS,
);

test(
  'Ctrl-C in the middle of the show ends it without a word about it',
  async () => {
    const io = new CollectingIo({ isTTY: true, columns: 80 });
    const ended = main(['dev', ...anyPorts], io);
    await expect.poll(() => io.stdout.text, { timeout: PATIENCE_MS }).toContain('› Is');
    io.stop();
    expect(await ended).toBe(0);
    const { lines, cursor } = shownBy(io.stdout.text);
    expect({ cursor, last: lines.at(-2), stderr: io.stderr.text }).toEqual({
      cursor: true,
      last: '  Stopped.',
      stderr: '',
    });
  },
  PATIENCE_MS,
);

test(
  'without the demo nothing is said that did not happen',
  async () => {
    await using command = new Command('dev', ...anyPorts, '--no-demo', '--json');
    await command.event('it was ready', ({ event }) => event === 'ready');
    const { code } = await command.stop('SIGINT');
    expect(code).toBe(0);
    expect(command.events.map(({ event }) => event)).toEqual(['ready', 'stopped']);
  },
  PATIENCE_MS,
);

test.each([
  ['--port', '--page-port'],
  ['--page-port', '--port'],
])(
  'a taken %s is a clear error that names the option and leaves nothing running',
  async (taken, other) => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await once(occupier, 'listening');
    const { port } = occupier.address() as AddressInfo;
    try {
      await using command = new Command('dev', taken, String(port), other, '0');
      const { code, stdout, stderr } = await command.ended();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe(
        `Port ${port} is taken: another program listens there, perhaps another backchannel dev.\n` +
          `Choose another: npx backchannel dev ${other} 0 ${taken} ${port + 1}\n`,
      );
    } finally {
      occupier.close();
    }
  },
  PATIENCE_MS,
);

test(
  'when nobody reads its output any more, it ends by itself',
  async () => {
    await using command = new Command('dev', ...anyPorts, '--json');
    await command.event('it was ready', ({ event }) => event === 'ready');
    command.process.stdout?.destroy(); // as `| head -1` does
    expect((await command.ended()).code).toBe(0);
  },
  PATIENCE_MS,
);
