import type { Command } from 'commander';
import { examples } from '../examples.ts';
import { flagsGiven, RELAY_FLAGS, type RelayRequest } from './relay-options.ts';

const RELAY_SUMMARY =
  "Starts the relay: the service between your chat and Genesys Cloud. It takes typing, messages and receipts over HTTP and WebSocket from programs in any language, and speaks Genesys's own protocol for them.";

const relayDetails = (program: string): string => `
Configuration: a file (JSON with comments), the environment, flags; each wins
over those before it. Secrets stand in the environment alone:
  BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET   of the OAuth client for agents
  BACKCHANNEL_RELAY_CLIENT_SECRET_<ID>      of a client, instead of its hash
  BACKCHANNEL_RELAY_TOKEN_KEYS              what signs tokens
All flags but --config have a variable of their name: --port is
BACKCHANNEL_RELAY_PORT.

Examples:
${examples(program, [
  ['relay config example > relay.jsonc', 'a file to begin with'],
  ['relay config check relay.jsonc', 'all that is wrong with it'],
  ['relay --config relay.jsonc', ''],
])}

stdout has the log, one JSON object per line; what is for people is on stderr.
Ctrl-C or SIGTERM: what is under way may end first, then it stops.`;

const CHECK_DETAILS = `
Reads the file, the environment and the flags as the relay would, and says
everything that is wrong at once: line and column, what, and how to fix it. Exit
code 1 then. Nothing is started and nobody is called.`;

const secretDetails = (program: string): string => `
Reads the secret from standard input and prints what goes into secretHashes of
a client. Examples:
  openssl rand -base64 24 | tee secret.txt | ${program} relay hash-secret
  ${program} relay hash-secret < secret.txt`;

/** Adds `relay` and what is under it. */
export function addRelayCommands(program: Command, name: string, ask: (request: RelayRequest) => void): void {
  const relay = configured(
    program
      .command('relay')
      .summary('start the relay: your programs in, Genesys out')
      .description(RELAY_SUMMARY)
      .option('--config <file>', 'configuration; without it flags and environment'),
  )
    .addHelpText('after', relayDetails(name))
    .action((raw: { readonly config?: string }) =>
      ask({ action: 'run', config: { file: raw.config, flags: flagsGiven(raw) } }),
    );

  const config: Command = relay
    .command('config')
    .summary('check, or begin, a configuration')
    .description('Helps with the configuration of the relay.')
    .action(() => config.help());
  configured(config.command('check [file]').summary('say everything that is wrong with it'))
    .description('Says everything that is wrong with a configuration.')
    .addHelpText('after', CHECK_DETAILS)
    .action((file: string | undefined, raw: object) =>
      ask({ action: 'check', config: { file, flags: flagsGiven({ ...raw }) } }),
    );
  config
    .command('example')
    .summary('print a file with every member and what it means')
    .description('Prints a configuration file with every member and what it means.')
    .action(() => ask({ action: 'example' }));
  config
    .command('schema')
    .summary('print its JSON Schema, for editors')
    .description('Prints the JSON Schema of the configuration file, for editors.')
    .action(() => ask({ action: 'schema' }));
  relay
    .command('hash-secret')
    .summary('hash a secret from standard input')
    .description('Hashes the secret of a client of the relay.')
    .addHelpText('after', secretDetails(name))
    .action(() => ask({ action: 'hash-secret' }));
}

function configured(command: Command): Command {
  for (const { flag, value, what } of RELAY_FLAGS) {
    command.option(value === undefined ? flag : `${flag} <${value}>`, what);
  }
  return command;
}
