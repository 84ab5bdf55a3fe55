import { type Ports, systemPorts } from '@backchannel/client';
import type { Emulator } from '@backchannel/emulator';
import { type Io, takesColour } from '../io.ts';
import { messageOf } from '../message-of.ts';
import type { DevOptions } from '../options.ts';
import { palette } from '../stage/palette.ts';
import { commandsFor } from './commands.ts';
import { JsonReporter } from './json-reporter.ts';
import { listenError } from './listen-error.ts';
import { pageFolder } from './page-folder.ts';
import type { PageServer } from './page-server.ts';
import { PeopleReporter } from './people-reporter.ts';
import type { Reporter } from './reporter.ts';
import { type Part, stopAll } from './stopping.ts';

/** What a test replaces; a user never does. */
export interface DevSurroundings {
  readonly ports: Ports;
  readonly pageFolder: string;
}

/**
 * `backchannel dev`: starts the emulator and the page, plays the robots' conversation, and runs until `io` says stop.
 * Rejects when a server cannot start (`port.taken`, `port.forbidden`, `host.unknown`, `page.not-built`) or hangs at the
 * end (`stop.late`); whatever had started by then is closed first.
 */
export async function dev(
  options: DevOptions,
  argv: readonly string[],
  io: Io,
  { ports = systemPorts(), pageFolder: folder = pageFolder() }: Partial<DevSurroundings> = {},
): Promise<void> {
  const reporter: Reporter = options.json
    ? new JsonReporter(io.stdout)
    : new PeopleReporter(io.stdout, palette(takesColour(io.stdout, io.env)), ports.clock, options.demo);
  const stop = new AbortController();
  const ignoreStop = io.onStop(() => stop.abort());
  const parts: Part[] = [];
  try {
    const { emulator, page } = await startServers(options, argv, folder, parts);
    if (!stop.signal.aborted) {
      reporter.ready({ emulatorUrl: emulator.url, pageUrl: page.url }, emulator.info);
      if (options.demo) await play(emulator, options.seed, ports, reporter, parts, stop.signal);
      await aborted(stop.signal);
    }
    reporter.stopped();
  } finally {
    ignoreStop();
    await stopAll(parts, ports.clock);
  }
}

/** Both at once: loading them takes most of the time until the first page. */
async function startServers(
  options: DevOptions,
  argv: readonly string[],
  folder: string,
  parts: Part[],
): Promise<{ readonly emulator: Emulator; readonly page: PageServer }> {
  const { port, pagePort, host, seed } = options;
  const emulatorStarting = import('@backchannel/emulator').then(({ startEmulator }) =>
    startEmulator({ port, host, seed, defaults: 'demo' }),
  );
  const pageStarting = import('./page-server.ts').then(({ startPageServer }) =>
    startPageServer({
      folder,
      host,
      port: pagePort,
      emulatorUrl: () => emulatorStarting.then(({ url }) => url),
    }),
  );
  const [emulator, page] = await Promise.allSettled([emulatorStarting, pageStarting]);
  if (emulator.status === 'fulfilled') parts.push({ name: 'the emulator', close: () => emulator.value.close() });
  if (page.status === 'fulfilled') parts.push({ name: 'the page', close: () => page.value.close() });
  if (emulator.status === 'rejected') throw listenError(emulator.reason, 'port', options, argv);
  if (page.status === 'rejected') throw listenError(page.reason, 'pagePort', options, argv);
  return { emulator: emulator.value, page: page.value };
}

/** The show must not bring the house down: when it fails, the page and the emulator go on. */
async function play(
  emulator: Emulator,
  seed: number,
  ports: Ports,
  reporter: Reporter,
  parts: Part[],
  signal: AbortSignal,
): Promise<void> {
  try {
    const { Robots } = await import('../robots/conversation.ts'); // after the page: nobody waits for the robots
    const robots = new Robots(emulator, ports, seed, (event) => reporter.tell(event));
    parts.push({ name: 'the robots', close: () => robots.close() });
    const played = await robots.play(signal);
    reporter.finished(played, commandsFor(emulator.info, played));
  } catch (error) {
    if (!signal.aborted) reporter.failed(messageOf(error));
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
