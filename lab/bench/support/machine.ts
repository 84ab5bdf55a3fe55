import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What a number depends on besides the code. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGb: number;
  readonly node: string;
  readonly platform: string;
  /** With `+` when files differ from it. */
  readonly commit: string;
}

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined; // a tarball without .git, or no git
  }
}

export function machine(): Machine {
  const commit = git('rev-parse', '--short', 'HEAD');
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    commit: commit === undefined ? 'unknown' : commit + (git('status', '--porcelain') ? '+' : ''),
  };
}

/** How many files one process may open, where the system says so (Linux). Node raises its own soft limit to this. */
export function openFilesMax(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const [, hard] = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return hard === undefined ? undefined : hard === 'unlimited' ? Infinity : Number(hard);
}
