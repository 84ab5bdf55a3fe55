// Real time: a real Chromium looks at what the printed lines do, and typing expires by the relay's own clock.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildConsole } from '../tools/build-console.ts';
import { launchBrowser } from '../tools/console-page.ts';
import { Command, PATIENCE_MS } from './support/command.ts';
import { paste } from './support/shell.ts';

const setUpMs = 60_000;
const testMs = 60_000;
/** A guest sends two messages a second, typing included: the third waits for the next one. */
const patience = { timeout: PATIENCE_MS };

interface Ready {
  readonly emulatorUrl: string;
  readonly pageUrl: string;
  readonly relay: {
    readonly url: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly commands: Readonly<Record<'token' | 'typing' | 'message' | 'answer' | 'explain', string>>;
  };
}

let browser: Browser;
let command: Command;
let ready: Ready;
let page: Page;
let pane: Locator;
let errors: string[];

beforeAll(async () => {
  await buildConsole();
  browser = await launchBrowser();
}, setUpMs);

afterAll(() => browser?.close());

beforeEach(async () => {
  command = new Command('dev', '--port', '0', '--page-port', '0', '--no-demo', '--json');
  // Lines of the command are read as plain records; what is used of this one is checked by using it.
  ready = (await command.event('it was ready', ({ event }) => event === 'ready')) as unknown as Ready;
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  await page.goto(ready.pageUrl);
  pane = page.getByRole('region', { name: 'Relay' });
  await pane.getByText('Live', { exact: true }).waitFor();
}, setUpMs);

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  const { code, stderr } = await command.stop('SIGINT');
  expect({ code, stderr, errors }).toEqual({ code: 0, stderr: '', errors: [] });
});

