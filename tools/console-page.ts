// The real page before a real emulator in a real browser: for the browser tests and for the README's pictures.
import { startEmulator } from '@backchannel/emulator';
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core';
import { startPageServer } from '../packages/cli/src/dev/page-server.ts';
import { buildConsole } from './build-console.ts';
import { chromiumLaunch } from './chromium.ts';

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch(await chromiumLaunch());
}

export interface ConsolePage extends AsyncDisposable {
  readonly genesys: Awaited<ReturnType<typeof startEmulator>>;
  /** Where the page is; each `open` is a guest of its own. */
  readonly url: string;
  open(options?: BrowserContextOptions): Promise<Page>;
}

/** Starts an emulator and serves the page and the relay for it, on free ports. */
export async function serveConsolePage(browser: Browser): Promise<ConsolePage> {
  const { folder } = await buildConsole();
  const genesys = await startEmulator({ port: 0, seed: 1 });
  const server = await startPageServer({
    folder,
    host: '127.0.0.1',
    port: 0,
    emulator: genesys.info,
    errors: process.stderr,
  });
  return {
    genesys,
    url: server.url,
    async open(options) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      await page.goto(server.url);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      await server.close();
      await genesys.close();
    },
  };
}

/** One side of the page, by what a person sees of it. */
export class Side {
  readonly pane: Locator;
  readonly field: Locator;
  /** Present while dots are shown on this side. */
  readonly dots: Locator;

  constructor(page: Page, own: 'guest' | 'agent') {
    this.pane = page.getByRole('region', { name: own === 'guest' ? 'Guest' : 'Agent' });
    this.field = this.pane.getByRole('textbox');
    this.dots = this.pane.locator('.typing-row[data-typing="true"]');
  }

  /** The texts in this side's transcript, oldest first. */
  texts(): Promise<string[]> {
    return this.pane.locator('.bubble').allTextContents();
  }

  said(text: string): Locator {
    return this.pane.locator('.line.sent', { hasText: text });
  }

  /** A person's pace, so that renewals happen as they do with people. */
  async type(text: string, delayMs = 60): Promise<void> {
    await this.field.pressSequentially(text, { delay: delayMs });
  }

  async say(text: string): Promise<void> {
    await this.type(text);
    await this.field.press('Enter');
    await this.said(text).waitFor();
  }

  /** Both connections up, and the conversation on this side's screen. */
  async ready(): Promise<void> {
    await this.pane.getByText('Live', { exact: true }).waitFor();
    await this.field.waitFor();
  }
}

/** The two people of a page, once both can talk. */
export async function bothSides(page: Page): Promise<{ readonly guest: Side; readonly agent: Side }> {
  const guest = new Side(page, 'guest');
  const agent = new Side(page, 'agent');
  await Promise.all([guest.ready(), agent.ready()]);
  return { guest, agent };
}
