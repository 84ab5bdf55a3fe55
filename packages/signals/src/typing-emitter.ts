import type { ChannelCapabilities } from './channel.ts';
import type { Composing, ComposingState } from './composing.ts';
import { laterOf } from './moment.ts';
import type { SignalOutcome } from './outcome.ts';
import { defaultPolicyFor, type TypingPolicy } from './policy.ts';
import { RollingWindow } from './rolling-window.ts';
import { Timeline, type TimelineEntry } from './timeline.ts';

/** How long an intent is worth sending. Later it would tell of a moment that is gone. */
export const INTENT_LIFETIME_MS = 2_000;

/** After a declared On that did not leave, the next attempt; keys need none, they try again by themselves. */
export const DECLARED_RETRY_MS = 1_000;

/** A signal that should go now. */
export type TypingIntent = {
  /** Unique within its emitter. */
  readonly id: number | string;
  readonly kind: 'on' | 'off';
  /** On, where the channel has a duration: how long it holds, in ms. */
  readonly durationMs?: number | undefined;
  /**
   * What sending it is worth against others, 0..2: an On that starts an indicator 1 to 2 and one that renews 0 to 1
   * (by the chance of another key while it holds), an Off 1.
   */
  readonly value: number;
  /** Not to be sent at or after this local moment. */
  readonly expiresAtMs: number;
};

export type EmitterPoll = {
  /** To be sent: none or one. */
  readonly intents: readonly TypingIntent[];
  /** Handed out before and no longer wanted: not to be sent if they have not left yet. Each must still be settled. */
  readonly withdrawn: readonly TypingIntent[];
  /** When to ask again if no fact and no settlement comes before; `Infinity` when only those matter. */
  readonly nextPollAtMs: number;
};

export type TypingEmitterOptions = {
  readonly composing: Composing;
  readonly channel: ChannelCapabilities;
  /** Default: {@link defaultPolicyFor} the channel. */
  readonly policy?: TypingPolicy | undefined;
};

const NOTHING: readonly TypingIntent[] = [];

function wait(nextPollAtMs: number, withdrawn = NOTHING): EmitterPoll {
  return { intents: NOTHING, withdrawn, nextPollAtMs };
}

/** Outcomes after which the platform may have counted the signal. */
const MAY_HAVE_LEFT: ReadonlySet<SignalOutcome> = new Set(['sent', 'refused', 'timeout', 'aborted']);

/**
 * Decides which typing signals go to one channel, and when. Poll it after every fact given to its `Composing`, after
 * every `settled`, and at `nextPollAtMs`; give each intent to the arbiter and report its end with `settled`. When both are
 * due at one moment, settle first: an intent that the poll finds expired counts as one that may have left.
 *
 * ```
 *   no Off (5/6 s)   key key key   key  …  key              key         sent        key
 *                    On |- coalesced -|    On                           (no frame)  On, at once
 *                    0                5 s  5.1 s, holds 6 s: expires by itself
 *
 *   Off (4/6 s)      key key              (3 s without a key)
 *                    On                    Off
 * ```
 *
 * - The first content-changing key starts at once. An On is renewed by a key (or while a declaration holds), never by
 *   a free-running timer, and only after the policy's renewal time. A key before that is coalesced.
 * - No frame follows a message: the message is the stop. It also lifts the gap, so that the next first key shows at
 *   once; it does not lift the channel's rolling window.
 * - At most one intent is outstanding. It ends by `settled`, or at `expiresAtMs` as `suppressed:stale`, once. An On that
 *   did not leave (suppressed, offline …) may be tried again at the next key; one that may have left (refused, timed
 *   out, aborted, stale) first keeps the gap and its place in the window: a refusing platform is not asked at every key.
 * - When an On is outstanding and nobody composes any more (or an Off, and somebody does), it is withdrawn.
 * - An Off is tried once. If it fails, the duration of the On ends the indicator.
 */
export class TypingEmitter {
  readonly #composing: Composing;
  readonly #channel: ChannelCapabilities;
  readonly #renewMs: number;
  readonly #durationMs: number;
  readonly #window: RollingWindow | undefined;
  readonly #timeline = new Timeline();
  #nowMs = 0;
  #lastId = 0;
  #outstanding: TypingIntent | undefined;
  #withdrawn = false;
  /** Messages sent when the outstanding intent was made. */
  #messagesAtIntent = 0;
  #messages: number;
  #evidence = 0;
  #lastOnMs = -Infinity;
  #shownUntilMs = -Infinity;
  #declaredRetryAtMs = -Infinity;

  constructor({ composing, channel, policy = defaultPolicyFor(channel) }: TypingEmitterOptions) {
    this.#composing = composing;
    this.#channel = channel;
    this.#renewMs = Math.max(policy.renewMs, channel.minGapMs);
    this.#durationMs = channel.hasDuration ? policy.durationMs : channel.defaultDurationMs;
    this.#window = channel.perWindow && new RollingWindow(channel.perWindow);
    this.#messages = composing.messagesSent;
  }

