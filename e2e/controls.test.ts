// Real time: a browser, its keyboard and an emulator in processes of their own.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { bothSides, type ConsolePage, launchBrowser, serveConsolePage } from '../tools/console-page.ts';

const patienceMs = 60_000;

let browser: Browser;
let server: ConsolePage;

beforeAll(async () => {
  browser = await launchBrowser();
}, patienceMs);

afterAll(() => browser?.close());

beforeEach(async () => {
  server = await serveConsolePage(browser);
}, patienceMs);

afterEach(() => server[Symbol.asyncDispose]());

/** Presses Tab until the focus is on `name`. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '',
    );
    if (focused === name) return;
  }
  throw new Error(`Tab never reached ${name}.`);
}

test('by keyboard alone: the next agent message is refused, and the wire says who did it', {
  timeout: patienceMs,
}, async () => {
  const page = await server.open();
  const { guest, agent } = await bothSides(page);
  await guest.field.fill('Hello');
  await guest.field.press('Enter');
  await agent.said('Hello').waitFor();

  await page.locator('h1').click();
  await tabTo(page, 'Controls');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('region', { name: 'Controls of the emulator' });
  await tabTo(page, 'What is refused');
  await page.keyboard.type('agent messages');
  await tabTo(page, 'Refuse');
  await page.keyboard.press('Enter');
  await drawer.getByText('postConversationsMessageCommunicationMessages answered 429 · 0 of 1').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Controls');

  await agent.field.fill('Hi');
  await agent.field.press('Enter');
  await page.getByText('Injected (fault-1): answered 429.').waitFor();
  await page.getByRole('region', { name: 'Agent' }).locator('.line.failed').filter({ hasText: 'Hi' }).waitFor();
  expect(server.genesys.faults.list()).toMatchObject([{ fired: 1 }]);
});

test('the clock is frozen, moved and let go', { timeout: patienceMs }, async () => {
  const page = await server.open();
  await bothSides(page);
  await page.getByRole('button', { name: 'Controls' }).click();
  await page.getByRole('button', { name: 'Freeze' }).click();
  await page.getByRole('button', { name: 'Frozen', pressed: true }).waitFor();
  const before = server.genesys.time();
  expect(before.frozen).toBe(true);
  await page.getByRole('button', { name: '+1 h' }).click();
  await page
    .locator(`.drawer time[datetime="${new Date(Date.parse(before.time) + 3_600_000).toISOString()}"]`)
    .waitFor();
  await page.getByRole('button', { name: 'Frozen' }).click();
  await page.getByRole('button', { name: 'Freeze', pressed: false }).waitFor();
  expect(server.genesys.time().frozen).toBe(false);
});

test('the filter names fields of the inspector, and what it shows can be saved', { timeout: patienceMs }, async () => {
  const page = await server.open();
  const { guest } = await bothSides(page);
  await guest.field.fill('Hello');
  await guest.field.press('Enter');
  await page.getByRole('searchbox', { name: 'Filter the wire by text' }).fill('kind:text direction:in');
  await expect.poll(() => page.locator('.wire-row .kind').allTextContents()).toEqual(['text']);
  const href = await page.getByRole('link', { name: 'Save' }).getAttribute('href');
  const lines = (await (await fetch(href ?? '')).text()).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).kind)).toEqual(['text']);
});

test('any fault can be written as on the command line, and one that cannot be is refused in words', {
  timeout: patienceMs,
}, async () => {
  const page = await server.open();
  const { guest } = await bothSides(page);
  await page.getByRole('button', { name: 'Controls' }).click();
  const rule = page.getByLabel('Any other fault, as on the command line');
  await rule.fill('typin:drop');
  await rule.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Did you mean "typing"?' }).waitFor();
  await rule.fill('text@in:drop');
  await rule.press('Enter');
  await page.getByText('text drop · 0 of 1').waitFor();
  await guest.field.fill('Lost');
  await guest.field.press('Enter');
  await page.getByText('text drop · 1 of 1').waitFor();
});

test('robots come when they are called: a person alone at the page is answered', { timeout: patienceMs }, async () => {
  const page = await server.open();
  const { guest } = await bothSides(page);
  await guest.field.fill('Where is my order?');
  await guest.field.press('Enter');
  await guest.said('Where is my order?').waitFor();
  await page.getByRole('button', { name: 'Controls' }).click();
  await page.getByRole('button', { name: 'The agent answers' }).click();
  await page.getByText('robot-1, an agent: running, 0 of 2').waitFor();
  await guest.dots.waitFor();
  await guest.pane.getByText('Hi! Let me have a look.').waitFor();
  await page.getByRole('button', { name: 'Stop them' }).click();
  await page.getByText(/robot-1, an agent: stopped/).waitFor();
});

test('assumptions are moved, limits let go, and a start from the seed brings them back', {
  timeout: patienceMs,
}, async () => {
  const page = await server.open();
  await bothSides(page);
  const opener = page.getByRole('button', { name: 'Controls' });
  await opener.click();
  await page.getByLabel('Switch', { exact: true }).selectOption('agentTypingStatus');
  await page.getByText('Agent typing is answered 204.').waitFor();
  await page.getByLabel('Position').selectOption('202');
  await page.getByText('agent typing status: 202, not 204').waitFor();
  expect(server.genesys.switches.positions.agentTypingStatus).toBe(202);
  await page.getByLabel('Enforce the platform’s rate limits').click();
  await expect.poll(() => server.genesys.limits.of('agentTypingPerConversation')).toBe(Number.POSITIVE_INFINITY);

  await page.getByRole('button', { name: 'Start again from the seed' }).click();
  await expect.poll(() => server.genesys.switches.positions.agentTypingStatus).toBe(204);
  await opener.waitFor();
  await bothSides(page);
  expect(server.genesys.limits.of('agentTypingPerConversation')).toBe(12);
});

test('a tenant is an organisation of its own, on a page of its own', { timeout: patienceMs }, async () => {
  const page = await server.open();
  await bothSides(page);
  await page.getByRole('button', { name: 'Controls' }).click();
  await page.getByRole('button', { name: 'Add a tenant' }).click();
  const opened = page.waitForEvent('popup');
  await page.getByRole('link', { name: 'tenant-1' }).click();
  const other = await opened;
  const { guest } = await bothSides(other);
  await guest.field.fill('Hello from next door');
  await guest.field.press('Enter');
  await guest.said('Hello from next door').waitFor();
  expect(JSON.stringify(server.genesys.conversations())).not.toContain('next door');
});
