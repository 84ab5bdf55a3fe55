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
  await tabTo(page, 'Faults & clock');
  await page.keyboard.press('Enter');
  const drawer = page.getByRole('region', { name: 'Faults and clock' });
  await tabTo(page, 'What is refused');
  await page.keyboard.type('agent messages');
  await tabTo(page, 'Refuse');
  await page.keyboard.press('Enter');
  await drawer.getByText('postConversationsMessageCommunicationMessages answered 429 · 0 of 1').waitFor();
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'detached' });
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Faults & clock');

  await agent.field.fill('Hi');
  await agent.field.press('Enter');
  await page.getByText('Injected (fault-1): answered 429.').waitFor();
  await page.getByRole('region', { name: 'Agent' }).locator('.line.failed').filter({ hasText: 'Hi' }).waitFor();
  expect(server.genesys.faults.list()).toMatchObject([{ fired: 1 }]);
});

test('the clock is frozen, moved and let go', { timeout: patienceMs }, async () => {
  const page = await server.open();
  await bothSides(page);
  await page.getByRole('button', { name: 'Faults & clock' }).click();
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
