import type { Machine } from './machine.ts';
import { type Measurement, verdictOf } from './measurement.ts';

/** What one benchmark's process said. */
export interface Result {
  readonly name: string;
  /** The command that measures it again. */
  readonly repeat: string;
  readonly seconds: number;
  readonly measurements: readonly Measurement[];
  /** Why there are no measurements. */
  readonly failure?: string;
}

const machineLine = ({ cores, processor, memoryGb, node, platform, commit }: Machine): string =>
  `${cores} cores (${processor}), ${memoryGb} GB, ${platform}, Node ${node}, commit ${commit}`;

/** Three significant digits: more would be noise. */
const number = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 4 : 3 });

const targetOf = ({ target, unit }: Measurement): string =>
  target === undefined
    ? ''
    : 'atLeast' in target
      ? `≥ ${number(target.atLeast)} ${unit}`
      : `≤ ${number(target.atMost)} ${unit}`;

/** What, number, target, verdict. */
const cells = (measurement: Measurement): [string, string, string, string] => [
  measurement.what,
  `${number(measurement.value)} ${measurement.unit}`,
  targetOf(measurement),
  verdictOf(measurement),
];

/** For a terminal. */
export function table(results: readonly Result[], on: Machine): string {
  const rows = results.flatMap(({ measurements }) => measurements.map(cells));
  const width = (column: 0 | 1 | 2) => Math.max(0, ...rows.map((row) => row[column].length));
  const [what, value, target] = [width(0), width(1), width(2)];
  const lines = [machineLine(on), ''];
  for (const { measurements, repeat, seconds, failure } of results) {
    lines.push(`${repeat}   (${seconds.toFixed(1)} s)`);
    if (failure !== undefined) lines.push(`  NOT MEASURED: ${failure}`);
    for (const measurement of measurements) {
      const [a, b, c, d] = cells(measurement);
      lines.push(`  ${a.padEnd(what)}  ${b.padStart(value)}  ${c.padEnd(target)}  ${d}`.trimEnd());
      if (measurement.note !== undefined) lines.push(`    ${measurement.note}`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

/** docs/performance.md: written by the run that measured it, never by hand. */
export function performancePage(results: readonly Result[], on: Machine): string {
  const sections = results.map(({ repeat, measurements }) => {
    const notes = measurements.flatMap(({ what, note }) => (note === undefined ? [] : [`- ${what}: ${note}.`]));
    return [
      `## \`${repeat}\``,
      '',
      '| what | measured | target | verdict |',
      '|---|---:|---:|---|',
      ...measurements.map((measurement) => `| ${cells(measurement).join(' | ')} |`),
      '',
      ...(notes.length > 0 ? [...notes, ''] : []),
    ].join('\n');
  });
  return `# Performance

Written by \`npm run bench -- --write\`; every number is from one run, on: ${machineLine(on)}.

Rates depend on the machine; ratios compare two programs in one run and travel better. A number without a target is
not judged.

${sections.join('\n')}`;
}
