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
 * `backchannel dev`: starts the emulator, the relay and the page, plays the robots' conversation, and runs until `io` says stop.
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
    const { emulator, page } = await startServers(options, argv, io, folder, parts);
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

/** The relay needs to know its Genesys; loading it takes the time in which the emulator starts. */
async function startServers(
  { port, pagePort, host, seed }: DevOptions,
  argv: readonly string[],
  io: Io,
  folder: string,
  parts: Part[],
): Promise<{ readonly emulator: Emulator; readonly page: PageServer }> {
  const failed = (option: 'port' | 'pagePort') => (error: unknown) => {
    throw listenError(error, option, { port, pagePort, host }, { program: io.program, argv });
  };
  const loading = import('./page-server.ts');
  const { startEmulator } = await import('@backchannel/emulator');
  const emulator = await startEmulator({ port, host, seed, defaults: 'demo' }).catch(failed('port'));
  parts.push({ name: 'the emulator', close: () => emulator.close() });
  const { startPageServer } = await loading;
  const page = await startPageServer({
    folder,
    host,
    port: pagePort,
    emulator: emulator.info,
    errors: io.stderr,
  }).catch(failed('pagePort'));
  parts.push({ name: 'the page and its relay', close: () => page.close() });
  return { emulator, page };
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
