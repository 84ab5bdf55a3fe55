import { BackchannelError } from '@backchannel/client';
import { Command, CommanderError } from 'commander';
import { examples, HELP_COLUMNS } from './examples.ts';
import {
  DEFAULTS,
  type DevOptions,
  devOptions,
  type EmulatorCommandOptions,
  emulatorOptions,
  type RawDevOptions,
  type RawEmulatorOptions,
  type Surroundings,
  VALUE_OPTIONS,
} from './options.ts';
import type { RelayRequest } from './relay/relay-options.ts';
import { addRelayCommands } from './relay/relay-words.ts';

/** What the words on the command line ask for. */
export type Request =
  | { readonly kind: 'dev'; readonly options: DevOptions }
  | { readonly kind: 'emulator'; readonly options: EmulatorCommandOptions }
  | { readonly kind: 'relay'; readonly options: RelayRequest }
  /** Help or a version: only to be printed. */
  | { readonly kind: 'text'; readonly text: string };

const summary = (
  program: string,
): string => `Backchannel: typing indicators and read receipts for Genesys Cloud messaging.

Start here:
${examples(program, [
  ['dev', 'a live conversation here, without Genesys'],
  ['emulator', 'the local Genesys Cloud alone, for tests'],
  ['relay', 'the service before the real Genesys Cloud'],
])}`;

// One line: it is wrapped where it is printed, and what is wrapped twice is torn.
const DEV_SUMMARY =
  'Starts a local Genesys Cloud for messaging (the emulator), a relay before it, and a web page with the guest, the agent and the wire between them. Two robots then hold a short conversation in this terminal; their guest stays, so you can join in with curl.';

const devDetails = (program: string): string => `
Examples:
${examples(program, [
  ['dev', 'emulator: 4100, page and relay: 4200'],
  ['dev --port 0 --page-port 0', 'on any free ports'],
  ['dev --json --no-demo', 'for scripts: events, no robots'],
])}

With --json, stdout has one JSON object per line:
  {"event":"ready","emulatorUrl","pageUrl","relay":{"url","clientId",
   "clientSecret","commands"},"info"}
      all answer; info is what GET /_emulator/info says
  {"event":"typing","from","name","typing"}
      the other side is shown that someone types, or no longer
  {"event":"message","from","name","text"}
      a message reached the other side
  {"event":"demo","state":"finished","conversationId","communicationId",
   "transcript":{"messages","typingEntries"},"typingSignals","commands"}
      the robots are done; or: "state":"failed" with a "reason"
  {"event":"stopped"}
      the last line; or, when it could not go on:
  {"event":"error","code","message"}

Ctrl-C stops it.`;

/** An option that may be repeated. */
const collected = (word: string, words: readonly string[] = []): readonly string[] => [...words, word];

const EMULATOR_SUMMARY =
  "Starts a local Genesys Cloud for messaging and nothing else: guest socket, platform API, OAuth and notifications on one port, with the platform's limits and errors. GET /_emulator/ on that port explains how to look into it and how to control it.";

const emulatorDetails = (program: string): string => `
Examples:
${examples(program, [
  ['emulator', 'on port 4100'],
  ['emulator --port 0 --json', 'on any free port, for scripts'],
  ['emulator --defaults platform', 'typing off, as Genesys starts'],
])}
  ${program} emulator --fault getUsersMe:503:2 --fault text:drop:10%
  ${program} emulator --switch typingOpensConversation=true

A fault is [surface/]target[@in|@out]:effect[:count]
  target   an operation (getUsersMe) or a kind of frame (text, typing, open);
           webhooks/text is a webhook, webhooks/text@in the answer to it
  effect   a status, delay=800 (milliseconds), drop, duplicate, reorder, cut,
           half-open
  count    3 (the first three, default 1) or 10% (drawn from the seed)
  GET /_emulator/faults lists every target.
A switch is such as agentTypingStatus=202; GET /_emulator/switches lists all.

With --json, stdout has one JSON object per line:
  {"event":"ready","emulatorUrl","info"}
      it answers; info is what GET /_emulator/info says
  {"event":"stopped"}
      the last line; or, when it could not go on:
  {"event":"error","code","message"}

Ctrl-C stops it.`;

/**
 * Reads the words after the program's name. Throws `BackchannelError` with the nearest valid word for what it does not
 * know (`command.unknown`, `option.unknown`) and for a value that cannot be used (`option.invalid`).
 */
