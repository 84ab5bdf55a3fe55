import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../../tools/workspaces.ts';

/**
 * Runs `script` as somebody does who pastes it into a terminal, and returns what it printed. Rejects when a line of it
 * fails. The commands we print use curl: where it is missing they cannot be checked, and that is a failure.
 */
export async function paste(script: string): Promise<string> {
  const shell = spawn('sh', ['-e', '-c', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  shell.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  shell.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const [code] = await once(shell, 'close');
  if (code === 127) throw new Error(`A command is missing (apt-get install curl):\n${stderr}`);
  if (code !== 0) throw new Error(`The shell ended with code ${code}:\n${script}\n${stdout}${stderr}`);
  return stdout;
}
