import type { SignalOutcome } from '@backchannel/signals';
import type { CheckedBroadcast } from './broadcast.ts';
import type { BroadcastResult } from './broadcast-result.ts';
import { LatencyHistogram } from './latency-histogram.ts';

/** Sums over all broadcasts since the start. */
export interface BroadcastCounts {
  /** Every call that has ended. */
  readonly total: number;
  /** Those with `success: true`. */
  readonly successful: number;
  readonly failed: number;
  /** `total` by outcome; what never happened is absent. */
  readonly byOutcome: Readonly<Partial<Record<SignalOutcome, number>>>;
  /** How often the channel was given a signal; more often than it took one when some were tried again. */
  readonly attempts: number;
  /** `latencyMs` of the successful ones, by nearest rank from buckets of a tenth: at most 10 % too high. 0 when there are none. */
  readonly latency: { readonly count: number; readonly p50Ms: number; readonly p95Ms: number };
}

/** Counts results; its size does not depend on how many there are. */
export class BroadcastTally {
  readonly #byOutcome: Partial<Record<SignalOutcome, number>> = {};
  readonly #latencies = new LatencyHistogram();
  #total = 0;
  #attempts = 0;
  #typing = 0;
  #typingTaken = 0;

  /** `broadcast` is absent when it was invalid. */
  add({ success, outcome, latencyMs, attempts }: BroadcastResult, broadcast: CheckedBroadcast | undefined): void {
    this.#total += 1;
    this.#attempts += attempts;
    this.#byOutcome[outcome] = (this.#byOutcome[outcome] ?? 0) + 1;
    if (success) this.#latencies.add(latencyMs);
    if (broadcast?.type !== 'typing') return;
    this.#typing += 1;
    if (success) this.#typingTaken += 1;
  }

  get displayRate(): number {
    return this.#typing === 0 ? 0 : this.#typingTaken / this.#typing;
  }

  get counts(): BroadcastCounts {
    const latencies = this.#latencies;
    return {
      total: this.#total,
      successful: latencies.count,
      failed: this.#total - latencies.count,
      byOutcome: { ...this.#byOutcome },
      attempts: this.#attempts,
      latency: { count: latencies.count, p50Ms: latencies.percentileMs(0.5), p95Ms: latencies.percentileMs(0.95) },
    };
  }
}
