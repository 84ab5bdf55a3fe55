import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsed } from '../arguments.ts';
import { type GateRecord, gateProblems, measureForGate } from '../gate.ts';

const RECORD = join(import.meta.dirname, '../gate.json');

/** Fails (exit code 1) when the policy that ships got worse. `--record` makes what is measured now the new measure. */
export async function gateCommand(args: readonly string[]): Promise<void> {
  const { record } = parsed(args, { record: { type: 'boolean' } });
  const measured = measureForGate();
  if (record) {
    await writeFile(RECORD, `${JSON.stringify(measured, undefined, 2)}\n`);
    process.stdout.write(`Recorded ${Object.keys(measured).length} worlds in lab/fidelity/gate.json.\n`);
    return;
  }
  const recorded = JSON.parse(await readFile(RECORD, 'utf8')) as GateRecord;
  const problems = gateProblems(measured, recorded);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
  else
    process.stdout.write(`${Object.keys(measured).length} worlds are as good as recorded, and no limit was broken.\n`);
}
