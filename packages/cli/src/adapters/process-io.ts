import type { Io, Output } from '../io.ts';
import { programName } from '../program-name.ts';

/** Exit code of a program that Ctrl-C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/** Width that is assumed where no terminal says one. */
const COLUMNS_WITHOUT_TERMINAL = 80;

/** How often the command looks whether the npm script that started it is still there. */
const PARENT_CHECK_MS = 500;

const output = (stream: NodeJS.WriteStream): Output => ({
  get isTTY() {
    return stream.isTTY === true;
  },
  get columns() {
    return stream.columns ?? COLUMNS_WITHOUT_TERMINAL;
  },
  write: (text) => void stream.write(text),
});

/** The real process. The first Ctrl-C asks the command to stop; a second, impatient one ends it at once with code 130. */
export function processIo(): Io {
  const listeners = new Set<() => void>();
  let asked = false;
  const stop = () => {
    asked = true;
    for (const listener of listeners) listener();
  };
  process.on('SIGINT', () => {
    if (asked) process.exit(INTERRUPTED);
    stop();
  });
  process.on('SIGTERM', stop);
  // A SIGTERM to `npm start` (docker stop, a CI's kill) ends npm's shell, which hands it to nobody: without this the
  // command would live on as an orphan and hold its ports.
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) stop();
    }, PARENT_CHECK_MS).unref();
  }
  // `backchannel dev --json | head -1`: the reader is gone, so there is nothing left to run for.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    stop();
  });
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    program: programName({ script: process.argv[1] ?? '', cwd: process.cwd(), env: process.env }),
    readStdin,
    onStop(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Longest text that is taken from stdin; more is no answer to any question of ours. */
const STDIN_MAX = 65_536;

async function readStdin(question: string): Promise<string> {
  const person = process.stdin.isTTY === true;
  if (person) process.stderr.write(question);
  // Without it Ctrl-C is an order to stop something that is not running yet.
  process.on('SIGINT', () => process.exit(INTERRUPTED));
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > STDIN_MAX || (person && text.includes('\n'))) break;
  }
  return text;
}

/** Ends the process once everything written has left it, so that a leak in anybody's code cannot keep a terminal busy. */
export function exitWhenFlushed(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}
