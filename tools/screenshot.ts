// The README's pictures: a short conversation on the real page, with both people in the middle of a word.
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bothSides, launchBrowser, serveConsolePage } from './console-page.ts';
import { root } from './workspaces.ts';

/** A README that loads slowly is not read. */
const FILE_BYTES_MAX = 300_000;

const folder = join(root, 'docs/images');
await mkdir(folder, { recursive: true });
const browser = await launchBrowser();

for (const colorScheme of ['light', 'dark'] as const) {
  await using server = await serveConsolePage(browser);
  // Still dots and 24 hours look the same whenever this runs.
  const page = await server.open({ colorScheme, deviceScaleFactor: 2, reducedMotion: 'reduce', locale: 'en-GB' });
  const { guest, agent } = await bothSides(page);

  await guest.say('Hello! My order 4471 says delivered, but nothing has arrived.');
  await agent.say('Hi! Let me look that up for you.');
  await agent.say('The courier left it with a neighbour, at number 12.');
  await guest.said('number 12').waitFor();
  await agent.type('Shall I a');
  await guest.type('Oh, they nev');
  await Promise.all([agent.dots.waitFor(), guest.dots.waitFor()]);

  const path = join(folder, `console-${colorScheme}.png`);
  await page.screenshot({ path });
  const { size } = await stat(path);
  if (size > FILE_BYTES_MAX)
    throw new Error(`${path} has ${size} bytes, more than ${FILE_BYTES_MAX}: lower deviceScaleFactor.`);
  process.stdout.write(`${path}: ${(size / 1000).toFixed(0)} kB\n`);
}
await browser.close();
