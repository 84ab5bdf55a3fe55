import type { DisplayQuirks, FactKind, Party, Policy, Sender, Setting, Wire } from './policy.ts';
import { NO_QUIRKS } from './policy.ts';

/** A product's typing rule as its source or its documentation states it: fixed times, one writer, no learning. */
export interface Timings {
  readonly name: string;
  readonly source: string;
  readonly approximation?: string;
  readonly group?: 'known' | 'field';
  /** Least time between two Ons. `once`: one On until an Off. */
  readonly renewMs: number | 'once';
  /** The sender's own message lifts the gap. */
  readonly resetByMessage?: boolean;
  /** How long an On holds. `channel`: the frame does not say. */
  readonly expiryMs: number | 'channel';
  /** An Off this long after the last key, … */
  readonly idleMs?: number;
  /** … looked for only this often, … */
  readonly idleCheckEveryMs?: number;
  /** … or counted from the first key, whatever comes after it. */
  readonly idleFromFirstKey?: boolean;
  readonly offAtSend?: boolean;
  readonly offAtClear?: boolean;
  readonly offAtLeave?: boolean;
  /** A key inside the gap is made up for when the gap ends, also when nobody types any more. */
  readonly trailing?: boolean;
  /** An On only when no key has come for this long. */
  readonly debounceMs?: number;
  readonly display?: Partial<DisplayQuirks>;
}

export function timedPolicy(timings: Timings): Policy {
  return {
    name: timings.name,
    source: timings.source,
    approximation: timings.approximation,
    group: timings.group ?? 'known',
    display: { ...NO_QUIRKS, ...timings.display },
    start: (_setting: Setting): Party => ({ join: (_conversation, wire) => new TimedSender(timings, wire) }),
  };
}

class TimedSender implements Sender {
  readonly #timings: Timings;
  readonly #wire: Wire;
  readonly #gapMs: number;
  #lastOnMs = Number.NEGATIVE_INFINITY;
  #on = false;
  #idleAtMs = Number.POSITIVE_INFINITY;
  #trailAtMs = Number.POSITIVE_INFINITY;

  constructor(timings: Timings, wire: Wire) {
    this.#timings = timings;
    this.#wire = wire;
    this.#gapMs = timings.renewMs === 'once' ? Number.POSITIVE_INFINITY : timings.renewMs;
  }

  fact(kind: FactKind, nowMs: number): void {
    const { offAtSend, offAtClear, offAtLeave, resetByMessage } = this.#timings;
    if (kind === 'send') {
      this.#rest(offAtSend, nowMs);
      if (resetByMessage) this.#lastOnMs = Number.NEGATIVE_INFINITY;
      // The message ended what the viewer saw.
      this.#on = false;
    } else if (kind === 'clear') this.#rest(offAtClear, nowMs);
    else if (kind === 'leave') this.#rest(offAtLeave, nowMs, this.#trailAtMs);
    else this.#key(nowMs);
    this.#wire.wakeAt(Math.min(this.#idleAtMs, this.#trailAtMs));
  }

  wake(nowMs: number): void {
    if (nowMs >= this.#trailAtMs) {
      this.#trailAtMs = Number.POSITIVE_INFINITY;
      this.#sendOn(nowMs);
    }
    if (nowMs >= this.#idleAtMs) this.#sendOff(nowMs);
    this.#wire.wakeAt(Math.min(this.#idleAtMs, this.#trailAtMs));
  }

  #key(nowMs: number): void {
    const { idleMs, idleCheckEveryMs = 1, idleFromFirstKey, trailing, debounceMs } = this.#timings;
    if (debounceMs !== undefined) this.#trailAtMs = nowMs + debounceMs;
    else if (this.#free(nowMs)) this.#sendOn(nowMs);
    else if (trailing) this.#trailAtMs = this.#lastOnMs + this.#gapMs;
    if (idleMs !== undefined && !(idleFromFirstKey && this.#idleAtMs < Number.POSITIVE_INFINITY))
      this.#idleAtMs = Math.ceil((nowMs + idleMs) / idleCheckEveryMs) * idleCheckEveryMs;
  }

  #free(nowMs: number): boolean {
    return this.#timings.renewMs === 'once' ? !this.#on : nowMs >= this.#lastOnMs + this.#gapMs;
  }

  #sendOn(nowMs: number): void {
    const { expiryMs } = this.#timings;
    const durationMs = expiryMs === 'channel' ? undefined : expiryMs;
    this.#wire.send({ kind: 'on', durationMs }, nowMs);
    this.#lastOnMs = nowMs;
    this.#on = true;
  }

  #sendOff(nowMs: number): void {
    this.#idleAtMs = Number.POSITIVE_INFINITY;
    if (!this.#on) return;
    this.#on = false;
    this.#wire.send({ kind: 'off' }, nowMs);
    // An Off is a change of state: the next key is a new start.
    this.#lastOnMs = Number.NEGATIVE_INFINITY;
  }

  #rest(off: boolean | undefined, nowMs: number, trailAtMs = Number.POSITIVE_INFINITY): void {
    this.#trailAtMs = off ? Number.POSITIVE_INFINITY : trailAtMs;
    if (off) this.#sendOff(nowMs);
  }
}
