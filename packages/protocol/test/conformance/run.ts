// `npm run conformance`: the guards of this package against the published schema of the guest socket and recorded frames.
//   npm run conformance -- ../elsewhere     where the data is; or BACKCHANNEL_CONFORMANCE_DATA. Default: ../shared/data
// Not part of `npm test`, because the data is not part of this repository.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Conformance, type Recorded } from './check.ts';
import type { Definitions } from './schema.ts';

/** Every run looks at the same values. */
const SEED = 1;
const SCHEMA = 'webmessaging-swagger.json';
const FRAMES = 'guest-frames.jsonl';
const SAMPLES = 'guest-rest-samples.jsonl';

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const folder = resolve(process.argv[2] ?? process.env.BACKCHANNEL_CONFORMANCE_DATA ?? '../shared/data');

function run(): void {
  const conformance = new Conformance();
  const text = (file: string): string => readFileSync(join(folder, file), 'utf8');
  const lines = (file: string): Recorded[] =>
    text(file)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as Recorded);
  conformance.definitions((JSON.parse(text(SCHEMA)) as { definitions: Definitions }).definitions, SEED);
  conformance.frames(lines(FRAMES));
  conformance.samples(lines(SAMPLES));
  const { held, explained, deviations, stale, notModelled } = conformance.finish();
  print(`Checked: ${held.join('; ')}.`);
  print('\nOther than the schema or a recorded frame, on purpose:');
  for (const [why, met] of explained) {
    print(`  ${why}\n    ${[...met].map(([name, times]) => `${name} (${times} values)`).join(', ')}`);
  }
  print('\nNot modelled, and why:');
  for (const [why, names] of notModelled) print(`  ${why}\n    ${names.join(', ')}`);
  if (deviations.length + stale.length === 0) {
    print('\nNo deviation without an explanation.');
    return;
  }
  process.exitCode = 1;
  print('\nDEVIATIONS without an explanation:');
  for (const each of [...deviations, ...stale]) print(`  ${each}`);
}

const missing = [SCHEMA, FRAMES, SAMPLES].filter((file) => !existsSync(join(folder, file)));
if (missing.length === 0) run();
else {
  print(`Nothing was checked: ${folder} has no ${missing.join(', ')}.`);
  print('Pass the folder: npm run conformance -- path/to/data, or set BACKCHANNEL_CONFORMANCE_DATA.');
}
