/** The same text in every terminal, pipe and test. */
export const HELP_COLUMNS = 80;

const GAP = '   ';

/** Commands that can be pasted and what each is for: beside it, or, where a line would be too long, below it. */
export function examples(program: string, rows: readonly (readonly [words: string, what: string])[]): string {
  const commands = rows.map(([words]) => `  ${program} ${words}`);
  const width = Math.max(...commands.map(({ length }) => length));
  const beside = rows.map(([, what], row) => `${commands[row]?.padEnd(width)}${GAP}${what}`.trimEnd());
  if (beside.every(({ length }) => length <= HELP_COLUMNS)) return beside.join('\n');
  return rows.map(([, what], row) => `${commands[row]}${what && `\n      ${what}`}`).join('\n');
}
