import { BIN_MS, BINS, CONTEXTS, type Continuation } from './gap-model.ts';

/** What a frame may do, and what it costs. Times in bins. */
export interface PlanRules {
  /** Least time between two frames. */
  readonly gapBins: number;
  /** The durations to choose from; empty: nothing but `defaultBins`. */
  readonly durationBins: readonly number[];
  readonly hasOff: boolean;
  /** What a frame costs, in seconds of agreement. */
  readonly price: number;
  /** What a wrong second costs against a right one: at the optimum, the agreement itself. */
  readonly wrong: number;
}

export const NOTHING = 0;
export const OFF = -1;

const ROUNDS_MAX = 400;
const SETTLED = 2e-3;

/**
 * The best answer to "send now, and holding how long?" for one class of writers, by dynamic programming over: the
 * context, the pause, the time since the last frame, the time that is still shown. It maximizes the expected right
 * seconds minus `wrong` times the wrong ones minus the price of the frames, up to the end of the draft.
 */
export class Plan {
  readonly #rules: PlanRules;
  readonly #gaps: number;
  readonly #shown: number;
  /** Per state: {@link NOTHING}, {@link OFF}, or the duration of an On, in bins. */
  readonly #best: Int8Array;

  constructor(continuations: readonly Continuation[], rules: PlanRules) {
    this.#rules = rules;
    this.#gaps = rules.gapBins + 1;
    this.#shown = Math.max(...rules.durationBins) + 1;
    this.#best = new Int8Array(CONTEXTS * BINS * this.#gaps * this.#shown);
    this.#solve(continuations);
  }

  /** What to do: context, pause, time since the last frame and time that is still shown, all in ms. */
  at(context: number, pauseMs: number, sinceFrameMs: number, shownMs: number): number {
    const pause = Math.floor(pauseMs / BIN_MS);
    if (pause >= BINS) return NOTHING;
    const gap = Math.min(this.#gaps - 1, Math.floor((sinceFrameMs + 1) / BIN_MS));
    const shown = Math.min(this.#shown - 1, Math.max(0, Math.floor((shownMs + 1) / BIN_MS)));
    return this.#best[this.#index(context, pause, gap, shown)] ?? NOTHING;
  }

  #index(context: number, pause: number, gap: number, shown: number): number {
    return ((context * BINS + pause) * this.#gaps + gap) * this.#shown + shown;
  }

  #solve(continuations: readonly Continuation[]): void {
    const { durationBins, hasOff, price, wrong } = this.#rules;
    const second = BIN_MS / 1000;
    const gaps = this.#gaps;
    const shownMax = this.#shown;
    const values = new Float64Array(this.#best.length);
    const ghosts = Float64Array.from({ length: shownMax }, (_, shown) => (hasOff ? 0 : -wrong * shown * second));
    /** The value of a bin that begins with this much shown and this gap, nothing being sent any more. */
    const after = (context: number, pause: number, gap: number, shown: number): number => {
      const continuation = continuations[context];
      if (!continuation) return 0;
      const truth = continuation.truth[pause] ?? 0;
      const gapThen = gap + 1 < gaps ? gap + 1 : gaps - 1;
      const shownThen = shown > 0 ? shown - 1 : 0;
      let value = shown > 0 ? (truth - wrong * (1 - truth)) * second : 0;
      let ends = (continuation.send[pause] ?? 0) + (continuation.abandoned[pause] ?? 0);
      value += (continuation.abandoned[pause] ?? 0) * (ghosts[shownThen] ?? 0);
      for (let next = 0; next < CONTEXTS; next++) {
        const chance = continuation.key[pause * CONTEXTS + next] ?? 0;
        if (chance === 0) continue;
        ends += chance;
        value += chance * (values[this.#index(next, 0, gapThen, shownThen)] ?? 0);
      }
      const goesOn = 1 - ends;
      if (goesOn > 0)
        value +=
          goesOn *
          (pause + 1 < BINS
            ? (values[this.#index(context, pause + 1, gapThen, shownThen)] ?? 0)
            : (ghosts[shownThen] ?? 0));
      return value;
    };
    for (let round = 0; round < ROUNDS_MAX; round++) {
      let change = 0;
      for (let context = 0; context < CONTEXTS; context++)
        for (let pause = BINS - 1; pause >= 0; pause--) {
          // What a new frame is worth does not depend on what was shown before it.
          let duration = NOTHING;
          let onValue = Number.NEGATIVE_INFINITY;
          for (const each of durationBins) {
            const value = after(context, pause, 0, each) - price;
            if (value > onValue) {
              onValue = value;
              duration = each;
            }
          }
          for (let gap = 0; gap < gaps; gap++) {
            const offValue = hasOff ? after(context, pause, gap, 0) - price : Number.NEGATIVE_INFINITY;
            for (let shown = 0; shown < shownMax; shown++) {
              const index = this.#index(context, pause, gap, shown);
              let best = NOTHING;
              let value = after(context, pause, gap, shown);
              if (shown > 0 && offValue > value) {
                value = offValue;
                best = OFF;
              }
              if (gap === gaps - 1 && onValue > value) {
                value = onValue;
                best = duration;
              }
              change = Math.max(change, Math.abs(value - (values[index] ?? 0)));
              values[index] = value;
              this.#best[index] = best;
            }
          }
        }
      if (change < SETTLED) return;
    }
  }
}
