// `npm run fuzz`: wrong frames and requests, very many, against a real emulator over real sockets.
//   npm run fuzz -- --seed 7       the same run again
//   npm run fuzz -- --runs 2000    fewer
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: { seed: { type: 'string' }, runs: { type: 'string', default: '100000' } },
});

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`--${name} cannot be ${text}: use a whole number.`);
  return value;
}

const seed = values.seed === undefined ? randomInt(2 ** 31) : wholeNumber('seed', values.seed);
const runs = wholeNumber('runs', values.runs);
process.stdout.write(`${runs} wrong frames and requests, --seed ${seed} …\n`);
const startedAtMs = performance.now();
const findings = await fuzz(runs, seed);
const seconds = (performance.now() - startedAtMs) / 1_000;

const line = (what: string, rows: readonly (readonly [string, number])[]): string =>
  `${what}: ${rows.map(([name, times]) => `${times} × ${name}`).join(', ')}\n`;
process.stdout.write(
  line('sent', [
    ['guest frames', findings.of('frame')],
    ['notification frames', findings.of('notification frame')],
    ['requests', findings.of('request')],
    ['raw connections', findings.of('raw connection')],
  ]) +
    line('frames were answered', findings.startingWith('answer ')) +
    line('guest connections ended', findings.startingWith('close ')) +
    line('requests were answered', findings.startingWith('status ')) +
    `operations asked: ${findings.startingWith('operation ').length}\n` +
    `memory: ${(findings.grownBytes / 1_000_000).toFixed(1)} MB more after a reset than a fresh emulator has\n` +
    `No crash, no hang, no leak, no 5xx: ${seconds.toFixed(0)} s. Again: npm run fuzz -- --runs ${runs} --seed ${seed}\n`,
);
