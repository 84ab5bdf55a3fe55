import type { ConfigProblem, RelaySettings } from '@backchannel/relay';

/** Where a problem is, as editors and terminals link it: `relay.jsonc:12:5`. */
function placeOf({ place }: ConfigProblem, file: string | undefined): string {
  switch (place.from) {
    case 'file':
      return file === undefined ? 'missing' : `${file}:${place.line}:${place.column}`;
    case 'environment':
      return place.variable;
    case 'flag':
      return place.flag;
  }
}

/** Who gave no file has mostly forgotten it. */
const noFile = (program: string): string => `
No file was read, since none was given. If there is one: ${program} relay --config relay.jsonc
If there is none yet: ${program} relay config example > relay.jsonc`;

/** Everything that is wrong: a paragraph for each, with where, what and what to do. */
export function problemsText(problems: readonly ConfigProblem[], file: string | undefined, program: string): string {
  const name = file ?? 'the configuration (environment and flags; there is no file)';
  const count = problems.length === 1 ? 'One thing is' : `${problems.length} things are`;
  const paragraphs = problems.map((problem) => {
    const { path, what, fix } = problem;
    const subject = path === '' ? '' : `  ${path}`;
    return `\n${placeOf(problem, file)}${subject}\n  ${what}\n  Fix: ${fix}`;
  });
  return [`${count} wrong with ${name}.`, ...paragraphs, ...(file === undefined ? [noFile(program)] : [])].join('\n');
}

/** What a relay with these settings does, in a few lines: what one would look for to see whether the right file was read. */
export function settingsRows({ genesys, store, clients, provisioning, allowedOrigins }: RelaySettings): Row[] {
  const people = genesys.agents.length === 1 ? '1 agent' : `${genesys.agents.length} agents`;
  return [
    ['Genesys', genesys.hosts.api],
    ['speaks for', genesys.client === undefined ? 'guests only' : `guests, and follows ${people}`],
    ['store', store.file],
    ['clients', clients.map(({ id }) => id).join(', ')],
    ['provisioning', provisioning],
    ...(allowedOrigins.length > 0 ? ([['web pages', allowedOrigins.join(', ')]] satisfies Row[]) : []),
  ];
}

export type Row = readonly [name: string, value: string];
