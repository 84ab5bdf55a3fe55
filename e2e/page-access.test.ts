// Real time: a screen reader's lead and the pause between two typing sessions pass on the page's own clock.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { relayCommands } from '../packages/cli/src/dev/commands.ts';
import { bothSides, type ConsolePage, launchBrowser, type Side, serveConsolePage } from '../tools/console-page.ts';
import { paste } from './support/shell.ts';

const setUpMs = 60_000;
const testMs = 60_000;

let browser: Browser;
let server: ConsolePage;

beforeAll(async () => {
  browser = await launchBrowser();
}, setUpMs);

afterAll(() => browser?.close());

beforeEach(async () => {
  server = await serveConsolePage(browser);
}, setUpMs);

afterEach(() => server[Symbol.asyncDispose]());

/** Presses Tab until `label` has the focus. */
async function tabTo(page: Page, label: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let press = 0; press < 40; press++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (typeof label === 'string' ? focused === label : label.test(focused)) return;
    passed.push(focused);
  }
  throw new Error(`Tab never reached ${label}; it passed ${passed.join(' | ')}`);
}

test(
  'a whole conversation and a look at the wire need only the keyboard',
  async () => {
    const page = await server.open();
    const { guest, agent } = await bothSides(page);

    await tabTo(page, 'Message as the guest');
    await page.keyboard.type('First line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    await agent.dots.waitFor();
    await page.keyboard.press('Enter');
    await agent.said('First line\nsecond line').waitFor();

    await tabTo(page, 'typing');
    await page.keyboard.press('Space');
    // The next stop is the newest frame; arrows go to the others, Enter opens one.
    await tabTo(page, /typing.*B/);
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    const first = page.getByRole('region', { name: 'The wire' }).locator('.wire-row').first();
    await first.locator('.json').waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await first.locator('.frame').evaluate((frame) => frame === document.activeElement)).toBe(false);

    await tabTo(page, 'Message as the agent');
    await page.keyboard.type('Got it');
    await guest.dots.waitFor();
    await page.keyboard.press('Enter');
    await guest.said('Got it').waitFor();
    expect(await agent.field.evaluate((field) => field === document.activeElement)).toBe(true);
  },
  testMs,
);

/** Everything that the side's live region has said since. */
async function listen(page: Page, side: Side): Promise<() => Promise<readonly string[]>> {
  const region = await side.pane.locator('.typing-row [role="status"]').elementHandle();
  const heard = await page.evaluateHandle((region) => {
    const texts: string[] = [];
    new MutationObserver(() => texts.push(region?.textContent ?? '')).observe(region as Node, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return texts;
  }, region);
  return () => heard.jsonValue();
}

test(
  'a screen reader hears once per typing session that the agent types, after a lead, and never that it stopped',
  async () => {
    const page = await server.open();
    const { guest, agent } = await bothSides(page);
    const heard = await listen(page, guest);

    // Longer than one signal lasts, so that it is renewed.
    await agent.type('This takes me a while to', 330);
    await agent.field.press('Enter');
    await guest.said('This takes me a while to').waitFor();
    const announcements = (await heard()).filter((text) => text !== '');
    expect(announcements).toHaveLength(1);
    expect(announcements[0]).toMatch(/^Ana\b.* is typing$/);

    // Too short to be worth a word.
    await agent.say('Done');
    await guest.said('Done').waitFor();
    expect((await heard()).filter((text) => text !== '')).toEqual(announcements);
  },
  testMs,
);

test(
  'the row of the dots keeps its place, so nothing jumps',
  async () => {
    const page = await server.open();
    const { guest, agent } = await bothSides(page);
    await agent.say('Hello');
    const before = await agent.said('Hello').boundingBox();
    await guest.type('Hm');
    await agent.dots.waitFor();
    expect(await agent.said('Hello').boundingBox()).toEqual(before);
  },
  testMs,
);

/** What an automatic checker would say about names, roles and references. */
function findings(): string[] {
  const found: string[] = [];
  const nameOf = (element: Element): string =>
    element.getAttribute('aria-label') ??
    (element.getAttribute('aria-labelledby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ')
      .trim();

  for (const element of document.querySelectorAll('button, a, summary')) {
    if ((nameOf(element) || element.textContent?.trim()) === '') found.push(`no name: ${element.outerHTML}`);
  }
  for (const element of document.querySelectorAll('input, textarea, section, nav, [role="log"]')) {
    if (nameOf(element) === '') found.push(`no label: ${element.outerHTML.slice(0, 120)}`);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) found.push(`twice: #${id}`);
  for (const element of document.querySelectorAll('[aria-describedby], [aria-labelledby]')) {
    for (const id of `${element.getAttribute('aria-describedby') ?? ''} ${element.getAttribute('aria-labelledby') ?? ''}`.split(
      ' ',
    )) {
      if (id !== '' && !document.getElementById(id)) found.push(`refers to nothing: ${id}`);
    }
  }
  for (const element of document.querySelectorAll('[aria-hidden="true"]')) {
    if (element.querySelector('button, a, input, textarea, [tabindex]')) found.push('hidden, but takes the focus');
  }
  if (document.querySelectorAll('h1').length !== 1) found.push('not exactly one h1');
  if (document.querySelectorAll('main').length !== 1) found.push('not exactly one main');
  if (!document.documentElement.lang) found.push('no language');
  return found;
}

/** Texts whose colour stands out too little from what is behind them (WCAG 1.4.3: 4.5 to 1). */
function paleTexts(): string[] {
  const channels = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([red = 0, green = 0, blue = 0]: number[]): number => {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((value) =>
      value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element: Element | null): string => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return (channels(backgroundColor)[3] ?? 1) === 0 ? behind(element.parentElement) : backgroundColor;
  };
  const pale: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('.unseen, :disabled')) continue;
    const [light = 0, dark = 0] = [getComputedStyle(element).color, behind(element)]
      .map((colour) => luminance(channels(colour)))
      .toSorted((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5)
      pale.push(`${contrast.toFixed(2)} ${element.className} "${node.textContent.trim().slice(0, 30)}"`);
  }
  return pale;
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  test(
    'everything has a name, a role and enough contrast, in the middle of a conversation',
    async () => {
      const page = await server.open({ colorScheme });
      const { guest, agent } = await bothSides(page);
      await guest.say('Hello');
      await agent.say('Hi!');
      await guest.type('And');
      await agent.dots.waitFor();
      await page.locator('.frame').last().click();
      await page.locator('.json').first().waitFor();
      // One outcome that went, one that was spared.
      const { token, typing } = relayCommands(server.url);
      await paste([token, typing, typing].join('\n'));
      const relay = page.getByRole('region', { name: 'Relay' });
      await relay.locator('.outcomes .good').first().waitFor();
      await relay.locator('.outcomes .spared').first().waitFor();
      await relay.getByText('Try it from a terminal').click();
      // Colours that change on hover are on their way otherwise.
      await page.emulateMedia({ reducedMotion: 'reduce' });

      expect(await page.evaluate(findings)).toEqual([]);
      expect(await page.evaluate(paleTexts)).toEqual([]);
    },
    testMs,
  );
});

