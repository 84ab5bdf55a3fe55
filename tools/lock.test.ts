import { expect, test } from 'vitest';
import { readJson } from './workspaces.ts';

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = readJson<{ packages: Readonly<Record<string, Locked>> }>('package-lock.json');

/** Where Node would look for `name` from the package at `path`, innermost folder first. */
function found(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true;
    if (!folder.includes('node_modules/')) return `node_modules/${name}` in packages;
  }
}

test('the lock names no registry host, so npm takes the one that is configured', () => {
  const hosts = Object.entries(packages).filter(([, { resolved, link }]) => resolved !== undefined && !link);
  expect(hosts).toEqual([]);
});

// When a registry lacks one platform's package, npm writes the lock without it and only `npm ci` complains, elsewhere.
test('the lock has the packages of every platform', () => {
  const optional = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => [path, name] as const),
  );
  expect(optional.length).toBeGreaterThan(50);
  expect(optional.filter(([path, name]) => !found(path, name))).toEqual([]);
});

test('the lock has every dependency of every package', () => {
  const missing = Object.entries(packages).flatMap(([path, { dependencies = {} }]) =>
    Object.keys(dependencies)
      .filter((name) => !found(path, name))
      .map((name) => `${path} → ${name}`),
  );
  expect(missing).toEqual([]);
});
