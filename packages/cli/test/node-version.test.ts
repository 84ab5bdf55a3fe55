import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const bin = `${import.meta.dirname}/../bin/backchannel.js`;

/** Starts the command on this Node, which says that it is another. */
function startedOn(version: string) {
  const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, bin, '--version'],
    { encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test.each(['20.19.0', '22.17.1'])('on Node %s it says what it needs, before anything else is loaded', (version) => {
  expect(startedOn(version)).toEqual({
    status: 1,
    stdout: '',
    stderr:
      `backchannel cannot run on Node ${version}: it needs Node 22.18 or newer.\n` +
      'Install a current one from https://nodejs.org (or: nvm install 24), and try again.\n',
  });
});

test.each(['22.18.0', '24.0.0', '26.1.0'])('on Node %s it runs', (version) => {
  expect(startedOn(version)).toMatchObject({ status: 0, stderr: '' });
});
