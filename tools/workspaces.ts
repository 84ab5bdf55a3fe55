import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The repository's folder. Tools may be started from a package's folder, as npm does for `prepack`. */
export const root = resolve(import.meta.dirname, '..');

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly workspaces?: readonly string[];
}

export interface Workspace {
  /** Relative to the repository, with slashes: `packages/client`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

export function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
}

/** Every workspace the root names, in the order of its globs. */
export function workspaces(): Workspace[] {
  const { workspaces: globs = [] } = readJson<Manifest>('package.json');
  return globs
    .flatMap((glob) => globSync(glob, { cwd: root }).toSorted())
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({
      folder: folder.replaceAll('\\', '/'),
      manifest: readJson<Manifest>(join(folder, 'package.json')),
    }));
}

/** The workspaces that are published. */
export const publicPackages = (): Workspace[] => workspaces().filter(({ manifest }) => !manifest.private);
