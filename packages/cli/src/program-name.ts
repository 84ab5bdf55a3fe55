import { basename, dirname, relative, sep } from 'node:path';

/** How the process was started. */
export interface Started {
  /** Path of the script that Node runs: `process.argv[1]`. */
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const FOLDER = `${sep}node_modules${sep}`;

/** Whether `folder` is `of`, or below it. */
const isWithin = (folder: string, of: string): boolean => folder === of || folder.startsWith(of + sep);

/**
 * What one types to run the command once more: every hint begins with it, so that it can be pasted. `npx backchannel` where the
 * command belongs to a project, as in a checkout, for it is in no PATH there; `backchannel` where it was installed for the
 * whole machine.
 */
export function programName({ script, cwd, env }: Started): string {
  // npx, npm exec and npm's scripts say so, whatever they run.
  if (env.npm_lifecycle_event) return 'npx backchannel';
  const at = script.lastIndexOf(FOLDER);
  if (at > 0 && isWithin(cwd, script.slice(0, at))) return 'npx backchannel';
  const isLink = basename(script) === 'backchannel';
  // A link in a PATH; or, on Windows, a script that calls the file of a package that is nobody's project's.
  if (isLink ? basename(dirname(script)) !== '.bin' : at > 0) return 'backchannel';
  const path = relative(cwd, script);
  return isLink ? path : `node ${path}`;
}
