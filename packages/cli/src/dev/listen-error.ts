import { BackchannelError } from '@backchannel/client';
import { DEFAULTS, type DevOptions, nextPort, VALUE_OPTIONS } from '../options.ts';

/** Node's code of a failed system call, wherever in the chain of causes it stands. */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('syscall' in at && 'code' in at && typeof at.code === 'string') return at.code;
  }
  return undefined;
}

/**
 * What to tell somebody whose server cannot listen: which option to change, and the command with it changed.
 * Anything else is given back as it is.
 */
export function listenError(
  error: unknown,
  option: 'port' | 'pagePort',
  options: Pick<DevOptions, 'port' | 'host'> & { readonly pagePort?: number },
  argv: readonly string[],
): unknown {
  const port = options[option] ?? DEFAULTS[option];
  const flag = VALUE_OPTIONS[option].flag;
  const suggested = suggestedPort(port, option === 'port' ? (options.pagePort ?? 0) : options.port);
  const withPort = commandWith(argv, flag, String(suggested));
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new BackchannelError(
        'port.taken',
        `Port ${port} is taken: another program listens there, perhaps another backchannel dev.\n` +
          `Choose another: ${withPort}`,
        { cause: error },
      );
    case 'EACCES':
      return new BackchannelError(
        'port.forbidden',
        `Port ${port} is not allowed for this user: most systems keep the ports below 1024 to themselves.\n` +
          `Choose another: ${commandWith(argv, flag, String(DEFAULTS[option]))}`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new BackchannelError(
        'host.unknown',
        `Cannot listen on ${JSON.stringify(options.host)}: it is not an address of this machine.\n` +
          `Try: ${commandWith(argv, VALUE_OPTIONS.host.flag, '127.0.0.1')}`,
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
function commandWith(argv: readonly string[], flag: string, value: string): string {
  const words: string[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === flag) index += 1;
    else if (!word.startsWith(`${flag}=`)) words.push(word);
  }
  return ['backchannel', ...words, flag, value].join(' ');
}
