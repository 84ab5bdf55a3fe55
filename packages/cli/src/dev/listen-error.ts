import { BackchannelError } from '@backchannel/client';
import { DEFAULTS, type DevOptions, nextPort, VALUE_OPTIONS } from '../options.ts';

/** A server that should listen, and the options that say where. */
export interface Listening {
  /** What else may have taken its port. */
  readonly what: string;
  readonly host: string;
  readonly port: number;
  readonly flag: string;
  /** A port that is better than nothing when `port` needs rights that the user has not. */
  readonly fallbackPort: number;
  /** Where it should not listen instead: the port of another server of the same command. */
  readonly otherPort?: number | undefined;
}

/** The command as it was typed: the program, and what came after it. */
export interface Typed {
  readonly program: string;
  readonly argv: readonly string[];
}

/** Node's code of a failed system call, wherever in the chain of causes it stands. */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('syscall' in at && 'code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/** `listenProblem` for a server of `dev` or `emulator`, whose options say where it listens. */
export function listenError(
  error: unknown,
  option: 'port' | 'pagePort',
  options: Pick<DevOptions, 'port' | 'host'> & { readonly pagePort?: number },
  typed: Typed,
): unknown {
  const listening: Listening = {
    what: 'backchannel dev',
    host: options.host,
    port: options[option] ?? DEFAULTS[option],
    flag: VALUE_OPTIONS[option].flag,
    fallbackPort: DEFAULTS[option],
    otherPort: option === 'port' ? options.pagePort : options.port,
  };
  return listenProblem(error, listening, typed);
}

/**
 * What to tell somebody whose server cannot listen: which option to change, and the command with it changed.
 * Anything else is given back as it is.
 */
export function listenProblem(
  error: unknown,
  { what, host, port, flag, fallbackPort, otherPort = 0 }: Listening,
  typed: Typed,
): unknown {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new BackchannelError(
        'port.taken',
        `Port ${port} is taken: another program listens there, perhaps another ${what}.\n` +
          `Choose another: ${commandWith(typed, flag, String(suggestedPort(port, otherPort)))}`,
        { cause: error },
      );
    case 'EACCES':
      return new BackchannelError(
        'port.forbidden',
        `Port ${port} is not allowed for this user: most systems keep the ports below 1024 to themselves.\n` +
          `Choose another: ${commandWith(typed, flag, String(fallbackPort))}`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BackchannelError(
        'host.unknown',
        `Cannot listen on ${JSON.stringify(host)}: it is not an address of this machine.\n` +
          `Try: ${commandWith(typed, VALUE_OPTIONS.host.flag, '127.0.0.1')}`,
        { cause: error },
      );
    default:
      return error;
  }
}

/** The next port that the other server does not want. */
function suggestedPort(port: number, other: number): number {
  const next = nextPort(port);
  return next === other ? nextPort(next) : next;
}

/** The command as it was typed, with one option set to another value. */
function commandWith({ program, argv }: Typed, flag: string, value: string): string {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === flag) index += 1;
    else if (!word.startsWith(`${flag}=`)) words.push(word);
  }
  return [program, ...words, flag, value].join(' ');
}