export function parseCommandLine(words: readonly string[], surroundings: Surroundings, version: string): Request {
  const { program: name } = surroundings;
  const argv = words.flatMap(separated);
  let text = '';
  let request: Request | undefined;
  const collect = {
    writeOut(chunk: string) {
      text += chunk;
    },
    writeErr: () => undefined, // its message comes with the error that is thrown
  };

  const program = new Command(name)
    .description(summary(name))
    .version(version, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    // What stands after a command's name is that command's: `relay` and `relay config check` take the same flags.
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .configureOutput(collect);

  const { port, pagePort, host, seed } = VALUE_OPTIONS;
  const described = (what: string, fallback: string | number, variable: string) =>
    `${what}\n(default: ${fallback}; environment: ${variable})`;
  program
    .command('dev')
    .summary('start the emulator and the page, and play a short conversation')
    .description(DEV_SUMMARY)
    .helpOption('-h, --help', 'print this help')
    .option(
      `${port.flag} <number>`,
      described('port of the emulator, 0 for any free one', DEFAULTS.port, port.variable),
    )
    .option(
      `${pagePort.flag} <number>`,
      described('port of the page, 0 for any free one', DEFAULTS.pagePort, pagePort.variable),
    )
    .option(`${host.flag} <address>`, described('address both listen on', DEFAULTS.host, host.variable))
    .option(`${seed.flag} <number>`, described("decides all ids and the robots' typing", DEFAULTS.seed, seed.variable))
    .option('--no-demo', 'no robots')
    .option('--json', 'events for machines on stdout')
    .addHelpText('after', devDetails(name))
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .configureOutput(collect)
    .action((raw: RawDevOptions) => {
      request = { kind: 'dev', options: devOptions(raw, surroundings) };
    });

  program
    .command('emulator')
    .summary('start the emulator alone')
    .description(EMULATOR_SUMMARY)
    .helpOption('-h, --help', 'print this help')
    .option(`${port.flag} <number>`, described('port, 0 for any free one', DEFAULTS.port, port.variable))
    .option(`${host.flag} <address>`, described('address it listens on', DEFAULTS.host, host.variable))
    .option(
      `${seed.flag} <number>`,
      described('decides all ids, and the chance of faults', DEFAULTS.seed, seed.variable),
    )
    .option('--defaults <name>', 'demo (typing on) or platform (as Genesys starts)\n(default: demo)')
    .option('--no-limits', 'no rate limits')
    .option('--fault <rule>', 'something that goes wrong; may be repeated', collected)
    .option('--switch <name=value>', 'another assumption about the platform; may be\nrepeated', collected)
    .option('--json', 'events for machines on stdout')
    .addHelpText('after', emulatorDetails(name))
    .allowExcessArguments(false)
    .exitOverride()
    .configureHelp({ helpWidth: HELP_COLUMNS })
    .configureOutput(collect)
    .action((raw: RawEmulatorOptions) => {
      request = { kind: 'emulator', options: emulatorOptions(raw, surroundings) };
    });

  addRelayCommands(program, name, (options) => {
    request = { kind: 'relay', options };
  });

  if (argv.length === 0) return { kind: 'text', text: program.helpInformation() };
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'text', text };
    throw notUnderstood(error, argv, name);
  }
  return request ?? { kind: 'text', text: program.helpInformation() };
}

/** Commander's message names the word and often the nearest valid one; the user also gets the whole corrected command. */
function notUnderstood(error: CommanderError, argv: readonly string[], program: string): BackchannelError {
  const [, wrong] = /'([^']+)'/.exec(error.message) ?? [];
  const [, nearest] = /\(Did you mean (?:one of )?([^?,]+)/.exec(error.message) ?? [];
  const { words, takes } = commandOf(argv);
  const command = ['backchannel', ...words].join(' ');
  const seeAll = `See what there is: ${[program, ...words].join(' ')} --help`;
  const corrected =
    wrong !== undefined && nearest !== undefined
      ? `Did you mean: ${program} ${argv.map((word) => (word === wrong ? nearest : word)).join(' ')}\n`
      : '';

  switch (error.code) {
    case 'commander.unknownCommand':
      return new BackchannelError('command.unknown', `backchannel has no command "${wrong}".\n${corrected}${seeAll}`);
    case 'commander.unknownOption':
      return new BackchannelError('option.unknown', `${command} has no option "${wrong}".\n${corrected}${seeAll}`);
    case 'commander.excessArguments':
      return new BackchannelError(
        'command.excess',
        `${command} takes ${takes}, and got ${argv
          .slice(words.length)
          .filter((word) => !word.startsWith('-'))
          .map((word) => JSON.stringify(word))
          .join(', ')}.\n${seeAll}`,
      );
    case 'commander.optionMissingArgument':
      return new BackchannelError('option.invalid', `The option ${wrong} needs a value after it.\n${seeAll}`);
    default:
      return new BackchannelError(
        'command.unknown',
        `${error.message.replace(/^error: /, '')}.\n${corrected}${seeAll}`,
        {
          cause: error,
        },
      );
  }
}

/** Commands that are not the first word alone, or take other words besides options. */
const TAKES: Readonly<Record<string, string>> = {
  dev: 'options only',
  emulator: 'options only',
  relay: 'options, or one of config and hash-secret',
  'relay config': 'one of check, example and schema',
  'relay config check': 'one file',
  'relay config example': 'no more words',
  'relay config schema': 'no more words',
  'relay hash-secret': 'no more words: the secret comes by standard input',
};

/** The longest command that the words begin with, and what may come after it. */
function commandOf(argv: readonly string[]): { readonly words: readonly string[]; readonly takes: string } {
  for (let count = 3; count > 0; count -= 1) {
    const words = argv.slice(0, count);
    const takes = TAKES[words.join(' ')];
    if (takes !== undefined) return { words, takes };
  }
  return { words: [], takes: 'a command' };
}

/** `--port=5000` as two words: commander would take a misspelt one whole, and find no name that is near to it. */
function separated(word: string): string[] {
  const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return flag === undefined || value === undefined ? [word] : [flag, value];
}
