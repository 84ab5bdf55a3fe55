import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process that serves one benchmark: it says `{ ready }` once, then answers what it is asked. */
export class Child<Ready> implements AsyncDisposable {
  /** What it said when it was ready. */
  readonly ready: Ready;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, ready: Ready) {
    this.#process = process;
    this.ready = ready;
  }

  /** Starts `lab/bench/children/{name}.ts` and waits until it is ready. */
  static async start<Ready>(name: string, args: readonly string[] = []): Promise<Child<Ready>> {
    const child = fork(join(import.meta.dirname, `../children/${name}.ts`), args, {
      // Its stdout is not ours: ours carries the measurements.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Child(child, await answerOf<Ready>(child));
  }

  async ask<Answer>(question: string): Promise<Answer> {
    const answer = answerOf<Answer>(this.#process);
    this.#process.send(question);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }
}

/** The next message of `process`; rejects when it ends instead. */
async function answerOf<Answer>(process: ChildProcess): Promise<Answer> {
  const settled = new AbortController();
  const exit = once(process, 'exit', { signal: settled.signal }).then(([code]) => {
    throw new Error(`${process.spawnargs.at(1)} ended with code ${code} before it answered.`);
  });
  try {
    const [answer] = await Promise.race([once(process, 'message', { signal: settled.signal }), exit]);
    return answer as Answer;
  } finally {
    settled.abort();
    exit.catch(() => undefined); // the abort above ends it, and nobody waits for it any more
  }
}

/** The other end, in the child: tells that it is ready and answers questions until the parent is gone. */
export function serve(ready: unknown, answers: Readonly<Record<string, () => unknown>> = {}): void {
  const send = (message: unknown) => process.send?.(message);
  process.on('message', async (question) => send((await answers[String(question)]?.()) ?? null));
  process.on('disconnect', () => process.exit());
  send(ready);
}

/** Processor time that this process has used so far, in its own code and in the kernel for it. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What this process holds once the garbage is gone and free pages are given back. Needs node --expose-gc. */
export function memory(): { readonly rss: number; readonly heap: number } {
  if (globalThis.gc === undefined) throw new Error('Memory cannot be measured without node --expose-gc.');
  for (let time = 0; time < 2; time += 1) globalThis.gc({ execution: 'sync', type: 'major', flavor: 'last-resort' });
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed + external };
}