test(
  'the switch changes the colours, and a reload keeps them',
  async () => {
    const page = await server.open({ colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('button', { name: 'Switch to dark colours' }).click();
    const dark = await ground();
    await page.reload();
    await page.getByRole('button', { name: 'Switch to light colours' }).click();
    expect(await ground()).not.toBe(dark);
  },
  testMs,
);

test(
  'on a phone the two people share the screen, the wire and the relay have it alone, and nothing sticks out',
  async () => {
    const page = await server.open({ viewport: { width: 360, height: 640 }, hasTouch: true });
    const sides = page.getByRole('navigation', { name: 'Panes' });
    // An agent's typing has the longest reason: the address that was called.
    const agentTypes = `curl "$RELAY/v1/conversations/order-7/typing" -H "$AUTH" -d '${JSON.stringify({
      participant: `agent:${server.genesys.info.agents[0]?.id}`,
      typing: true,
    })}'`;
    const { token, typing } = relayCommands(server.url);
    await paste([token, typing, agentTypes].join('\n'));
    await page.locator('.outcomes .reason', { hasText: 'Genesys has it.' }).waitFor({ state: 'attached' });
    for (const [name, regions] of [
      ['The wire', ['The wire']],
      ['Relay', ['Relay']],
      ['Guest and agent', ['Guest', 'Agent']],
    ] as const) {
      await sides.getByRole('button', { name, exact: true }).click();
      for (const region of regions) await page.getByRole('region', { name: region }).waitFor();
      expect(await page.getByRole('region').count()).toBe(regions.length);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
    // Who types on one half sees the dots on the other, without a touch in between.
    const { guest, agent } = await bothSides(page);
    await guest.type('Hi');
    await agent.dots.waitFor();
    for (const place of [guest.field, agent.dots]) {
      const { y = -1, height = 0 } = (await place.boundingBox()) ?? {};
      expect(y).toBeGreaterThan(0);
      expect(y + height).toBeLessThanOrEqual(640);
    }
  },
  testMs,
);

test(
  'dots do not move for people who asked for less motion',
  async () => {
    const page = await server.open({ reducedMotion: 'reduce' });
    const { guest, agent } = await bothSides(page);
    await guest.type('Hm');
    await agent.dots.waitFor();
    const animation = await agent.dots
      .locator('i')
      .first()
      .evaluate((dot) => getComputedStyle(dot).animationName);
    expect(animation).toBe('none');
  },
  testMs,
);
