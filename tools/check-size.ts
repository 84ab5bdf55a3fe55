// What a browser downloads for one entry of the client: bundled, minified, gzipped. Over the limit: exit code 1.
// The benchmarks (lab/bench/bundle-size.ts) report the same numbers.
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './workspaces.ts';

/** 1 kB = 1000 bytes. */
export const sizeLimits: readonly { readonly entry: string; readonly limitBytes: number; readonly note?: string }[] = [
  { entry: '@backchannel/client/typing', limitBytes: 3_500 },
  {
    entry: '@backchannel/client/guest',
    limitBytes: 16_500,
    note: 'the aim was 10 kB and is missed: docs/decisions/0009-size-of-the-guest-entry.md',
  },
  // For servers: it needs a client secret. A third of it is Typing, the rest the limits, HTTP, tokens and the webhooks.
  { entry: '@backchannel/client/open', limitBytes: 11_000 },
];

export interface Measured {
  readonly bytes: number;
  /** What fills the bundle, largest first; minified bytes, before gzip. */
  readonly files: readonly (readonly [file: string, minifiedBytes: number])[];
}

export async function measureBundle(entry: string): Promise<Measured> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: `export * from '${entry}';`, resolveDir: root },
    absWorkingDir: root,
    conditions: ['backchannel-source'],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return {
    bytes: outputFiles.reduce((total, { contents }) => total + gzipSync(contents, { level: 9 }).length, 0),
    files: inputs
      .map(([file, { bytesInOutput }]) => [file, bytesInOutput] as const)
      .toSorted(([, left], [, right]) => right - left),
  };
}

const filesShownMax = 12;
const row = (entry: string, ...columns: readonly string[]): string =>
  `${entry.padEnd(44)}${columns.map((column) => column.padStart(12)).join('')}\n`;
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2)} kB`;

if (import.meta.main) {
  process.stdout.write(row('minified and gzipped', 'size', 'limit', 'headroom'));
  for (const { entry, limitBytes } of sizeLimits) {
    const { bytes, files } = await measureBundle(entry);
    process.stdout.write(row(entry, kilobytes(bytes), kilobytes(limitBytes), kilobytes(limitBytes - bytes)));
    if (bytes <= limitBytes) continue;
    process.exitCode = 1;
    process.stdout.write(row('  TOO LARGE; what fills it:', 'minified'));
    for (const [file, size] of files.slice(0, filesShownMax)) process.stdout.write(row(`    ${file}`, kilobytes(size)));
  }
}
