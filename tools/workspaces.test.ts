import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { publicPackages, readJson, root, workspaces } from './workspaces.ts';

interface TsConfig {
  readonly references?: readonly { readonly path: string }[];
}

const references = (file: string): string[] =>
  (readJson<TsConfig>(file).references ?? []).map(({ path }) => posix.join(posix.dirname(file), path)).toSorted();

const folderOf = new Map(workspaces().map(({ folder, manifest }) => [manifest.name, folder]));

// tsc reads the sources of a package that is missing from `references` without a word, and then builds in the wrong order.
test.each(workspaces().filter(({ folder }) => existsSync(join(root, folder, 'tsconfig.json'))))(
  '$folder: tsconfig.json references exactly the dependencies of package.json',
  ({ folder, manifest }) => {
    const ours = Object.keys(manifest.dependencies ?? {}).flatMap((name) => folderOf.get(name) ?? []);
    expect(references(`${folder}/tsconfig.json`)).toEqual(ours.toSorted());
  },
);

test('`tsc -b` at the root reaches every package, the apps and the tests', () => {
  const built = workspaces().filter(({ folder }) => existsSync(join(root, folder, 'tsconfig.json')));
  expect(references('tsconfig.json')).toEqual([...built.map(({ folder }) => folder), 'tsconfig.test.json'].toSorted());
  expect(references('tsconfig.test.json')).toEqual(
    publicPackages()
      .map(({ folder }) => folder)
      .toSorted(),
  );
});

test('tests run on the sources, never on a stale dist', () => {
  expect(import.meta.resolve('@backchannel/protocol')).toMatch(/packages\/protocol\/src\/index\.ts$/);
});

test('one changeset releases all public packages together', () => {
  const { fixed } = readJson<{ fixed: readonly (readonly string[])[] }>('.changeset/config.json');
  expect(fixed.map((group) => group.toSorted())).toEqual([
    publicPackages()
      .map(({ manifest }) => manifest.name)
      .toSorted(),
  ]);
});

test('our packages depend on one another at the version that is in the repository', () => {
  const versions = new Map(publicPackages().map(({ manifest }) => [manifest.name, manifest.version]));
  for (const { folder, manifest } of workspaces()) {
    for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
      if (versions.has(name)) expect(version, `${folder} → ${name}`).toBe(versions.get(name));
    }
  }
});
