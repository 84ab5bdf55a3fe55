// From `npm start` to the first byte of the page, installed and built: what a newcomer waits for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildConsole } from '../../tools/build-console.ts';
import { type Measurement, median, report } from './support/measurement.ts';

const RUNS = 3;
const root = join(import.meta.dirname, '../..');

async function secondsToFirstByte(): Promise<number> {
  const startedAtMs = performance.now();
  const npm = spawn('npm', ['start', '--', '--port', '0', '--page-port', '0', '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, so that Ctrl-C reaches npm, its shell and the command
  });
  const ended = once(npm, 'exit');
  try {
    for await (const line of createInterface(npm.stdout)) {
      if (!line.startsWith('{')) continue; // npm's own lines
      const event = JSON.parse(line);
      if (event.event === 'error') throw new Error(event.message);
      if (event.event !== 'ready') continue;
      const answer = await fetch(event.pageUrl);
      if (!answer.ok) throw new Error(`${event.pageUrl} answered ${answer.status}.`);
      const seconds = (performance.now() - startedAtMs) / 1000;
      await answer.arrayBuffer();
      return seconds;
    }
    throw new Error('npm start ended before its page was there.');
  } finally {
    if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGINT');
    await ended;
  }
}

await buildConsole();
const runs: number[] = [];
for (let run = 0; run < RUNS; run += 1) runs.push(await secondsToFirstByte());

const measurements: Measurement[] = [
  {
    what: 'npm start to the first byte of the page',
    value: median(runs),
    unit: 's',
    target: { atMost: 5 },
    note: `installed and built; median of ${RUNS}, slowest ${Math.max(...runs).toFixed(2)} s`,
  },
];
report(measurements);