  poll(nowMs: number): EmitterPoll {
    const now = this.#advance(nowMs);
    const state = this.#composing.stateAt(now);
    if (this.#messages !== this.#composing.messagesSent) {
      this.#messages = this.#composing.messagesSent;
      this.#forgetLastOn();
    }
    if (this.#outstanding && now >= this.#outstanding.expiresAtMs) this.#end('suppressed:stale', true);
    if (this.#outstanding) return this.#waitFor(this.#outstanding, state);
    return state.kind === 'composing' ? this.#considerOn(state) : this.#considerOff();
  }

  /** What became of an intent. A second report, and one after the intent expired, changes nothing. */
  settled(id: TypingIntent['id'], outcome: SignalOutcome, nowMs: number): void {
    this.#advance(nowMs);
    if (this.#outstanding?.id === id) this.#end(outcome, MAY_HAVE_LEFT.has(outcome));
    else this.#timeline.add(this.#nowMs, 'settled late', outcome);
  }

  explain(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }

  #advance(nowMs: number): number {
    this.#nowMs = laterOf(this.#nowMs, nowMs);
    return this.#nowMs;
  }

  #waitFor(intent: TypingIntent, state: ComposingState): EmitterPoll {
    const wanted = (intent.kind === 'on') === (state.kind === 'composing');
    const withdraw = !wanted && !this.#withdrawn;
    if (withdraw) {
      this.#withdrawn = true;
      this.#timeline.add(this.#nowMs, intent.kind, 'withdrawn');
    }
    return wait(intent.expiresAtMs, withdraw ? [intent] : NOTHING);
  }

  #considerOn(state: Extract<ComposingState, { kind: 'composing' }>): EmitterPoll {
    const now = this.#nowMs;
    const shown = this.#shownUntilMs > now;
    const declared = state.by === 'declaration';
    const roomAtMs = this.#window?.freeAtMs ?? -Infinity;
    const freeAtMs = Math.max(
      this.#lastOnMs + (shown ? this.#renewMs : this.#channel.minGapMs),
      roomAtMs,
      declared ? this.#declaredRetryAtMs : -Infinity,
    );
    const fresh = this.#evidence !== this.#composing.evidence;
    this.#evidence = this.#composing.evidence;
    // A declaration is evidence for as long as it holds; a key only for its own moment.
    const needed = declared ? state.untilMs > this.#shownUntilMs : fresh;
    if (needed && (declared ? now : state.lastFactMs) >= freeAtMs) {
      const durationMs = declared ? Math.min(this.#durationMs, state.untilMs - now) : this.#durationMs;
      const chance = this.#composing.chanceOfKeyWithin(durationMs, now);
      return this.#issue('on', durationMs, shown ? chance : 1 + chance, now + INTENT_LIFETIME_MS);
    }
    if (fresh) {
      const why: SignalOutcome = shown ? 'coalesced' : roomAtMs > now ? 'suppressed:budget' : 'suppressed:gap';
      this.#timeline.add(now, 'fact', why);
    }
    let nextPollAtMs = declared && needed && freeAtMs < state.untilMs ? freeAtMs : Infinity;
    if (shown && this.#channel.hasOff) nextPollAtMs = Math.min(nextPollAtMs, state.untilMs);
    return wait(nextPollAtMs);
  }

  #considerOff(): EmitterPoll {
    const shownUntilMs = this.#shownUntilMs;
    const freeAtMs = this.#window?.freeAtMs ?? -Infinity;
    if (!this.#channel.hasOff || shownUntilMs <= Math.max(this.#nowMs, freeAtMs)) {
      return wait(Infinity);
    }
    if (freeAtMs > this.#nowMs) return wait(freeAtMs);
    return this.#issue('off', undefined, 1, Math.min(shownUntilMs, this.#nowMs + INTENT_LIFETIME_MS));
  }

  #issue(kind: 'on' | 'off', durationMs: number | undefined, value: number, expiresAtMs: number): EmitterPoll {
    const said = durationMs !== undefined && this.#channel.hasDuration;
    const intent: TypingIntent = { id: ++this.#lastId, kind, value, expiresAtMs, ...(said && { durationMs }) };
    this.#outstanding = intent;
    this.#withdrawn = false;
    this.#messagesAtIntent = this.#messages;
    return { intents: [intent], withdrawn: NOTHING, nextPollAtMs: expiresAtMs };
  }

  #end(outcome: SignalOutcome, mayHaveLeft: boolean): void {
    const now = this.#nowMs;
    const intent = this.#outstanding;
    if (!intent) return;
    this.#outstanding = undefined;
    this.#timeline.add(now, intent.kind, outcome);
    if (mayHaveLeft) this.#window?.use(now);
    if (intent.kind === 'off') {
      this.#shownUntilMs = -Infinity;
    } else if (!mayHaveLeft) {
      this.#declaredRetryAtMs = now + DECLARED_RETRY_MS;
    } else if (this.#messagesAtIntent !== this.#composing.messagesSent) {
      // A message went after it: whatever the viewer showed is gone, and the next key is a first key.
      this.#forgetLastOn();
    } else {
      this.#lastOnMs = now;
      if (outcome === 'sent') this.#shownUntilMs = now + (intent.durationMs ?? this.#channel.defaultDurationMs);
    }
  }

  #forgetLastOn(): void {
    this.#lastOnMs = -Infinity;
    this.#shownUntilMs = -Infinity;
  }
}
