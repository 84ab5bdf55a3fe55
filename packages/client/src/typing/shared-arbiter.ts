import { Arbiter, type Budget, type SignalOffer, type SignalOutcome, type TypingIntent } from '@backchannel/signals';
import type { Clock } from '../ports.ts';

/** What a `Typing` needs of an arbiter; `SharedArbiter.share()` gives one. */
export interface TypingArbiter {
  /** Puts an intent in line. `decided` is called once: without an outcome when it may go now. */
  offer(intent: TypingIntent, decided: (suppressed?: SignalOutcome) => void): void;
  /** Takes an intent out of the line; false when it has been decided already. */
  withdraw(intent: TypingIntent): boolean;
}

/**
 * One `Arbiter` for everything that goes out over one connection or with one token, with the clock that wakes it. Signals
 * come through `share`; messages and other requests ask `arbiter` themselves (see `RequestLine`).
 */
export class SharedArbiter {
  readonly arbiter: Arbiter;
  readonly #clock: Clock;
  readonly #decisions = new Map<TypingIntent, (suppressed?: SignalOutcome) => void>();
  #cancelWake: (() => void) | undefined;

  /** @throws RangeError when a budget can't be kept. */
  constructor({ budgets, clock }: { readonly budgets: readonly Budget[]; readonly clock: Clock }) {
    this.arbiter = new Arbiter({ budgets });
    this.#clock = clock;
  }

  /** The line for one conversation. Every signal uses all of `budgets`; grants are spread over the fairness keys. */
  share(budgets: readonly string[], fairnessKey: string): TypingArbiter {
    return {
      offer: (intent, decided) => this.#offer({ intent, budgets, fairnessKey }, decided),
      withdraw: (intent) => this.#withdraw(intent),
    };
  }

  #offer(offer: SignalOffer, decided: (suppressed?: SignalOutcome) => void): void {
    const full = this.arbiter.offer(offer, this.#clock.now());
    if (full) {
      decided(full);
      return;
    }
    this.#decisions.set(offer.intent, decided);
    this.#grant();
  }

  #withdraw(intent: TypingIntent): boolean {
    if (!this.arbiter.withdraw(intent)) return false;
    this.#decisions.delete(intent);
    if (this.#decisions.size === 0) this.#cancelWake?.();
    return true;
  }

  #grant(): void {
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    const now = this.#clock.now();
    const { granted, suppressed, nextGrantAtMs } = this.arbiter.grant(now);
    // Woken before anybody is told, because a decision may lead to the next offer.
    if (nextGrantAtMs < Infinity) this.#cancelWake = this.#clock.after(nextGrantAtMs - now, () => this.#grant());
    for (const { intent, reason } of suppressed) this.#decide(intent, reason);
    for (const { intent } of granted) this.#decide(intent);
  }

  #decide(intent: TypingIntent, suppressed?: SignalOutcome): void {
    const decided = this.#decisions.get(intent);
    this.#decisions.delete(intent);
    decided?.(suppressed);
  }
}
