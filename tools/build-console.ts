// Builds the web page of apps/console when it is missing or older than its sources. Fresh costs one hash and no output.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { root } from './workspaces.ts';

const app = join(root, 'apps/console');
const stamp = join(app, 'dist/.stamp');

/** Everything that decides what the built page contains. */
const sources = [
  'apps/console/*.{html,json,ts}',
  'apps/console/{src,public}/**/*.*',
  'packages/{protocol,signals,client}/{package.json,src/**/*.*}',
];

/** One hash over the sources under `repository` and the versions of what turns them into a page. */
export function fingerprint(repository: string): string {
  const hash = createHash('sha256');
  const lock = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version?: string }>>;
  };
  for (const name of ['vite', 'react', 'react-dom']) {
    hash.update(`${name}@${lock.packages[`node_modules/${name}`]?.version}\n`);
  }
  for (const file of globSync(sources, { cwd: repository }).toSorted()) {
    hash
      .update(`${file}\n`)
      .update(readFileSync(join(repository, file)))
      .update('\n');
  }
  return hash.digest('hex');
}

function builtFingerprint(): string | undefined {
  try {
    return readFileSync(stamp, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes sure that `apps/console/dist` matches its sources, and says whether it had to build. */
export async function buildConsole(): Promise<{ readonly folder: string; readonly built: boolean }> {
  const folder = join(app, 'dist');
  const wanted = fingerprint(root);
  if (builtFingerprint() === wanted) return { folder, built: false };

  const { build } = await import('vite'); // 150 ms that a fresh page does not pay
  // Beside the old page, then swapped in: two builds at once, as in parallel tests, never leave half a page.
  const draft = join(root, `node_modules/.cache/console-${process.pid}`);
  await build({ root: app, logLevel: 'warn', build: { outDir: draft, emptyOutDir: true } });
  await writeFile(join(draft, '.stamp'), wanted);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (builtFingerprint() !== wanted) throw error;
  });
  return { folder, built: true };
}

if (import.meta.main) {
  const startedAtMs = performance.now();
  const { built } = await buildConsole();
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1);
  if (built) process.stdout.write(styleText('dim', `Built the page (apps/console) in ${seconds} s.\n`));
}