/** Runs printed lines after the one that gets a token, and gives what each call was answered. */
async function call(...lines: readonly string[]): Promise<Record<string, unknown>[]> {
  const printed = await paste([ready.relay.commands.token, ...lines].join('\n'));
  return printed
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

interface Recorded {
  readonly transcript: readonly { readonly from: string; readonly text: string }[];
  readonly typing: readonly { readonly from: string }[];
}

/** What Genesys has of the conversation that is not the page's own. */
async function recorded(): Promise<Recorded | undefined> {
  const response = await fetch(`${ready.emulatorUrl}/_emulator/conversations`);
  return ((await response.json()) as Recorded[]).find(({ typing }) => typing.length > 0);
}

test(
  'with the printed credentials the guest types by curl: the page shows it with its outcome, Genesys got it, and it ends',
  async () => {
    await pane.getByText('Nothing yet.').waitFor();
    const [answer] = await call(ready.relay.commands.typing);
    expect(answer).toMatchObject({ outcome: 'sent', conversationId: 'order-7', participant: 'guest' });

    const types = pane.getByText('guest types', { exact: true });
    await types.waitFor();
    const outcomes = pane.getByRole('list', { name: 'What became of the calls in order-7, newest first' });
    await outcomes.getByText('guest · typing').waitFor();
    expect(await outcomes.locator('b.good').allTextContents()).toContain('sent');
    await pane.getByText('guest live · Ana Lima connected').waitFor();
    // The agent's side of the same page has the dots.
    const agent = page.getByRole('region', { name: 'Agent' });
    await agent.getByText('is typing…').waitFor();
    const { typing = [], transcript } = (await recorded()) ?? {};
    // Typing that was declared for ten seconds is renewed once.
    expect(new Set(typing.map(({ from }) => from))).toEqual(new Set(['guest']));
    expect(transcript).toEqual([]);

    await types.waitFor({ state: 'detached', timeout: PATIENCE_MS });
  },
  testMs,
);

test(
  'its documentation opens beside the page, which goes on',
  async () => {
    const opened = page.waitForEvent('popup');
    await pane.getByRole('link', { name: 'API' }).click();
    const docs = await opened;
    await docs.getByRole('heading', { name: 'Backchannel relay' }).waitFor();
    expect(new URL(docs.url()).pathname).toBe('/docs');
    await pane.getByText('Live', { exact: true }).waitFor();
  },
  testMs,
);

test(
  'a whole conversation by the printed lines: messages of both sides arrive once, in order, and no signal among them',
  async () => {
    const { typing, message, answer, explain } = ready.relay.commands;
    const answers = await call(typing, message, answer, explain);
    expect(answers.map(({ status, outcome }) => status ?? outcome)).toEqual([
      'sent',
      'accepted',
      'accepted',
      undefined,
    ]);

    await expect
      .poll(async () => (await recorded())?.transcript.map(({ from, text }) => `${from}: ${text}`), patience)
      .toEqual(['guest: Where is my order?', 'agent: On its way.']);
    await pane.getByText('Ana Lima · message').waitFor();
    // When the legs are linked is Genesys's affair: before or after the first of them.
    await expect
      .poll(async () => (await pane.locator('.outcomes b').allTextContents()).toSorted(), patience)
      .toEqual(['linked', 'sent', 'sent', 'sent']);
    const [explained] = await call(explain);
    expect(explained).toMatchObject({ lines: expect.arrayContaining([expect.objectContaining({ what: 'message' })]) });

    const journal = await fetch(`${ready.emulatorUrl}/_emulator/journal`);
    const entries = (await journal.json()) as { readonly entries?: readonly { readonly status?: number }[] };
    expect((entries.entries ?? []).filter(({ status = 0 }) => status >= 400)).toEqual([]);
  },
  testMs,
);

test(
  'a guest with a nickname keeps it once Genesys has the conversation, and one receipt is told once',
  async () => {
    const order = `"$RELAY/v1/conversations/order-8" -H "$AUTH" -w '\\n'`;
    const post = (path: string, body: object) =>
      `curl "$RELAY/v1/conversations/order-8/${path}" -H "$AUTH" -w '\\n' -d '${JSON.stringify(body)}'`;
    await call(`curl -X PUT ${order} -d '${JSON.stringify({ guest: { nickname: 'Ada' } })}'`);
    await pane.getByText('guest Ada live · Ana Lima connected').waitFor();
    const [linked] = await call(`curl ${order}`);
    expect(linked).toMatchObject({
      genesysConversationId: expect.any(String),
      participants: expect.arrayContaining([expect.objectContaining({ purpose: 'customer', name: 'Ada' })]),
    });
    const agent = page.getByRole('region', { name: 'Agent' });
    await agent.getByRole('button', { name: /^Ada order-8 / }).waitFor();

    await call(post('messages', { participant: 'agent', text: 'Hello Ada' }));
    await pane.getByText('Ana Lima · message').waitFor();
    await expect.poll(() => pane.locator('.outcomes b').first().textContent(), patience).toBe('sent');
    await call(post('receipts', { participant: 'guest', watermark: 'seen' }));
    await pane.getByText(/^guest Ada live · Ana Lima connected · seen by guest Ada up to event \d+$/).waitFor();
    expect(await pane.getByText('guest Ada · receipt').count()).toBe(1);
  },
  testMs,
);

test(
  'what was spared says why, and a click closes the outcomes and opens them again',
  async () => {
    await call(ready.relay.commands.typing, ready.relay.commands.typing);
    await expect.poll(() => pane.locator('.outcomes b').allTextContents(), patience).toContain('coalesced');
    const card = pane.getByRole('button', { name: /^order-7/ });
    expect(await card.getAttribute('aria-expanded')).toBe('true');
    await card.click();
    await pane.locator('.outcomes').waitFor({ state: 'detached' });
    await card.click();
    await pane.locator('.outcomes').waitFor();
  },
  testMs,
);

test(
  'the lines on the page are those that the command prints, and the copy buttons copy them',
  async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await pane.getByText('Try it from a terminal').click();
    const { commands } = ready.relay;
    expect(await pane.locator('pre').allTextContents()).toEqual([
      commands.token,
      commands.typing,
      commands.message,
      commands.answer,
      commands.explain,
    ]);
    await pane.getByRole('button', { name: 'Copy: The guest types' }).click();
    await pane.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(commands.typing);
  },
  testMs,
);
