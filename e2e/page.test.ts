// Real time: a real Chromium types, real sockets carry it, and dots expire by the page's own clock.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bothSides, type ConsolePage, launchBrowser, type Side, serveConsolePage } from '../tools/console-page.ts';

const setUpMs = 60_000;
const testMs = 60_000;

/** The longest that an indicator may outlive the last key: two declared durations would already be a ghost. */
const expiresWithinMs = 9_000;

let browser: Browser;
let server: ConsolePage;
let page: Page;
let guest: Side;
let agent: Side;
let errors: string[];

beforeAll(async () => {
  browser = await launchBrowser();
}, setUpMs);

afterAll(() => browser?.close());

beforeEach(async () => {
  server = await serveConsolePage(browser);
  errors = [];
  page = await server.open();
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  ({ guest, agent } = await bothSides(page));
}, setUpMs);

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  expect(errors, 'the browser console').toEqual([]);
});

interface Recorded {
  readonly id: string;
  readonly transcript: readonly { readonly from: string; readonly text: string }[];
  readonly typing: readonly { readonly from: string }[];
}

/** What the emulator has on record, asked as any script would. */
async function recorded(): Promise<readonly Recorded[]> {
  const response = await fetch(`${server.genesys.url}/_emulator/conversations`);
  return (await response.json()) as Recorded[];
}

async function transcript(): Promise<readonly string[]> {
  const [conversation] = await recorded();
  return conversation?.transcript.map(({ from, text }) => `${from}: ${text}`) ?? [];
}

/** Watches, frame by frame, for `text` on the side's screen, and says whether dots were still shown when it appeared. */
async function dotsWhenShown(side: Side, text: string): Promise<boolean> {
  const pane = await side.pane.elementHandle();
  const seen = await page.waitForFunction(
    ({ pane, text }) => {
      const shown = [...(pane?.querySelectorAll('.bubble') ?? [])].some((bubble) => bubble.textContent === text);
      return shown ? { dots: pane?.querySelector('.typing-row[data-typing="true"]') !== null } : undefined;
    },
    { pane, text },
  );
  return (await seen.jsonValue())?.dots ?? false;
}

test(
  'the agent sees that the guest types before anything is sent, and the message clears the dots at once',
  async () => {
    await guest.type('Where is my order?');
    await agent.dots.waitFor();
    expect(await transcript()).toEqual([]);

    const dots = dotsWhenShown(agent, 'Where is my order?');
    await guest.field.press('Enter');
    expect(await dots).toBe(false);
    await guest.said('Where is my order?').waitFor();
    expect(await transcript()).toEqual(['guest: Where is my order?']);
  },
  testMs,
);

test(
  'the guest sees that the agent types, by name, and the message clears the dots at once',
  async () => {
    await agent.type('Let me look.');
    await guest.dots.waitFor();
    await guest.dots.getByText(server.genesys.info.agents[0]!.name.split(' ')[0]!).waitFor();
    expect(await transcript()).toEqual([]);

    const dots = dotsWhenShown(guest, 'Let me look.');
    await agent.field.press('Enter');
    expect(await dots).toBe(false);
    expect(await transcript()).toEqual(['agent: Let me look.']);
  },
  testMs,
);

test(
  'dots expire by themselves on both sides when nothing is sent',
  async () => {
    await Promise.all([guest.type('I think'), agent.dots.waitFor()]);
    await Promise.all([agent.type('One mo'), guest.dots.waitFor()]);
    await agent.dots.waitFor({ state: 'detached', timeout: expiresWithinMs });
    await guest.dots.waitFor({ state: 'detached', timeout: expiresWithinMs });

    expect(await transcript()).toEqual([]);
    expect((await recorded())[0]?.typing.length).toBeGreaterThanOrEqual(2);
  },
  testMs,
);

