import fc from 'fast-check';

/** Runs a property; its failure begins with what was found. */
export async function search(property: fc.IAsyncProperty<unknown>, numRuns: number, seed: number): Promise<void> {
  await fc.assert(property, { seed, numRuns, endOnFailure: true }).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    const found = error.cause instanceof Error ? error.cause.message : String(error.cause);
    throw new Error(`${found}\n${error.message}`, { cause: error });
  });
}

/** What a run did, and what it found wrong. */
export class Findings {
  readonly #counts = new Map<string, number>();

  /** Counts one thing that was done or seen. */
  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** The counted things that begin like this, most frequent first. */
  startingWith(prefix: string): readonly (readonly [what: string, times: number])[] {
    return [...this.#counts]
      .filter(([what]) => what.startsWith(prefix))
      .map(([what, times]) => [what.slice(prefix.length), times] as const)
      .toSorted(([, left], [, right]) => right - left);
  }
}

/** Fails when the emulator does not answer in this time: it hangs. */
const HANG_MS = 20_000;

/** The same promise, bounded. Real time: what hangs does not move a fake clock. */
export async function within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The emulator hangs: ${what} had no answer in ${HANG_MS / 1_000} s.`)),
      HANG_MS,
    );
  });
  try {
    return await Promise.race([promise, hang]);
  } finally {
    clearTimeout(timer);
  }
}
