import { createRequire } from 'node:module';
import { BackchannelError } from '@backchannel/client';
import { exitWhenFlushed, processIo } from './adapters/process-io.ts';
import { parseCommandLine } from './command-line.ts';
import type { Io } from './io.ts';
import { messageOf } from './message-of.ts';

/** The command did what it was asked. */
const DONE = 0;
/** It could not, and said why. */
const FAILED = 1;

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** The command line as a function: `main(['dev', '--json'], io)` settles with the exit code when the command has ended. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const request = parseCommandLine(argv, io, version);
    if (request.kind === 'text') {
      io.stdout.write(request.text);
      return DONE;
    }
    // --help does not wait for servers to load
    if (request.kind === 'dev') {
      const { dev } = await import('./dev/dev-command.ts');
      await dev(request.options, argv, io);
    } else if (request.kind === 'emulator') {
      const { emulator } = await import('./emulator/emulator-command.ts');
      await emulator(request.options, argv, io);
    } else {
      const { relay } = await import('./relay/relay-command.ts');
      await relay(request.options, argv, io);
    }
    return DONE;
  } catch (error) {
    if (isNotInstalled(error)) throw error;
    say(error, argv, io);
    return FAILED;
  }
}

/** A file or package of ours is not there, so not even this module may be: `bin/backchannel.js` says what to do. */
const isNotInstalled = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';

/** For people on stderr, without the code; with --json also as an event. What nobody foresaw keeps its stack. */
function say(thrown: unknown, argv: readonly string[], io: Io): void {
  const { code } = BackchannelError.from(thrown);
  const message = messageOf(thrown);
  if (argv.includes('--json')) {
    io.stdout.write(`${JSON.stringify({ event: 'error', code, message })}\n`);
  }
  const foreseen = thrown instanceof BackchannelError || !(thrown instanceof Error);
  io.stderr.write(foreseen ? `${message}\n` : `This is a fault of backchannel:\n${thrown.stack}\n`);
}

/** Runs `main` with the arguments, streams and signals of this process, and ends it. Rejects when a module is missing. */
export async function runAsProcess(): Promise<void> {
  exitWhenFlushed(await main(process.argv.slice(2), processIo()));
}
