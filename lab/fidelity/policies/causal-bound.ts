import type { Conversation } from '../traces/trace.ts';
import { BIN_MS, contextAfter, type GapModel } from './gap-model.ts';
import { NOTHING, OFF, Plan } from './plan.ts';
import { type FactKind, NO_QUIRKS, type Party, type Policy, type Sender, type Setting, type Wire } from './policy.ts';

/** What a second of wrong display costs: the agreement that is reached. */
const WRONG = 0.93;

/** On top of a planned duration, so that jitter does not put an indicator out before its renewal. */
const JITTER_MS = 150;

/** Frames cost more, in seconds of agreement, the fuller the minute is. */
const PRICES = [0, 0.05, 0.1, 0.2, 0.4, 0.8] as const;
const SHARED_PRICES = [0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] as const;

/** Of a shared minute, this part costs nothing; then the price rises to the most that a frame can bring. */
const SHARED_FREE = 0.3;
const PRICE_MAX = 14;
const PRICE_RISE = 2.5;

/** Where frames are scarce, one may hold up to the longest that a display shows. In bins. */
const DURATIONS = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 21, 22, 24, 26, 28, 32, 36] as const;
const SHARED_DURATIONS = [8, 16, 20, 22, 24, 28, 32, 36, 40, 48, 56, 64, 80, 100, 118] as const;

const MINUTE_MS = 60_000;

/** Least time between two frames. Shorter than any channel's own gap: the bound has to keep the minute alone. */
const GAP_MS = 500;

/**
 * The causal bound: it knows the true gap distribution by context, and which class of writer it watches, but not the
 * future. `model` is counted from traces of the same population.
 */
export function causalBound(model: GapModel): Policy {
  // Plans are dear and depend on nothing but these: one store for all conversations.
  const plans = new Map<string, Plan>();
  return {
    name: 'causal-bound',
    source: 'dynamic programming on the true gap distribution by context and class of writer',
    approximation: `grain ${BIN_MS} ms; frames in a minute are priced, not planned`,
    group: 'reference',
    display: NO_QUIRKS,
    start: (setting) => new CausalParty(setting, model, plans),
  };
}

class CausalParty implements Party {
  readonly #setting: Setting;
  readonly #model: GapModel;
  readonly #plans: Map<string, Plan>;
  readonly #framesMs: number[] = [];

  constructor(setting: Setting, model: GapModel, plans: Map<string, Plan>) {
    this.#setting = setting;
    this.#model = model;
    this.#plans = plans;
  }

  join(conversation: Conversation, wire: Wire): Sender {
    const writer = this.#model.classOf(conversation);
    const framesMs = this.#setting.shared ? this.#framesMs : [];
    return new CausalSender(this.#setting, wire, (price) => this.#plan(writer, price), framesMs);
  }

  #plan(writer: number, price: number): Plan {
    const { capabilities, honoursDuration } = this.#setting.channel;
    // Channels that allow the same have the same plan.
    const rules = [honoursDuration, capabilities.hasOff, this.#setting.shared !== undefined];
    const key = `${rules.join(' ')} ${writer} ${price}`;
    const known = this.#plans.get(key);
    if (known) return known;
    const durations = this.#setting.shared ? SHARED_DURATIONS : DURATIONS;
    const defaultBins = capabilities.defaultDurationMs / BIN_MS;
    const plan = new Plan(this.#model.of(writer), {
      gapBins: GAP_MS / BIN_MS,
      durationBins: honoursDuration ? durations : [defaultBins],
      hasOff: capabilities.hasOff,
      price,
      wrong: WRONG,
    });
    this.#plans.set(key, plan);
    return plan;
  }
}

class CausalSender implements Sender {
  readonly #setting: Setting;
  readonly #wire: Wire;
  readonly #planAt: (price: number) => Plan;
  /** When frames left in the last minute: those of all conversations where the minute is shared. */
  readonly #framesMs: number[];
  readonly #ownMs: number[] = [];
  #context = 2;
  #lastKeyMs = Number.NEGATIVE_INFINITY;
  #lastOnMs = Number.NEGATIVE_INFINITY;
  #shownUntilMs = Number.NEGATIVE_INFINITY;

