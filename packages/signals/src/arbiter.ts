import type { Budget } from './budget.ts';
import { laterOf } from './moment.ts';
import { RollingWindow } from './rolling-window.ts';
import { Timeline, type TimelineEntry } from './timeline.ts';
import type { TypingIntent } from './typing-emitter.ts';

/** After a refusal for rate that our own counting did not foresee, signals on that budget are silent this long. */
export const QUIET_AFTER_REFUSAL_MS = 30_000;

/** The longest that a platform's "retry after" is believed. */
export const RETRY_AFTER_MAX_MS = 300_000;

/** The most offers that wait at a time. */
export const OFFERS_MAX = 1_024;

/** Fairness looks at this many grants back. */
export const FAIRNESS_MEMORY = 64;

/** While a message waits for a place, signals leave it free until this long after the message may come. */
export const MESSAGE_HOLD_MS = 1_000;

/** Signals leave this part of every window free, in front of messages that use more than their reserve. */
export const MESSAGE_HEADROOM = 0.1;

/**
 * While signals use less than this part of their share, an On holds as long as its emitter said. Above, the arbiter
 * lengthens it, so that it needs a renewal later and leaves the place to others: up to {@link LENGTHEN_MAX} times at a
 * full share, growing with the square in between.
 */
export const LENGTHEN_ABOVE = 0.5;
/** The most that an On is lengthened, times what its emitter said. */
export const LENGTHEN_MAX = 6;

/** An intent that wants to go, the budgets that it uses, and whose turn it counts as. */
export type SignalOffer = {
  readonly intent: TypingIntent;
  /** Every budget that sending it uses, at least one. */
  readonly budgets: readonly string[];
  /** Whom it is for, for instance a conversation: grants are spread over these. */
  readonly fairnessKey: string;
};

/** An intent that will not go, and why. */
export type SuppressedOffer<Offer extends SignalOffer = SignalOffer> = Offer & {
  readonly reason: 'suppressed:budget' | 'suppressed:stale' | 'suppressed:quiet';
};

/** What may go now, what will never go, and when to ask again. */
export type Grant<Offer extends SignalOffer = SignalOffer> = {
  /** The offers to send now, best first: the very objects that were offered. They are counted already. */
  readonly granted: readonly Offer[];
  /** The offers that will not be sent. */
  readonly suppressed: readonly SuppressedOffer<Offer>[];
  /** When to ask again for those that wait; `Infinity` when none does. */
  readonly nextGrantAtMs: number;
};

/** Whether a message or another request may go now, or from when. */
export type Admission =
  | { readonly granted: true }
  | { readonly granted: false; readonly budget: string; readonly retryAtMs: number };

type Account = {
  readonly id: string;
  readonly all: RollingWindow;
  readonly signals: RollingWindow;
  /** The limit of `signals`. */
  readonly room: number;
  readonly windowMs: number;
  /** Places of `all` that a signal leaves free. */
  readonly headroom: number;
  /** Signals are silent until here. */
  quietUntilMs: number;
  /** The platform wants nothing at all until here. */
  closedUntilMs: number;
  /** A message waits for the next place until here. */
  heldUntilMs: number;
};

/** Which part of its share for signals the window that ends now holds. Halving: a token's share can be raised to thousands. */
function fillAt({ signals, room }: Account, nowMs: number): number {
  let free = 0;
  let end = room;
  while (free < end) {
    const middle = (free + end) >> 1;
    if (signals.freeAtMs(middle) > nowMs) end = middle;
    else free = middle + 1;
  }
  return 1 - free / room;
}

/**
 * Owns the limits: what leaves, leaves through here. Emitters' intents are offered and wait; `grant` picks among them;
 * messages and other requests ask, and are counted or told when they fit.
 *
 * Two promises, each a property test:
 *
 * 1. **No own traffic ever exceeds a limit**, in any rolling window of any budget.
 * 2. **Messages first.** In any window signals are at most `limit - messageReserve`. So while messages and other requests
 *    stay within the reserve (in any `windowMs` + `ARRIVAL_MARGIN_MS`), none is refused or delayed because of a signal.
 *    Beyond the reserve a waiting message still goes before signals.
 *
 * Among the offers that fit, the best goes first: its `value`, divided by one more than the grants that its key has
 * among the last {@link FAIRNESS_MEMORY}. So a start goes before a renewal, and who had much waits for who had nothing.
 *
 * A refusal for rate that our counting did not foresee means that somebody else spends the same budget. Signals are then
 * silent for {@link QUIET_AFTER_REFUSAL_MS} (or for as long as the platform asks, if that is longer) and end as
 * `suppressed:quiet`; messages wait only as long as the platform asks.
 *
 * Memory: the limits, {@link OFFERS_MAX} offers, {@link FAIRNESS_MEMORY} keys.
 */
