import { BackchannelError, type Ports, systemPorts } from '@backchannel/client';
import { type RunningRelay, shortenPauses, startRelay } from '@backchannel/relay';
import { listenProblem } from '../dev/listen-error.ts';
import { stopAll } from '../dev/stopping.ts';
import { type Io, takesColour } from '../io.ts';
import { messageOf } from '../message-of.ts';
import { palette } from '../stage/palette.ts';
import { checkConfiguration, loadedConfig, printExample, printHash, printSchema } from './config-commands.ts';
import { settingsRows } from './config-text.ts';
import type { RelayConfigSources, RelayRequest } from './relay-options.ts';

/** Requests, then deliveries, have 10 s each to end; what hangs after that is named, and ended. */
const STOP_WITHIN_MS = 25_000;

/** A store that keeps nothing. */
const MEMORY = ':memory:';
/** What the configuration has by itself. */
const FALLBACK_PORT = 4_300;

/** `backchannel relay` and what is under it. */
export async function relay(request: RelayRequest, argv: readonly string[], io: Io): Promise<void> {
  switch (request.action) {
    case 'run':
      return run(request.config, argv, io);
    case 'check':
      return checkConfiguration(request.config, io);
    case 'example':
      return printExample(io);
    case 'schema':
      return printSchema(io);
    case 'hash-secret':
      return printHash(io);
  }
}

/**
 * Runs a relay until `io` says stop. Rejects when it cannot start: `config.…`, `port.taken`, `port.forbidden`,
 * `host.unknown`, `store.…`; and with `store.…` when it can't go on because its store has failed, so that whoever watches over
 * the process starts it again: opening the store is what recovers it. That Genesys can't be reached is no reason: it starts, and `/readyz` says so.
 */
async function run(
  config: RelayConfigSources,
  argv: readonly string[],
  io: Io,
  { clock }: Pick<Ports, 'clock'> = systemPorts(),
): Promise<void> {
  const stop = new AbortController();
  const ignoreStop = io.onStop(() => stop.abort());
  const colours = palette(takesColour(io.stderr, io.env));
  const say = (text: string) => io.stderr.write(text);
  try {
    const { settings, notices } = await loadedConfig(config, io);
    const running = await started(settings, argv, io);
    let failure: BackchannelError | undefined;
    void running.failed.then((error) => {
      failure = error;
      stop.abort();
    });
    try {
      say(greeting(running, notices));
      if (!stop.signal.aborted) {
        await new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
      }
      say(`\n  ${colours.dim('Stopping: what is under way may end first, for 20 s at most.')}\n`);
    } finally {
      const stopped = stopAll([{ name: 'the relay', close: () => running.close() }], clock, STOP_WITHIN_MS);
      // What a relay without a store can't end as it should is not why it ends.
      await stopped.catch((error: unknown) => {
        if (!failure) throw error;
      });
    }
    if (failure) throw ended(failure);
    const kept = settings.store.file !== MEMORY;
    say(
      `  ${colours.dim(`Stopped.${kept ? ' What was accepted is in the store and goes on with the next start.' : ''}`)}\n`,
    );
  } finally {
    ignoreStop();
  }

  function greeting({ url, settings }: RunningRelay, notices: readonly string[]): string {
    const rows = [['API', `${url}/docs`], ['ready?', `${url}/readyz`], ...settingsRows(settings)] as const;
    const width = Math.max(...rows.map(([name]) => name.length));
    return [
      '',
      `  ${colours.bold('Backchannel relay')}  ${colours.link(url)}`,
      '',
      ...rows.map(([name, value]) => `  ${colours.dim(name.padEnd(width))}  ${value}`),
      ...notices.map((notice) => `\n  ${colours.bold('Note')}  ${notice}`),
      '',
      `  ${colours.dim('Ctrl-C stops it gracefully.')}`,
      '',
      '',
    ].join('\n');
  }
}

/** What to do where the store does not say it itself. */
const START_AGAIN =
  '\nStart it again: what was accepted is in the store and goes on. If it ends again, look at the disk of the store.';

function ended(failure: BackchannelError): BackchannelError {
  const next = failure.code === 'store.failed' ? START_AGAIN : '';
  return new BackchannelError(failure.code, `The relay had to end. ${messageOf(failure)}${next}`, { cause: failure });
}

async function started(settings: RunningRelay['settings'], argv: readonly string[], io: Io): Promise<RunningRelay> {
  const { host, port } = settings.listen;
  try {
    shortenPauses();
    return await startRelay(settings, { logTo: { write: (line) => io.stdout.write(line) } });
  } catch (error) {
    if (error instanceof BackchannelError) throw error;
    throw listenProblem(
      error,
      { what: 'backchannel relay', host, port, flag: '--port', fallbackPort: FALLBACK_PORT },
      { program: io.program, argv },
    );
  }
}
