import type { Io, Output } from '../../src/io.ts';

/** Keeps what was written, in one string and piece by piece. */
export class CollectingOutput implements Output {
  readonly isTTY: boolean;
  columns: number;
  readonly writes: string[] = [];

  constructor({ isTTY = false, columns = 80 }: { isTTY?: boolean; columns?: number } = {}) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  get text(): string {
    return this.writes.join('');
  }

  write(text: string): void {
    this.writes.push(text);
  }
}

/** A process that the test is: it reads what was written and says when to stop. */
export class CollectingIo implements Io {
  readonly stdout: CollectingOutput;
  readonly stderr = new CollectingOutput();
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly program: string;
  readonly #stdin: string;
  readonly #listeners = new Set<() => void>();

  constructor({
    env = {},
    stdin = '',
    program = 'npx backchannel',
    ...terminal
  }: {
    env?: Readonly<Record<string, string>>;
    stdin?: string;
    program?: string;
    isTTY?: boolean;
    columns?: number;
  } = {}) {
    this.env = env;
    this.program = program;
    this.#stdin = stdin;
    this.stdout = new CollectingOutput(terminal);
  }

  async readStdin(): Promise<string> {
    return this.#stdin;
  }

  onStop(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    for (const listener of this.#listeners) listener();
  }
}
