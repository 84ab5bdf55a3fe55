/** One stream that text goes to. `process.stdout` fits; tests collect. */
export interface Output {
  /** A person is watching a terminal, so text can be redrawn in place. */
  readonly isTTY: boolean;
  /** Characters per line at this moment. */
  readonly columns: number;
  write(text: string): void;
}

/** What the command line touches of its process. Implemented by `adapters/process-io.ts` and by the tests. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What one types to run this command: `npx backchannel`. Hints begin with it. */
  readonly program: string;
  /** Everything that is piped in; from a person at a terminal, who is asked with `question`, one line. */
  readStdin(question: string): Promise<string>;
  /** Calls `listener` when the command has to end: Ctrl-C, SIGTERM, or nobody reads stdout any more. Returns the way back. */
  onStop(listener: () => void): () => void;
}

/** Whether `output` may carry colour. https://no-color.org: set and not empty means no. */
export const takesColour = (output: Output, env: Io['env']): boolean => output.isTTY && !env.NO_COLOR;
