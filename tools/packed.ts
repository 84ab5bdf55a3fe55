// The public packages as a stranger gets them: packed by npm, installed in an empty project outside the repository.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { publicPackages, root, type Workspace } from './workspaces.ts';

interface PackedPackage extends Workspace {
  /** Absolute path of the .tgz. */
  readonly tarball: string;
}

export interface PackedPackages extends Disposable {
  /** A temporary folder that disappears with this object. */
  readonly folder: string;
  readonly packages: readonly PackedPackage[];
}

/** A stranger's environment: no source condition, none of the settings that npm hands to its scripts. */
export function strangersEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(npm_(package|lifecycle)_.*|npm_config_(node_options|local_prefix|workspaces?|omit_lockfile_.*)|INIT_CWD|VITEST.*|NODE_ENV)$/i;
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))), NODE_OPTIONS: '' };
}

/** Runs npm to its end; what it printed is part of the error, because tsc writes its findings to stdout. */
function npm(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  // On Windows npm is a .cmd file, which only a shell can start.
  const { status, error, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    env,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    throw new Error(`npm ${args.join(' ')} failed in ${cwd}:\n${stdout}${stderr}`, { cause: error });
  }
}

/** Builds and packs every public package, its `prepack` included. */
export function packPublicPackages(): PackedPackages {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'backchannel-packed-')));
  const dispose = () => rmSync(folder, { recursive: true, force: true });
  try {
    return { folder, packages: packInto(folder), [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

function packInto(folder: string): PackedPackage[] {
  const packages = publicPackages();
  const names = packages.flatMap(({ manifest }) => ['--workspace', manifest.name]);
  // The source condition stays: `prepack` is one of our scripts.
  const env = { ...process.env, NODE_OPTIONS: '--conditions=backchannel-source' };
  npm(['pack', ...names, '--pack-destination', folder, '--silent'], root, env);
  return packages.map((workspace) => {
    const { name, version } = workspace.manifest;
    const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    if (!existsSync(tarball)) throw new Error(`npm pack wrote no ${tarball} for ${workspace.folder}.`);
    return { ...workspace, tarball };
  });
}

/** An empty project with the tarballs installed; returns its folder, inside the temporary one. */
export function installInEmptyProject({ folder, packages }: PackedPackages): string {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n');
  const tarballs = packages.map(({ tarball }) => tarball);
  npm(['install', ...tarballs, '--prefer-offline', '--no-audit', '--no-fund'], project, strangersEnvironment());
  return project;
}

/** What can be imported: `@backchannel/client`, `@backchannel/client/typing`, … A package may have no entry at all. */
export function entryPoints({ manifest }: Workspace): string[] {
  return Object.keys(manifest.exports ?? {})
    .filter((path) => path !== './package.json')
    .map((path) => manifest.name + path.slice(1));
}

/** The first Node of that major version in PATH, outside the repository. */
export function findNode(major: number): string | undefined {
  const outside = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder && !folder.includes('node_modules'));
  return outside
    .map((folder) => join(folder, process.platform === 'win32' ? 'node.exe' : 'node'))
    .filter((node) => existsSync(node))
    .find((node) =>
      spawnSync(node, ['--version'], { env: strangersEnvironment(), encoding: 'utf8' }).stdout.startsWith(`v${major}.`),
    );
}
