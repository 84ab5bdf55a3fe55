// `npm run docs:api`: the API reference, from the doc comments to docs/api. It is built, not kept: comments are the source.
// With a warning (a public symbol without a doc comment, a link to nowhere) the exit code is 1.
import { join } from 'node:path';
import { Application, Logger, LogLevel, ReflectionKind, type TypeDocOptions } from 'typedoc';
import { publicPackages, readJson, root } from '../workspaces.ts';

/** What has to have a doc comment. Members that only hold a value may speak for themselves. */
const DOCUMENTED = ['Class', 'Interface', 'Function', 'Variable', 'TypeAlias', 'Method', 'Accessor'] as const;

/** The public entries of a package, as sources. */
function entriesOf(folder: string): string[] {
  const { exports = {} } = readJson<{ exports?: Record<string, unknown> }>(join(folder, 'package.json'));
  return Object.values(exports)
    .map((target) =>
      typeof target === 'object' && target !== null && 'backchannel-source' in target
        ? String(target['backchannel-source'])
        : '',
    )
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, folder, file));
}

const options: Partial<TypeDocOptions> = {
  entryPoints: publicPackages().flatMap(({ folder }) => entriesOf(folder)),
  tsconfig: join(root, 'tools/docs/tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  out: join(root, 'docs/api'),
  name: 'Backchannel',
  readme: 'none',
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  skipErrorChecking: true,
  requiredToBeDocumented: [...DOCUMENTED],
  packagesRequiringDocumentation: publicPackages().map(({ manifest }) => manifest.name),
  validation: {
    notExported: false,
    invalidLink: true,
    rewrittenLink: false,
    notDocumented: true,
    unusedMergeModuleWith: false,
  },
  logLevel: LogLevel.None,
};

export interface ApiReference {
  /** Every public symbol that has no doc comment, and every link that leads nowhere. */
  readonly complaints: readonly string[];
  /** Number of public symbols of the kinds that have to be documented. */
  readonly symbols: number;
  write(): Promise<void>;
}

/** Reads the doc comments of every public package. */
export async function apiReference(): Promise<ApiReference> {
  const app = await Application.bootstrapWithPlugins(options);
  const complaints: string[] = [];
  app.logger = new (class extends Logger {
    override log(message: string, level: LogLevel): void {
      if (level >= LogLevel.Warn) complaints.push(message);
    }
  })();
  const project = await app.convert();
  if (project === undefined) throw new Error(`The sources could not be read: ${complaints.join('\n')}`);
  app.validate(project);
  return {
    complaints,
    symbols: project.getReflectionsByKind(DOCUMENTED.reduce<number>((kinds, name) => kinds | ReflectionKind[name], 0))
      .length,
    write: () => app.generateOutputs(project),
  };
}

if (import.meta.main) {
  const reference = await apiReference();
  await reference.write();
  for (const complaint of reference.complaints) process.stdout.write(`${complaint}\n`);
  process.stdout.write(`${reference.symbols} public symbols, ${reference.complaints.length} complaints: docs/api\n`);
  process.exitCode = reference.complaints.length > 0 ? 1 : 0;
}
