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
  /** What a reset did not give back. */
  grownBytes = 0;

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

/** Fails when the emulator does not answer in this time: it hangs. A busy machine is slow, and does not hang. */
const HANG_MS = 20_000;

/** How long everything of one run may take to answer. */
export class Patience {
  readonly #hangMs: number;

  constructor(hangMs: number = HANG_MS) {
    this.#hangMs = hangMs;
  }

  /** The same promise, bounded. Real time: what hangs does not move a fake clock. */
  async within<Value>(what: string, promise: Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`The emulator hangs: ${what} had no answer in ${this.#hangMs / 1_000} s.`)),
        this.#hangMs,
      );
    });
    try {
      return await Promise.race([promise, hang]);
    } finally {
      clearTimeout(timer);
    }
  }
}
