// The README's pictures: a short conversation on the real page, with both people in the middle of a word, and a program that
// has just called the relay.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { paste } from '../e2e/support/shell.ts';
import { relayCommands } from '../packages/cli/src/dev/commands.ts';
import { bothSides, launchBrowser, serveConsolePage } from './console-page.ts';
import { shrinkPng } from './png.ts';
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

  const { token, typing, explain } = relayCommands(server.url);
  await paste([token, typing, typing, explain].join('\n'));
  await guest.say('Hello! My order 4471 says delivered, but nothing has arrived.');
  await agent.say('Hi! Let me look that up for you.');
  await agent.say('The courier left it with a neighbour, at number 12.');
  await guest.said('number 12').waitFor();
  // Nobody begins to type in the instant after a message: that would count as a late signal of it.
  await page.waitForTimeout(1_000);
  await agent.type('Shall I a');
  await guest.type('Oh, they nev');
  await Promise.all([agent.dots.waitFor(), guest.dots.waitFor()]);

  const path = join(folder, `console-${colorScheme}.png`);
  const picture = shrinkPng(await page.screenshot());
  if (picture.length > FILE_BYTES_MAX) {
    throw new Error(`${path} has ${picture.length} bytes, more than ${FILE_BYTES_MAX}: lower deviceScaleFactor.`);
  }
  await writeFile(path, picture);
  process.stdout.write(`${path}: ${(picture.length / 1000).toFixed(0)} kB\n`);
}
await browser.close();
