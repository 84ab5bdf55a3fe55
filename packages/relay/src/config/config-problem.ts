import { BackchannelError } from '@backchannel/client';

/** Where a wrong value came from: the thing that the user can change. */
export type ConfigPlace =
  | { readonly from: 'file'; readonly line: number; readonly column: number }
  | { readonly from: 'environment'; readonly variable: string }
  | { readonly from: 'flag'; readonly flag: string };

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly place: ConfigPlace;
  /** The member: `clients[0].secretHashes[1]`; empty for the whole. */
  readonly path: string;
  /** What is wrong, with the value where it is no secret. */
  readonly what: string;
  readonly fix: string;
}

/** `relay.jsonc:12:5 clients[0].id: … Fix: …` */
export function problemLine({ place, path, what, fix }: ConfigProblem, file = 'the configuration'): string {
  const where =
    place.from === 'file'
      ? `${file}:${place.line}:${place.column}`
      : place.from === 'environment'
        ? place.variable
        : place.flag;
  return `${where}${path === '' ? '' : ` ${path}`}: ${what}. Fix: ${fix}`;
}

/** Thrown with everything that is wrong, not only with what was found first. */
export class ConfigError extends BackchannelError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], file?: string) {
    const lines = problems.map((problem) => `\n  ${problemLine(problem, file)}`).join('');
    const count = problems.length === 1 ? 'one thing is' : `${problems.length} things are`;
    super('config.invalid', `The relay can’t start: ${count} wrong with its configuration.${lines}`);
    this.problems = problems;
  }
}
