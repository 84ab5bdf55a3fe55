import { Arbiter, type Budget, type SignalOffer, type SignalOutcome, type TypingIntent } from '@backchannel/signals';
import type { Clock } from '../ports.ts';

/** What a `Typing` needs of an arbiter; `SharedArbiter.share()` gives one. */
export interface TypingArbiter {
  /** Puts an intent in line. `decided` is called once: without an outcome when it may go now. */
  offer(intent: TypingIntent, decided: (suppressed?: SignalOutcome) => void): void;
  /** Takes an intent out of the line; false when it has been decided already. */
  withdraw(intent: TypingIntent): boolean;
}

/** An offer, and who hears what became of it. */
type DecidedOffer = SignalOffer & { readonly decided: (suppressed?: SignalOutcome) => void };

/**
 * One `Arbiter` for everything that goes out over one connection or with one token, with the clock that wakes it. Signals
 * come through `share`; messages and other requests ask `arbiter` themselves (see `RequestLine`).
 */
export class SharedArbiter {
  readonly arbiter: Arbiter<DecidedOffer>;
  readonly #clock: Clock;
  /** Offers that wait. No map of them: one that is emptied at each signal leaves tables that only a full collection frees. */
  #waiting = 0;
  #cancelWake: (() => void) | undefined;

  /** @throws RangeError when a budget can't be kept. */
  constructor({ budgets, clock }: { readonly budgets: readonly Budget[]; readonly clock: Clock }) {
    this.arbiter = new Arbiter({ budgets });
    this.#clock = clock;
  }

  /** The line for one conversation. Every signal uses all of `budgets`; grants are spread over the fairness keys. */
  share(budgets: readonly string[], fairnessKey: string): TypingArbiter {
    return {
      offer: (intent, decided) => this.#offer({ intent, budgets, fairnessKey, decided }),
      withdraw: (intent) => this.#withdraw(intent),
    };
  }

  #offer(offer: DecidedOffer): void {
    const full = this.arbiter.offer(offer, this.#clock.now());
    if (full) {
      offer.decided(full);
      return;
    }
    this.#waiting += 1;
    this.#grant();
  }

  #withdraw(intent: TypingIntent): boolean {
    if (!this.arbiter.withdraw(intent)) return false;
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#cancelWake?.();
    return true;
  }

  #grant(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const now = this.#clock.now();
    const { granted, suppressed, nextGrantAtMs } = this.arbiter.grant(now);
    // Woken before anybody is told, because a decision may lead to the next offer.
    if (nextGrantAtMs < Infinity) this.#cancelWake = this.#clock.after(nextGrantAtMs - now, () => this.#grant());
    this.#waiting -= suppressed.length + granted.length;
    for (const { decided, reason } of suppressed) decided(reason);
    for (const { decided } of granted) decided();
  }
}
