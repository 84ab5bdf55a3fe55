import { describe, expect, test } from 'vitest';
import { main } from '../src/main.ts';
import { programName, type Started } from '../src/program-name.ts';
import { CollectingIo } from './support/collecting-io.ts';

const npx = { npm_lifecycle_event: 'npx' };

test.each<readonly [string, Started, string]>([
  ['npx in a checkout', { script: '/code/node_modules/.bin/backchannel', cwd: '/code', env: npx }, 'npx backchannel'],
  ['a script of npm', { script: '/code/packages/cli/bin/backchannel.js', cwd: '/code', env: npx }, 'npx backchannel'],
  ['a link of the project', { script: '/p/node_modules/.bin/backchannel', cwd: '/p/a', env: {} }, 'npx backchannel'],
  [
    'the file in the project',
    { script: '/p/node_modules/@backchannel/cli/bin/backchannel.js', cwd: '/p', env: {} },
    'npx backchannel',
  ],
  [
    'another project’s link',
    { script: '/p/node_modules/.bin/backchannel', cwd: '/q', env: {} },
    '../p/node_modules/.bin/backchannel',
  ],
  ['a command of the machine', { script: '/usr/local/bin/backchannel', cwd: '/code', env: {} }, 'backchannel'],
  [
    'a command of the machine, by a script that calls its file',
    { script: '/usr/lib/node_modules/@backchannel/cli/bin/backchannel.js', cwd: '/code', env: {} },
    'backchannel',
  ],
  [
    'the file of a checkout',
    { script: '/code/packages/cli/bin/backchannel.js', cwd: '/code', env: {} },
    'node packages/cli/bin/backchannel.js',
  ],
])('%s is run again as it was run', (_how, started, name) => {
  expect(programName(started)).toBe(name);
});

describe('every hint begins with what the reader types', () => {
  const program = 'node cli.js';

  async function said(...argv: string[]): Promise<string> {
    const io = new CollectingIo({ program, env: { BACKCHANNEL_RELAY_NOBODY: 'x' } });
    await main(argv, io);
    return io.stderr.text + io.stdout.text;
  }

  test.each([
    'dev --port x',
    'dev --port 1 --page-port 1',
    'dev --prot 1',
    'dve',
    'emulator --defaults none',
    'emulator --fault nonsense',
    'emulator --seed -1',
    'relay',
    'relay --config none.jsonc',
    'relay config check --genesys-region eu-west-1',
    'relay --prot 1',
    'relay hash-secret',
    'relay config example',
    'relay --help',
    'relay hash-secret --help',
    'emulator --help',
    'dev --help',
    '--help',
  ])('%s', async (words) => {
    const text = await said(...words.split(' '));
    expect(text).toMatch(/\bnode cli\.js (?:dev|emulator|relay|--help)/);
    expect(text).not.toMatch(/npx backchannel/);
    expect(text).not.toMatch(/(?:^ *|: )backchannel (?:dev|emulator|relay)\b(?! has| takes)/m);
  });
});
