// publint and "are the types wrong?" on what npm would publish. Importing the tarballs is e2e/pack.test.ts's part.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { entryPoints, packPublicPackages, strangersEnvironment } from './packed.ts';
import { root } from './workspaces.ts';

using packed = packPublicPackages();

function run(name: string, script: string, args: readonly string[]): boolean {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: packed.folder,
    env: strangersEnvironment(),
    encoding: 'utf8',
  });
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  if (status !== 0) process.stdout.write(`${stdout}${stderr}\n`);
  return status === 0;
}

const results = packed.packages.flatMap((workspace) => {
  const { manifest, tarball } = workspace;
  const lint = run(`publint ${manifest.name}`, 'publint/src/cli.js', ['run', tarball, '--strict']);
  // A package that is only a command has no types that could be wrong.
  if (entryPoints(workspace).length === 0) return [lint];
  return [
    lint,
    run(`attw    ${manifest.name}`, '@arethetypeswrong/cli/dist/index.js', [tarball, '--profile', 'esm-only']),
  ];
});

if (results.includes(false)) process.exitCode = 1;
