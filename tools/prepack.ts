// Runs as every package's `prepack`: a clean build of that package, with all that belongs into its tarball.
import { spawnSync } from 'node:child_process';
import { copyFile, cp, rm } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { buildConsole } from './build-console.ts';
import { root } from './workspaces.ts';

const folder = process.cwd();

// A source that was deleted leaves its old output behind, and `tsc -b` would call the rest up to date.
await rm(join(folder, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-b', folder], { stdio: 'inherit' });
if (status !== 0) process.exit(1); // tsc has said why

await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));

if (relative(root, folder).replaceAll('\\', '/') === 'packages/cli') {
  const page = await buildConsole();
  await rm(join(folder, 'console'), { recursive: true, force: true });
  await cp(page.folder, join(folder, 'console'), { recursive: true, filter: (file) => basename(file) !== '.stamp' });
}