test(
  'no key text leaves before it is sent, and typing frames carry none',
  async () => {
    await guest.type('my secret plan');
    await agent.dots.waitFor();
    expect(JSON.stringify(server.genesys.journal.entries())).not.toMatch(/secret/);
    await guest.field.press('Enter');
    await agent.said('my secret plan').waitFor();
    const typing = server.genesys.journal.entries().filter(({ kind }) => /typing/i.test(kind));
    expect(typing.length).toBeGreaterThan(0);
    expect(JSON.stringify(typing)).not.toMatch(/secret/);
  },
  testMs,
);

test(
  'a cut connection shows, comes back, and both sides talk on; the transcript has exactly the messages',
  async () => {
    await guest.say('Hello');
    await agent.said('Hello').waitFor();
    await agent.type('Hi th');
    await guest.dots.waitFor();

    await guest.pane.getByRole('button', { name: 'Cut the connection' }).click();
    await guest.pane.getByText('Reconnecting').waitFor();
    // Nobody is known to type on a connection that is gone.
    expect(await guest.dots.count()).toBe(0);
    await guest.pane.getByText('Live', { exact: true }).waitFor();

    await agent.type('ere!');
    await agent.field.press('Enter');
    await guest.said('Hi there!').waitFor();
    await guest.say('Still here');
    await agent.said('Still here').waitFor();

    const said = ['Hello', 'Hi there!', 'Still here'];
    expect(await guest.texts()).toEqual(said);
    expect(await agent.texts()).toEqual(said);
    expect(await transcript()).toEqual(['guest: Hello', 'agent: Hi there!', 'guest: Still here']);
    // Chromium itself reports a connection that was reset.
    errors = errors.filter((error) => !/WebSocket connection .* failed/.test(error));
  },
  testMs,
);

test(
  'the agent’s side reconnects too',
  async () => {
    await guest.say('Hello');
    await agent.said('Hello').waitFor();
    server.genesys.cut('notifications');
    await agent.pane.getByText('Reconnecting').waitFor();
    await agent.pane.getByText('Live', { exact: true }).waitFor();

    await guest.type('Anyone?');
    await agent.dots.waitFor();
    await guest.field.press('Enter');
    await agent.said('Anyone?').waitFor();
    expect(await agent.texts()).toEqual(['Hello', 'Anyone?']);
    errors = errors.filter((error) => !/WebSocket connection .* failed/.test(error));
  },
  testMs,
);

test(
  'a reload goes on with the same conversation and shows what was said',
  async () => {
    await guest.say('Hello');
    await agent.say('Hi!');
    await guest.said('Hi!').waitFor();
    await page.reload();
    await guest.said('Hi!').waitFor();
    await agent.said('Hi!').waitFor();
    expect(await guest.texts()).toEqual(['Hello', 'Hi!']);
    expect(await agent.texts()).toEqual(['Hello', 'Hi!']);
    await guest.say('Me again');
    await agent.said('Me again').waitFor();
    expect(await recorded()).toHaveLength(1);
  },
  testMs,
);

test(
  'each guest has a conversation of its own, and the page marks the one of its own guest',
  async () => {
    await guest.say('I was first');
    await agent.said('I was first').waitFor();
    const other = await bothSides(await server.open());
    await other.guest.say('I came second');
    await other.agent.said('I came second').waitFor();

    const conversations = agent.pane.getByRole('navigation', { name: 'Conversations' });
    await conversations.getByRole('button', { name: /I came second/ }).waitFor();
    expect(await conversations.getByRole('button').count()).toBe(2);
    expect(await conversations.getByRole('button', { name: /this page/ }).textContent()).toMatch(/I was first/);
    // Neither guest has a name: the other one goes by its conversation's id.
    const id = (await recorded())[1]?.id ?? '';
    await conversations.getByRole('button', { name: `Guest ${id.slice(0, 8)} I came second` }).waitFor();
    // Somebody else's message does not take the desk away from under one's hands.
    expect(await agent.texts()).toEqual(['I was first']);
  },
  testMs,
);

