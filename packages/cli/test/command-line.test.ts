import { BackchannelError } from '@backchannel/client';
import { describe, expect, test } from 'vitest';
import { parseCommandLine } from '../src/command-line.ts';
import { main } from '../src/main.ts';
import { CollectingIo } from './support/collecting-io.ts';

const parse = (words: string, env: Record<string, string> = {}) =>
  parseCommandLine(words === '' ? [] : words.split(' '), { env, program: 'npx backchannel' }, '1.2.3');

/** What the user reads, with its code first. */
function mistake(words: string, env?: Record<string, string>): string {
  try {
    parse(words, env);
  } catch (error) {
    if (error instanceof BackchannelError) return error.message;
    throw error;
  }
  throw new Error(`"backchannel ${words}" was accepted.`);
}

describe('backchannel dev', () => {
  test('has defaults for everything', () => {
    expect(parse('dev')).toEqual({
      kind: 'dev',
      options: { port: 4100, pagePort: 4200, host: '127.0.0.1', seed: 1, demo: true, json: false },
    });
  });

  test('takes every option', () => {
    expect(parse('dev --port 0 --page-port=0 --host ::1 --seed 7 --no-demo --json')).toEqual({
      kind: 'dev',
      options: { port: 0, pagePort: 0, host: '::1', seed: 7, demo: false, json: true },
    });
  });

  test('takes the environment where no option is given, and the option where both are', () => {
    const env = {
      BACKCHANNEL_PORT: '5100',
      BACKCHANNEL_PAGE_PORT: '5200',
      BACKCHANNEL_HOST: 'localhost',
      BACKCHANNEL_SEED: '9',
    };
    expect(parse('dev --port 6100', env)).toMatchObject({
      options: { port: 6100, pagePort: 5200, host: 'localhost', seed: 9 },
    });
  });

  test('treats an empty variable as not set', () => {
    expect(parse('dev', { BACKCHANNEL_PORT: '' })).toMatchObject({ options: { port: 4100 } });
  });

  test.each(['abc', '-1', '65536', '4100.5', '0x10', ' 1', '1e3'])(
    'refuses %j as a port and shows a command that works',
    (value) => {
      const text = (() => {
        try {
          parseCommandLine(['dev', `--port=${value}`], { env: {}, program: 'npx backchannel' }, '1.2.3');
        } catch (error) {
          return (error as Error).message;
        }
      })();
      expect(text).toBe(
        `option.invalid: --port cannot be ${JSON.stringify(value)}: a port is a whole number from 0 to 65535.\n` +
          'Try: npx backchannel dev --port 4100',
      );
    },
  );

  test('names the variable when the bad value came from the environment', () => {
    expect(mistake('dev', { BACKCHANNEL_PAGE_PORT: 'x' })).toBe(
      'option.invalid: BACKCHANNEL_PAGE_PORT cannot be "x": a port is a whole number from 0 to 65535.\n' +
        'Try: BACKCHANNEL_PAGE_PORT=4200 npx backchannel dev, or unset BACKCHANNEL_PAGE_PORT.',
    );
  });

  test('refuses a URL as a host', () => {
    expect(mistake('dev --host http://localhost')).toContain('--host cannot be "http://localhost"');
  });

  test('refuses one port for both servers', () => {
    expect(mistake('dev --port 4300 --page-port 4300')).toBe(
      'option.invalid: The emulator and the page cannot share port 4300: each needs its own.\n' +
        'Try: npx backchannel dev --port 4300 --page-port 4301',
    );
  });
});

describe('what is not understood', () => {
  test('an unknown option is answered with the whole corrected command', () => {
    expect(mistake('dev --seed 3 --prot=5000')).toBe(
      'option.unknown: backchannel dev has no option "--prot".\n' +
        'Did you mean: npx backchannel dev --seed 3 --port 5000\n' +
        'See what there is: npx backchannel dev --help',
    );
  });

  test('an unknown command is answered with the nearest one', () => {
    expect(mistake('dve --json')).toBe(
      'command.unknown: backchannel has no command "dve".\n' +
        'Did you mean: npx backchannel dev --json\n' +
        'See what there is: npx backchannel --help',
    );
  });

  test('a word that resembles nothing gets no guess', () => {
    expect(mistake('frobnicate')).toBe(
      'command.unknown: backchannel has no command "frobnicate".\nSee what there is: npx backchannel --help',
    );
  });

  test('a forgotten value is named', () => {
    expect(mistake('dev --port')).toBe(
      'option.invalid: The option --port <number> needs a value after it.\nSee what there is: npx backchannel dev --help',
    );
  });

  test('words that dev does not take are named', () => {
    expect(mistake('dev now')).toContain('backchannel dev takes options only, and got "now".');
  });
});

describe('main', () => {
  const texts = [['--help'], ['dev', '--help'], ['help', 'dev'], []];

  test.each(texts.map((argv) => [argv]))('prints help for %j in 80 columns, and succeeds', async (argv) => {
    const io = new CollectingIo();
    expect(await main(argv, io)).toBe(0);
    expect(io.stdout.text).toMatch(/^Usage: npx backchannel/);
    expect(io.stdout.text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(io.stdout.text.endsWith('\n')).toBe(true);
    expect(io.stderr.text).toBe('');
  });

  test('prints the version of its package', async () => {
    const io = new CollectingIo();
    expect(await main(['--version'], io)).toBe(0);
    expect(io.stdout.text).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('says a mistake on stderr, for people without its code, and fails', async () => {
    const io = new CollectingIo();
    expect(await main(['dve'], io)).toBe(1);
    expect(io.stdout.text).toBe('');
    expect(io.stderr.text).toMatch(/^backchannel has no command "dve"\./);
  });

  test('with --json also says it as an event, with its code', async () => {
    const io = new CollectingIo();
    expect(await main(['dev', '--json', '--port', 'x'], io)).toBe(1);
    expect(JSON.parse(io.stdout.text)).toMatchObject({ event: 'error', code: 'option.invalid' });
  });
});
