import type { Intervals } from '../intervals.ts';
import type { Conversation } from '../traces/trace.ts';
import { composingSplit } from '../truth.ts';
import { type FactKind, NO_QUIRKS, type Party, type Policy, type Sender, type Setting, type Wire } from './policy.ts';

/** The longest that a display shows one frame; `MAX_SHOWN_MS` of the shipped one. */
const LONGEST_MS = 30_000;

/** Renewals come this much before the end, so that jitter makes no hole. */
const EARLY_MS = 200;

/** A renewal where nothing says how long it holds is worth it when at least this much is still to come. */
const WORTH_MS = 2_500;

const MINUTE_MS = 60_000;

/**
 * The clairvoyant oracle: it knows when composing will be true, and nothing of latency or loss. What it misses is the
 * network and the limits of the channel.
 */
export const ORACLE: Policy = {
  name: 'oracle',
  source: 'the truth itself, sent ahead',
  group: 'reference',
  display: NO_QUIRKS,
  start: (setting): Party => {
    const budget = setting.shared ? new Minute(setting.shared.perMinute) : undefined;
    return {
      join: (conversation, wire) =>
        new OracleSender(setting, conversation, wire, budget ?? new Minute(setting.channel.peakMax)),
    };
  },
};

/** A rolling minute, ours or the one that is shared. */
class Minute {
  readonly #limit: number;
  readonly #usesMs: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more fits now. */
  fits(nowMs: number): boolean {
    while ((this.#usesMs[0] ?? nowMs) <= nowMs - MINUTE_MS) this.#usesMs.shift();
    return this.#usesMs.length < this.#limit;
  }

  use(nowMs: number): void {
    this.#usesMs.push(nowMs);
  }
}

class OracleSender implements Sender {
  readonly #setting: Setting;
  readonly #truth: Intervals;
  readonly #sends: ReadonlySet<number>;
  readonly #wire: Wire;
  readonly #minute: Minute;
  #lastOnMs = Number.NEGATIVE_INFINITY;
  #heldMs = 0;

  constructor(setting: Setting, conversation: Conversation, wire: Wire, minute: Minute) {
    this.#setting = setting;
    this.#truth = composingSplit(conversation.episodes);
    this.#sends = new Set(conversation.episodes.flatMap(({ end }) => (end.kind === 'send' ? [end.atMs] : [])));
    this.#wire = wire;
    this.#minute = minute;
  }

  fact(kind: FactKind, nowMs: number): void {
    if (kind === 'send') this.#lastOnMs = Number.NEGATIVE_INFINITY;
    else if (nowMs >= this.#lastOnMs + this.#heldMs) this.#on(nowMs);
  }

  wake(nowMs: number): void {
    this.#on(nowMs);
  }

  #on(nowMs: number): void {
    const { capabilities, honoursDuration } = this.#setting.channel;
    let index = 0;
    while (index < this.#truth.length && (this.#truth[index + 1] ?? 0) <= nowMs) index += 2;
    const fromMs = this.#truth[index] ?? Number.POSITIVE_INFINITY;
    const endMs = this.#truth[index + 1] ?? Number.POSITIVE_INFINITY;
    if (nowMs < fromMs) return;
    const sent = this.#sends.has(endMs);
    const leftMs = endMs - nowMs;
    const gapOverMs = this.#lastOnMs + capabilities.minGapMs;
    const renewal = nowMs - this.#lastOnMs <= this.#heldMs;
    if (!honoursDuration && !sent && renewal && leftMs < WORTH_MS) return;
    if (nowMs < gapOverMs || !this.#minute.fits(nowMs)) {
      this.#wire.wakeAt(Math.max(gapOverMs, nowMs + 100));
      return;
    }
    // The message clears it: a little more than needed does no harm, and bridges jitter.
    const durationMs = Math.min(LONGEST_MS, sent ? leftMs + 3 * EARLY_MS : leftMs);
    if (this.#wire.send({ kind: 'on', durationMs }, nowMs) !== 'sent') {
      this.#wire.wakeAt(nowMs + 500);
      return;
    }
    this.#minute.use(nowMs);
    this.#lastOnMs = nowMs;
    this.#heldMs = honoursDuration ? durationMs : capabilities.defaultDurationMs;
    const renewAtMs = nowMs + Math.max(capabilities.minGapMs, this.#heldMs - EARLY_MS);
    this.#wire.wakeAt(nowMs + this.#heldMs < endMs ? renewAtMs : Number.POSITIVE_INFINITY);
  }
}
