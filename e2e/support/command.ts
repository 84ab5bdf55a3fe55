// The real command in a process of its own, as a person or a script would start it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../tools/workspaces.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One line of `backchannel dev --json`. */
export type CommandEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** How long a test waits for something that is due within ten seconds. */
export const PATIENCE_MS = 30_000;

export class Command implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  constructor(...args: readonly string[]) {
    this.process = spawn(process.execPath, [join(root, 'packages/cli/bin/backchannel.js'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.process, 'close');
    this.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stdout += chunk;
    });
    this.process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.#stderr += chunk;
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Everything on stdout as events; a line that is no JSON object throws, and an unfinished last one waits. */
  get events(): readonly CommandEvent[] {
    return this.#stdout
      .slice(0, this.#stdout.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as CommandEvent);
  }

  /** Waits until `find` finds something in what was written. Rejects with everything written when the command ends first. */
  async until<Thing>(what: string, find: (command: Command) => Thing | undefined): Promise<Thing> {
    const giveUpAtMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const thing = find(this);
      if (thing !== undefined) return thing;
      const over = this.process.exitCode !== null || this.process.signalCode !== null;
      if (over || performance.now() > giveUpAtMs) {
        throw new Error(
          `${over ? 'The command ended' : 'Waited in vain'} before ${what}.\n${this.#stdout}${this.#stderr}`,
        );
      }
      await delay(20);
    }
  }

  event(what: string, is: (event: CommandEvent) => boolean): Promise<CommandEvent> {
    return this.until(what, ({ events }) => events.find(is));
  }

  async ended(): Promise<Ended> {
    await this.#ended;
    return { code: this.process.exitCode, stdout: this.#stdout, stderr: this.#stderr };
  }

  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<Ended> {
    this.process.kill(signal);
    return this.ended();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill('SIGKILL');
    await this.#ended;
  }
}
