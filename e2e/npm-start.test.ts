// Real time: processes. Regression: a SIGTERM to `npm start` ended npm and its shell and left the command behind, with
// both ports taken.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { buildConsole } from '../tools/build-console.ts';
import { root } from '../tools/workspaces.ts';
import { PATIENCE_MS } from './support/command.ts';

let npm: ChildProcess | undefined;

// The group, so that a failing test leaves no orphan either.
afterEach(() => {
  if (npm?.pid === undefined) return;
  try {
    process.kill(-npm.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
});

test.skipIf(process.platform === 'win32' /* it has no signals */)(
  'a SIGTERM to `npm start` frees the ports',
  async () => {
    await buildConsole();
    const flags = ['--port', '0', '--page-port', '0', '--json', '--no-demo'];
    npm = spawn('npm', ['start', '--silent', '--', ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const { stdout } = npm;
    if (!stdout) throw new Error('npm start has no output.');
    let printed = '';
    for await (const chunk of stdout.setEncoding('utf8')) {
      printed += String(chunk);
      if (printed.includes('\n')) break;
    }
    const { emulatorUrl } = JSON.parse(printed.slice(0, printed.indexOf('\n'))) as { readonly emulatorUrl: string };
    expect((await fetch(`${emulatorUrl}/_emulator/info`)).status).toBe(200);

    npm.kill('SIGTERM');
    await once(npm, 'exit');

    const answers = () =>
      fetch(`${emulatorUrl}/_emulator/info`).then(
        () => 'it answers',
        () => 'nobody answers',
      );
    await expect.poll(answers, { timeout: PATIENCE_MS }).toBe('nobody answers');
  },
  2 * PATIENCE_MS,
);