  constructor(setting: Setting, wire: Wire, planAt: (price: number) => Plan, framesMs: number[]) {
    this.#framesMs = framesMs;
    this.#setting = setting;
    this.#wire = wire;
    this.#planAt = planAt;
  }

  fact(kind: FactKind, nowMs: number): void {
    if (kind === 'send' || kind === 'clear' || kind === 'leave') {
      if (kind !== 'send' && this.#shownUntilMs > nowMs) this.#send('off', 0, nowMs);
      if (kind === 'send') this.#shownUntilMs = this.#lastOnMs = Number.NEGATIVE_INFINITY;
      this.#context = 2;
      this.#lastKeyMs = Number.NEGATIVE_INFINITY;
      this.#wire.wakeAt(Number.POSITIVE_INFINITY);
      return;
    }
    this.#context = contextAfter(kind, this.#context);
    this.#lastKeyMs = nowMs;
    this.#decide(nowMs);
  }

  wake(nowMs: number): void {
    this.#decide(nowMs);
  }

  #decide(nowMs: number): void {
    const pauseMs = nowMs - this.#lastKeyMs;
    const price = this.#price(nowMs);
    if (price !== undefined) {
      const sinceMs = Math.min(nowMs - this.#lastOnMs, GAP_MS + BIN_MS);
      const action = this.#planAt(price).at(this.#context, pauseMs, sinceMs, this.#shownUntilMs - JITTER_MS - nowMs);
      if (action === OFF) this.#send('off', 0, nowMs);
      else if (action !== NOTHING) this.#send('on', action * BIN_MS + JITTER_MS, nowMs);
    }
    const goesOn = pauseMs + BIN_MS < MINUTE_MS / 10;
    this.#wire.wakeAt(goesOn ? nowMs + BIN_MS : Number.POSITIVE_INFINITY);
  }

  /** `undefined`: the minute is full. */
  #price(nowMs: number): number | undefined {
    const { channel, shared } = this.#setting;
    const limit = shared?.perMinute ?? channel.peakMax;
    while ((this.#framesMs[0] ?? nowMs) <= nowMs - MINUTE_MS) this.#framesMs.shift();
    const used = this.#framesMs.length / limit;
    const own = this.#ownUsed(nowMs);
    if (used >= 1 || own >= 1) return undefined;
    const ownPrice = PRICES[Math.floor(own * PRICES.length)] ?? 0;
    if (!shared) return ownPrice;
    const wanted = PRICE_MAX * Math.max(0, (used - SHARED_FREE) / (1 - SHARED_FREE)) ** PRICE_RISE;
    return Math.max(ownPrice, SHARED_PRICES.findLast((price) => price <= wanted) ?? 0);
  }

  /** How much of the conversation's own minute is used: sharing one does not lift it. */
  #ownUsed(nowMs: number): number {
    while ((this.#ownMs[0] ?? nowMs) <= nowMs - MINUTE_MS) this.#ownMs.shift();
    return this.#ownMs.length / this.#setting.channel.peakMax;
  }

  #send(kind: 'on' | 'off', durationMs: number, nowMs: number): void {
    if (kind === 'off' && !this.#setting.channel.capabilities.hasOff) return;
    if (this.#wire.send({ kind, durationMs }, nowMs) !== 'sent') return;
    this.#framesMs.push(nowMs);
    this.#ownMs.push(nowMs);
    if (kind === 'off') {
      this.#shownUntilMs = this.#lastOnMs = Number.NEGATIVE_INFINITY;
      return;
    }
    this.#lastOnMs = nowMs;
    const { capabilities, honoursDuration } = this.#setting.channel;
    this.#shownUntilMs = nowMs + (honoursDuration ? durationMs : capabilities.defaultDurationMs);
  }
}
