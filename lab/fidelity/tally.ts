import { type Intervals, overlapMs, totalMs } from './intervals.ts';
import { composingSplit, composingUnsplit } from './truth.ts';
import type { Seen } from './world/line.ts';

/** The numbers of one policy on one channel, as docs/fidelity.md defines them. */
export interface Metrics {
  readonly agreement: number;
  readonly agreementUnsplit: number;
  readonly ghostSecondsPerMessage: number;
  readonly missedSecondsPerMessage: number;
  readonly showsPerMessage: number;
  readonly onsetP50Ms: number;
  readonly onsetP95Ms: number;
  readonly offLagP50Ms: number;
  readonly offLagP95Ms: number;
  readonly framesPerComposingMinute: number;
  readonly peakPerMinute: number;
  readonly refusals: number;
  readonly addedMessageDelayMs: number;
}

const MINUTE_MS = 60_000;

/** Sums what conversations showed. All times are added up before anything is divided: long conversations weigh more. */
export class Tally {
  #drafts = 0;
  #shows = 0;
  #trueMs = 0;
  #shownMs = 0;
  #bothMs = 0;
  #unsplitMs = 0;
  #unsplitBothMs = 0;
  #frames = 0;
  #refusals = 0;
  #messageDelayMs = 0;
  #peak = 0;
  readonly #onsetsMs: number[] = [];
  readonly #offLagsMs: number[] = [];

  add({ conversation, shown, frames, refusals, messageDelayMs }: Seen): void {
    const truth = composingSplit(conversation.episodes);
    const unsplit = composingUnsplit(conversation.episodes);
    this.#drafts += conversation.episodes.length;
    this.#shows += shown.length / 2;
    this.#trueMs += totalMs(truth);
    this.#shownMs += totalMs(shown);
    this.#bothMs += overlapMs(truth, shown);
    this.#unsplitMs += totalMs(unsplit);
    this.#unsplitBothMs += overlapMs(unsplit, shown);
    this.#frames += frames;
    this.#refusals += refusals;
    this.#messageDelayMs += messageDelayMs;
    lags(truth, shown, this.#onsetsMs, this.#offLagsMs);
  }

  /** When frames left: those of one conversation, or of all that share a limit. */
  addDepartures(departuresMs: readonly number[]): void {
    const sorted = departuresMs.toSorted((a, b) => a - b);
    let oldest = 0;
    for (const [newest, atMs] of sorted.entries()) {
      while (atMs - (sorted[oldest] ?? atMs) >= MINUTE_MS) oldest++;
      this.#peak = Math.max(this.#peak, newest - oldest + 1);
    }
  }

  addMessageDelay(delayMs: number): void {
    this.#messageDelayMs += delayMs;
  }

  /** How long limits held messages back, whoever is to blame. */
  get messageDelayMs(): number {
    return this.#messageDelayMs;
  }

  /** Adds another tally, for instance of another seed. */
  merge(other: Tally): void {
    this.#drafts += other.#drafts;
    this.#shows += other.#shows;
    this.#trueMs += other.#trueMs;
    this.#shownMs += other.#shownMs;
    this.#bothMs += other.#bothMs;
    this.#unsplitMs += other.#unsplitMs;
    this.#unsplitBothMs += other.#unsplitBothMs;
    this.#frames += other.#frames;
    this.#refusals += other.#refusals;
    this.#messageDelayMs += other.#messageDelayMs;
    this.#peak = Math.max(this.#peak, other.#peak);
    for (const lag of other.#onsetsMs) this.#onsetsMs.push(lag);
    for (const lag of other.#offLagsMs) this.#offLagsMs.push(lag);
  }

  /** @param delayWithoutSignalsMs what limits held messages back in the same run without any signal. */
  metrics(delayWithoutSignalsMs = 0): Metrics {
    const drafts = Math.max(1, this.#drafts);
    return {
      agreement: agreement(this.#trueMs, this.#shownMs, this.#bothMs),
      agreementUnsplit: agreement(this.#unsplitMs, this.#shownMs, this.#unsplitBothMs),
      ghostSecondsPerMessage: (this.#shownMs - this.#bothMs) / drafts / 1000,
      missedSecondsPerMessage: (this.#trueMs - this.#bothMs) / drafts / 1000,
      showsPerMessage: this.#shows / drafts,
      onsetP50Ms: quantile(this.#onsetsMs, 0.5),
      onsetP95Ms: quantile(this.#onsetsMs, 0.95),
      offLagP50Ms: quantile(this.#offLagsMs, 0.5),
      offLagP95Ms: quantile(this.#offLagsMs, 0.95),
      framesPerComposingMinute: this.#trueMs > 0 ? (this.#frames / this.#trueMs) * MINUTE_MS : 0,
      peakPerMinute: this.#peak,
      refusals: this.#refusals,
      addedMessageDelayMs: Math.max(0, this.#messageDelayMs - delayWithoutSignalsMs),
    };
  }
}

/** time(shown and true) / time(shown or true). 1 when neither ever held. */
function agreement(trueMs: number, shownMs: number, bothMs: number): number {
  const eitherMs = trueMs + shownMs - bothMs;
  return eitherMs > 0 ? bothMs / eitherMs : 1;
}

/**
 * Onset: from the begin of a true stretch until something is shown in it; a stretch in which nothing ever was counts
 * with its whole length. Off-lag: from the end of a true stretch until what is shown then goes out; 0 when nothing is.
 */
function lags(truth: Intervals, shown: Intervals, onsetsMs: number[], offLagsMs: number[]): void {
  let from = 0;
  for (let index = 0; index < truth.length; index += 2) {
    const beginMs = truth[index] ?? 0;
    const endMs = truth[index + 1] ?? beginMs;
    while (from < shown.length && (shown[from + 1] ?? 0) <= beginMs) from += 2;
    const firstMs = shown[from] ?? Number.POSITIVE_INFINITY;
    onsetsMs.push(Math.max(0, Math.min(firstMs, endMs) - beginMs));
    let last = from;
    while (last < shown.length && (shown[last + 1] ?? 0) <= endMs) last += 2;
    const showing = (shown[last] ?? Number.POSITIVE_INFINITY) < endMs;
    offLagsMs.push(showing ? (shown[last + 1] ?? endMs) - endMs : 0);
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