export class Arbiter<Offer extends SignalOffer = SignalOffer> {
  readonly #accounts = new Map<string, Account>();
  readonly #timeline = new Timeline();
  readonly #recentKeys: string[] = [];
  #waiting: Offer[] = [];
  #grants = 0;
  #nowMs = 0;

  /** @throws RangeError when a budget can't be kept: limit, window or reserve out of range, or an id given twice. */
  constructor({ budgets }: { readonly budgets: readonly Budget[] }) {
    for (const budget of budgets) {
      const { id, limit, windowMs, messageReserve } = budget;
      const room = limit - messageReserve;
      if (
        !(room >= 0 && room <= limit && limit >= 1 && windowMs > 0 && windowMs < Infinity) ||
        this.#accounts.has(id)
      ) {
        throw new RangeError(
          `Budget ${JSON.stringify(budget)} can't be kept. It needs its own id, limit >= 1, messageReserve in 0..limit and windowMs > 0.`,
        );
      }
      this.#accounts.set(id, {
        id,
        all: new RollingWindow({ limit, windowMs }),
        signals: new RollingWindow({ limit: room, windowMs }),
        room,
        windowMs,
        headroom: Math.floor(Math.min(limit * MESSAGE_HEADROOM, messageReserve)),
        quietUntilMs: -Infinity,
        closedUntilMs: -Infinity,
        heldUntilMs: -Infinity,
      });
    }
  }

  /**
   * Puts an intent in line; what becomes of it comes with `grant`.
   *
   * @returns `suppressed:budget` when {@link OFFERS_MAX} offers wait already: the intent is not in line, settle it so.
   * @throws RangeError when a budget is unknown, or none is named: our own mistake, it would be unlimited.
   */
  offer(offer: Offer, nowMs: number): 'suppressed:budget' | undefined {
    this.#advance(nowMs);
    this.#accountsOf(offer.budgets);
    if (this.#waiting.length >= OFFERS_MAX) {
      this.#timeline.add(this.#nowMs, offer.intent.kind, 'suppressed:budget');
      return 'suppressed:budget';
    }
    this.#waiting.push(offer);
    return undefined;
  }

  /** Takes an intent out of the line. `false` when it is not in it: it has been granted or suppressed. */
  withdraw(intent: TypingIntent): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((offer) => offer.intent !== intent);
    return this.#waiting.length < before;
  }

  /** Lets go what has room, the most valuable first; drops what is too late. */
  grant(nowMs: number): Grant<Offer> {
    const now = this.#advance(nowMs);
    const granted: Offer[] = [];
    const suppressed: SuppressedOffer<Offer>[] = [];
    this.#waiting = this.#waiting.filter((offer) => {
      const quiet = this.#accountsOf(offer.budgets).some((account) => now < account.quietUntilMs);
      if (!quiet && now < offer.intent.expiresAtMs - 1) return true;
      const full = this.#signalFreeAtMs(offer) > now;
      const reason = quiet ? 'suppressed:quiet' : full ? 'suppressed:budget' : 'suppressed:stale';
      suppressed.push({ ...offer, reason });
      this.#timeline.add(now, offer.intent.kind, reason);
      return false;
    });
    for (let best = this.#best(); best; best = this.#best()) {
      const { intent } = best;
      let fill = 0;
      for (const account of this.#accountsOf(best.budgets)) {
        account.all.use(now);
        account.signals.use(now);
        // A window that is over before the On is, is not what its renewals fill.
        if (account.windowMs > Number(intent.durationMs)) fill = Math.max(fill, fillAt(account, now));
      }
      const scarcity = Math.max(0, (fill - LENGTHEN_ABOVE) / (1 - LENGTHEN_ABOVE));
      if (intent.durationMs)
        intent.durationMs = Math.round(intent.durationMs * (1 + (LENGTHEN_MAX - 1) * scarcity ** 2));
      this.#recentKeys[this.#grants++ % FAIRNESS_MEMORY] = best.fairnessKey;
      this.withdraw(intent);
      granted.push(best);
      this.#timeline.add(now, intent.kind, scarcity > 0 ? 'lengthened' : 'granted');
    }
    let nextGrantAtMs = Infinity;
    for (const offer of this.#waiting) {
      nextGrantAtMs = Math.min(nextGrantAtMs, offer.intent.expiresAtMs - 1, this.#signalFreeAtMs(offer));
    }
    return { granted, suppressed, nextGrantAtMs };
  }

  /** Counts a message, or says which budget has no room and when to ask again. It may use the whole window. */
  message(budgets: readonly string[], nowMs: number): Admission {
    return this.#admit('message', budgets, nowMs);
  }

  /** A request that is neither message nor signal (configure, join, health check): as a message, within its reserve. */
  other(budgets: readonly string[], nowMs: number): Admission {
    return this.#admit('other', budgets, nowMs);
  }

  /**
   * The platform refused something for its rate. Offers that wait on this budget end with the next `grant`.
   *
   * @param retryAfterMs How long the platform asks to wait, if it does; believed up to {@link RETRY_AFTER_MAX_MS}.
   */
  refused(budgetId: string, nowMs: number, retryAfterMs?: number | undefined): void {
    const now = this.#advance(nowMs);
    const waitMs = retryAfterMs !== undefined && retryAfterMs > 0 ? Math.min(retryAfterMs, RETRY_AFTER_MAX_MS) : 0;
    for (const account of this.#accountsOf([budgetId])) {
      account.closedUntilMs = Math.max(account.closedUntilMs, now + waitMs);
      account.quietUntilMs = Math.max(account.quietUntilMs, now + Math.max(waitMs, QUIET_AFTER_REFUSAL_MS));
    }
    this.#timeline.add(now, 'refused', budgetId);
  }

  /** The latest decisions with their reasons, oldest first. */
  explain(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }

  #advance(nowMs: number): number {
    this.#nowMs = laterOf(this.#nowMs, nowMs);
    return this.#nowMs;
  }

  #accountsOf(budgets: readonly string[]): Account[] {
    const accounts = budgets.map((id) => this.#accounts.get(id)).filter((account) => !!account);
    if (accounts.length === 0 || accounts.length < budgets.length) {
      throw new RangeError(
        `Budgets ${JSON.stringify(budgets)} can't be charged. Name one or more of ${JSON.stringify([...this.#accounts.keys()])}.`,
      );
    }
    return accounts;
  }

  #signalFreeAtMs(offer: SignalOffer): number {
    return Math.max(
      ...this.#accountsOf(offer.budgets).map(({ all, signals, headroom, heldUntilMs }) =>
        Math.max(all.freeAtMs(headroom), signals.freeAtMs(), heldUntilMs),
      ),
    );
  }

  #best(): Offer | undefined {
    let best: Offer | undefined;
    let bestScore = -1;
    for (const offer of this.#waiting) {
      if (this.#signalFreeAtMs(offer) > this.#nowMs) continue;
      const { value } = offer.intent;
      const recent = this.#recentKeys.reduce((count, key) => count + (key === offer.fairnessKey ? 1 : 0), 1);
      const score = value > 0 ? value / recent : 0;
      if (score > bestScore) {
        best = offer;
        bestScore = score;
      }
    }
    return best;
  }

  #admit(what: 'message' | 'other', budgets: readonly string[], nowMs: number): Admission {
    const now = this.#advance(nowMs);
    const accounts = this.#accountsOf(budgets);
    let retryAtMs = now;
    let full: Account | undefined;
    for (const account of accounts) {
      const freeAtMs = Math.max(account.all.freeAtMs(), account.closedUntilMs);
      if (freeAtMs > retryAtMs) {
        retryAtMs = freeAtMs;
        full = account;
      }
    }
    for (const account of accounts) {
      if (!full) account.all.use(now);
      if (what === 'message') account.heldUntilMs = full ? retryAtMs + MESSAGE_HOLD_MS : -Infinity;
    }
    this.#timeline.add(now, what, full ? `waits for ${full.id}` : 'granted');
    return full ? { granted: false, budget: full.id, retryAtMs } : { granted: true };
  }
}