test(
  'the desk stays with the page’s own guest when others come, also before anybody has written',
  async () => {
    const other = await bothSides(await server.open());
    await guest.type('Am I seen?');
    await agent.dots.waitFor();
    const conversations = agent.pane.getByRole('navigation', { name: 'Conversations' });
    await conversations.getByRole('button', { name: 'Guest this page is typing…' }).waitFor();
    expect(await other.agent.dots.count()).toBe(0);
  },
  testMs,
);

test(
  'a notification to several sockets is one frame on the wire that says to how many',
  async () => {
    const wire = page.getByRole('region', { name: 'The wire' });
    await guest.say('Hello');
    await agent.said('Hello').waitFor();
    // The page's own agent and the relay listen.
    await wire
      .getByRole('button', { name: /conversation , 2 times/ })
      .first()
      .waitFor();
    await wire.getByRole('searchbox').fill('surface:notifications kind:conversation');
    const sent = server.genesys.journal.entries().filter(({ kind }) => kind === 'conversation').length;
    expect(await wire.locator('.frame').count()).toBeLessThanOrEqual(Math.ceil(sent / 2) + 1);
    await wire.locator('.frame', { hasText: '×2' }).first().click();
    await wire.getByText(/^2 equal ones within \d+ ms: a notification goes to every socket/).waitFor();
  },
  testMs,
);

test(
  'the agent’s line for the terminal makes the guest see dots',
  async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await agent.pane.getByRole('button', { name: 'Copy as curl' }).click();
    await agent.pane.getByRole('button', { name: 'Copied' }).waitFor();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    const [, url] = /'(http[^']+)'/.exec(line) ?? [];
    const [, authorization] = /-H 'Authorization: ([^']+)'/.exec(line) ?? [];
    const [, body] = /-d '([^']+)'/.exec(line) ?? [];
    const response = await fetch(url!, {
      method: 'POST',
      headers: { Authorization: authorization!, 'Content-Type': 'application/json' },
      body: body!,
    });
    expect(response.ok).toBe(true);
    await guest.dots.waitFor();
  },
  testMs,
);

test(
  'the wire shows the frames, filters them, opens them, and rests while paused',
  async () => {
    const wire = page.getByRole('region', { name: 'The wire' });
    await guest.say('Where is my order?');
    await agent.said('Where is my order?').waitFor();

    const frames = wire.locator('.frame');
    await wire.getByRole('button', { name: 'typing', exact: true }).click();
    await expect.poll(() => frames.count()).toBeGreaterThan(0);
    expect(await wire.locator('.frame .kind').allTextContents()).toSatisfy((kinds: string[]) =>
      kinds.every((kind) => /typing/i.test(kind)),
    );
    await wire.getByRole('button', { name: 'typing', exact: true }).click();

    await wire.getByRole('searchbox').fill('Where is my order?');
    const said = wire.getByRole('button', { name: /guest to Genesys.*text/ });
    await said.first().click();
    await wire.locator('.json', { hasText: 'Where is my order?' }).first().waitFor();
    await wire.getByRole('searchbox').fill('');

    const before = await frames.count();
    await wire.getByRole('button', { name: 'Pause' }).click();
    await guest.say('Hello?');
    await agent.said('Hello?').waitFor();
    await wire.getByRole('button', { name: /Paused · \d+ new/ }).waitFor();
    expect(await frames.count()).toBe(before);
    await wire.getByRole('button', { name: /Paused/ }).click();
    await expect.poll(() => frames.count()).toBeGreaterThan(before);

    await wire.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => frames.count()).toBeLessThan(before);
    // The count comes from the emulator's own record.
    await wire.getByText('2 entries in the transcript').waitFor();
  },
  testMs,
);

test(
  'without an emulator the page says what to run',
  async () => {
    const lost = await browser.newPage();
    await lost.goto(`${server.url}/?emulator=http://127.0.0.1:1`);
    await lost.getByRole('alert').getByText('The emulator does not answer at http://127.0.0.1:1').waitFor();
    await lost.getByText('npm start').waitFor();
    await lost.close();
  },
  testMs,
);
