import { BackchannelError } from '@backchannel/client';
import type { Io } from './io.ts';

/** What `backchannel dev` was asked for. */
export interface DevOptions {
  /** Port of the emulator; 0 takes any free one. */
  readonly port: number;
  /** Port of the page; 0 takes any free one. */
  readonly pagePort: number;
  /** Address both listen on. */
  readonly host: string;
  /** Decides every id of the emulator and the robots' typing. */
  readonly seed: number;
  /** Whether two robots hold a conversation. */
  readonly demo: boolean;
  /** Events for machines instead of text for people. */
  readonly json: boolean;
}

export const DEFAULTS = { port: 4100, pagePort: 4200, host: '127.0.0.1', seed: 1 } as const;

/** Options that take a value, with the environment variable that stands in for each. */
export const VALUE_OPTIONS = {
  port: { flag: '--port', variable: 'BACKCHANNEL_PORT' },
  pagePort: { flag: '--page-port', variable: 'BACKCHANNEL_PAGE_PORT' },
  host: { flag: '--host', variable: 'BACKCHANNEL_HOST' },
  seed: { flag: '--seed', variable: 'BACKCHANNEL_SEED' },
} as const;

type ValueOption = keyof typeof VALUE_OPTIONS;

const PORT_MAX = 65_535;
const SEED_MAX = 0xffff_ffff;

/** A value with where it came from: an error has to name the thing that the user can change. */
interface Given {
  readonly text: string;
  readonly from: string;
  readonly option: ValueOption;
  /** The command that it was given to, as one types it. */
  readonly command: string;
}

/** What `backchannel emulator` was asked for. */
export interface EmulatorCommandOptions {
  /** Port of the emulator; 0 takes any free one. */
  readonly port: number;
  /** Address it listens on. */
  readonly host: string;
  /** Decides every id. */
  readonly seed: number;
  /** `platform`: typing and the rest are off, as on Genesys. */
  readonly defaults: 'demo' | 'platform';
  /** Whether the platform's limits are enforced. */
  readonly limits: boolean;
  /** Fault rules, each in one word. */
  readonly faults: readonly string[];
  /** Switches, each `name=value`. */
  readonly switches: readonly string[];
  /** Events for machines instead of text for people. */
  readonly json: boolean;
}

export type RawEmulatorOptions = Partial<Record<'port' | 'host' | 'seed' | 'defaults', string>> & {
  readonly limits: boolean;
  readonly fault?: readonly string[];
  readonly switch?: readonly string[];
  readonly json?: boolean;
};

export type RawDevOptions = Partial<Record<ValueOption, string>> & {
  readonly demo: boolean;
  readonly json?: boolean;
};

/** Flags win over the environment, and the environment over the defaults. An empty variable counts as not set. */
export function devOptions(raw: RawDevOptions, { env, program }: Surroundings): DevOptions {
  const command = `${program} dev`;
  const given = (option: ValueOption) => givenFor(command, option, raw, env);
  const port = wholeNumber(given('port'), DEFAULTS.port, PORT_MAX, 'a port');
  const pagePort = wholeNumber(given('pagePort'), DEFAULTS.pagePort, PORT_MAX, 'a port');
  if (port === pagePort && port !== 0) {
    throw new BackchannelError(
      'option.invalid',
      `The emulator and the page cannot share port ${port}: each needs its own.\n` +
        `Try: ${command} --port ${port} --page-port ${nextPort(port)}`,
    );
  }
  return {
    port,
    pagePort,
    host: hostName(given('host')),
    seed: wholeNumber(given('seed'), DEFAULTS.seed, SEED_MAX, 'a seed'),
    demo: raw.demo,
    json: raw.json === true,
  };
}

/** The same order of precedence as for `dev`. */
export function emulatorOptions(raw: RawEmulatorOptions, { env, program }: Surroundings): EmulatorCommandOptions {
  const command = `${program} emulator`;
  const given = (option: 'port' | 'host' | 'seed') => givenFor(command, option, raw, env);
  const { defaults = 'demo' } = raw;
  if (defaults !== 'demo' && defaults !== 'platform') {
    throw new BackchannelError(
      'option.invalid',
      `--defaults cannot be ${JSON.stringify(defaults)}: it is demo (typing is on) or platform (all is off, as on Genesys).\n` +
        `Try: ${command} --defaults platform`,
    );
  }
  return {
    port: wholeNumber(given('port'), DEFAULTS.port, PORT_MAX, 'a port'),
    host: hostName(given('host')),
    seed: wholeNumber(given('seed'), DEFAULTS.seed, SEED_MAX, 'a seed'),
    defaults,
    limits: raw.limits,
    faults: raw.fault ?? [],
    switches: raw.switch ?? [],
    json: raw.json === true,
  };
}

/** What options are read beside. */
export type Surroundings = Pick<Io, 'env' | 'program'>;

function givenFor(
  command: string,
  option: ValueOption,
  raw: Partial<Record<ValueOption, string>>,
  env: Io['env'],
): Given | undefined {
  const { flag, variable } = VALUE_OPTIONS[option];
  const flagged = raw[option];
  if (flagged !== undefined) return { text: flagged, from: flag, option, command };
  const set = env[variable];
  return set ? { text: set, from: variable, option, command } : undefined;
}

/** A port to suggest instead of `port`. */
export const nextPort = (port: number): number => (port < PORT_MAX ? port + 1 : DEFAULTS.port);

function wholeNumber(given: Given | undefined, fallback: number, max: number, what: string): number {
  if (given === undefined) return fallback;
  const value = Number(given.text);
  if (/^\d+$/.test(given.text) && value <= max) return value;
  throw new BackchannelError(
    'option.invalid',
    `${given.from} cannot be ${JSON.stringify(given.text)}: ${what} is a whole number from 0 to ${max}.\n${tryInstead(given, String(fallback))}`,
  );
}

function hostName(given: Given | undefined): string {
  if (given === undefined) return DEFAULTS.host;
  if (/^[a-zA-Z0-9.:_-]+$/.test(given.text)) return given.text;
  throw new BackchannelError(
    'option.invalid',
    `${given.from} cannot be ${JSON.stringify(given.text)}: it is the address or name of a network interface, ` +
      `without http:// and without a port.\n${tryInstead(given, DEFAULTS.host)}`,
  );
}

function tryInstead({ from, option, command }: Given, value: string): string {
  const { flag, variable } = VALUE_OPTIONS[option];
  return from === variable
    ? `Try: ${variable}=${value} ${command}, or unset ${variable}.`
    : `Try: ${command} ${flag} ${value}`;
}
