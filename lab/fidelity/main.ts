// npm run lab -- fidelity | traces | report | gate

import { USAGE, UsageError } from './arguments.ts';
import { fidelityCommand } from './commands/fidelity.ts';
import { gateCommand } from './commands/gate.ts';
import { reportCommand } from './commands/report.ts';
import { tracesCommand } from './commands/traces.ts';
import { TraceError } from './traces/trace-file.ts';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  fidelity: fidelityCommand,
  traces: tracesCommand,
  report: reportCommand,
  gate: gateCommand,
};

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (!command)
    throw new UsageError(name === '' ? 'A command is missing.' : `There is no command ${JSON.stringify(name)}.`);
  await command(args);
} catch (error) {
  if (!isExpected(error)) throw error;
  process.stderr.write(`${error.message}\n${error instanceof UsageError ? `\n${USAGE}\n` : ''}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** Mistakes of the caller, which need no stack: a wrong option, a bad trace, a file that is not there. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof TraceError || (error instanceof Error && 'syscall' in error);
}
