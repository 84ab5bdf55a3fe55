import { expect, test } from 'vitest';
import { listenError } from '../src/dev/listen-error.ts';
import { devOptions } from '../src/options.ts';

const systemError = (code: string) => Object.assign(new Error(`listen ${code}`), { code, syscall: 'listen' });
const program = 'npx backchannel';
const typed = { program, argv: ['dev', '--seed', '3', '--port', '4100', '--json'] };
const options = devOptions({ seed: '3', port: '4100', demo: true, json: true }, { env: {}, program });
const said = (error: unknown, option: 'port' | 'pagePort') =>
  (listenError(error, option, options, typed) as Error).message;

test('a taken port names the option, and the command as it was typed with another port', () => {
  expect(said(systemError('EADDRINUSE'), 'port')).toBe(
    'port.taken: Port 4100 is taken: another program listens there, perhaps another backchannel dev.\n' +
      'Choose another: npx backchannel dev --seed 3 --json --port 4101',
  );
});

test('the same for the page', () => {
  expect(said(systemError('EADDRINUSE'), 'pagePort')).toContain(
    'Choose another: npx backchannel dev --seed 3 --port 4100 --json --page-port 4201',
  );
});

test('never suggests the port of the other server', () => {
  const neighbours = devOptions({ port: '4199', demo: true }, { env: {}, program });
  expect(
    (listenError(systemError('EADDRINUSE'), 'port', neighbours, { program, argv: ['dev', '--port=4199'] }) as Error)
      .message,
  ).toContain('Choose another: npx backchannel dev --port 4201');
});

test('finds the reason below an error that wraps it', () => {
  const wrapped = new Error('listen.failed: …', { cause: systemError('EADDRINUSE') });
  expect(said(wrapped, 'port')).toMatch(/^port\.taken: /);
});

test('a port that needs rights, and an address that is not ours, name their options', () => {
  expect(said(systemError('EACCES'), 'pagePort')).toContain('--page-port 4200');
  expect(said(systemError('EADDRNOTAVAIL'), 'port')).toMatch(
    /^host\.unknown: Cannot listen on "127\.0\.0\.1": .*\nTry: npx backchannel dev .* --host 127\.0\.0\.1$/,
  );
});

test('what it does not know it gives back as it is', () => {
  const error = new Error('something else');
  expect(listenError(error, 'port', options, typed)).toBe(error);
});
