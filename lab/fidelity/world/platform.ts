import type { SharedLimit } from '../policies/policy.ts';
import type { LabChannel, PlatformLimit } from './channel.ts';

const MINUTE_MS = 60_000;

/** Exact rolling window of the platform's side; the policies' own windows are theirs. */
class Window {
  readonly #uses: Float64Array;
  readonly #windowMs: number;
  #next = 0;

  constructor({ limit, windowMs }: PlatformLimit) {
    this.#uses = new Float64Array(limit).fill(Number.NEGATIVE_INFINITY);
    this.#windowMs = windowMs;
  }

  /** From here on one more fits. */
  get freeAtMs(): number {
    return (this.#uses[this.#next] ?? Number.POSITIVE_INFINITY) + this.#windowMs;
  }

  use(nowMs: number): void {
    this.#uses[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#uses.length;
  }
}

/** Counts requests as the platform does: a refused one costs nothing. Counted at departure; both sides share one clock. */
export class Platform {
  readonly #limits: readonly PlatformLimit[];
  readonly #shared: ReadonlyMap<PlatformLimit, Window>;
  readonly #own = new Map<number, readonly Window[]>();

  /** A shared limit takes the place of the channel's own token limit. */
  constructor(channel: LabChannel, shared: SharedLimit | undefined) {
    const token: PlatformLimit[] = shared
      ? [{ id: 'shared', counts: shared.counts, per: 'token', limit: shared.perMinute, windowMs: MINUTE_MS }]
      : [];
    this.#limits = [...channel.limits.filter(({ per }) => !shared || per !== 'token'), ...token];
    this.#shared = new Map(
      this.#limits.filter(({ per }) => per === 'token').map((limit) => [limit, new Window(limit)] as const),
    );
  }

  /** Takes the request and answers `undefined`, or refuses and says when one would fit. */
  request(what: 'typing' | 'message', conversation: number, nowMs: number): number | undefined {
    let freeAtMs = Number.NEGATIVE_INFINITY;
    const windows = this.#windowsOf(conversation);
    for (const [index, limit] of this.#limits.entries()) {
      if (limit.counts === 'typing' && what === 'message') continue;
      freeAtMs = Math.max(freeAtMs, windows[index]?.freeAtMs ?? freeAtMs);
    }
    if (freeAtMs > nowMs) return freeAtMs;
    for (const [index, limit] of this.#limits.entries())
      if (limit.counts === 'all' || what === 'typing') windows[index]?.use(nowMs);
    return undefined;
  }

  #windowsOf(conversation: number): readonly Window[] {
    const known = this.#own.get(conversation);
    if (known) return known;
    const windows = this.#limits.map((limit) => this.#shared.get(limit) ?? new Window(limit));
    this.#own.set(conversation, windows);
    return windows;
  }
}
