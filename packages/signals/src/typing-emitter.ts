import type { ChannelCapabilities } from './channel.ts';
import type { Composing, ComposingState } from './composing.ts';
import { laterOf } from './moment.ts';
import type { SignalOutcome } from './outcome.ts';
import { defaultPolicyFor, HOLD_MAX_MS, RENEW_AHEAD_MS, RENEW_CHANCE, type TypingPolicy } from './policy.ts';
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
  /** On, where the channel has a duration: how long it holds, in ms. The arbiter may lengthen it when it grants it. */
  durationMs?: number | undefined;
  /**
   * What sending it is worth against others, 0..2: an On that starts an indicator 1 to 2 and one that renews 0 to 1
   * (by the chance that composing goes on), an Off 1.
   */
  readonly value: number;
  /** Not to be sent at or after this local moment. */
  readonly expiresAtMs: number;
};

/** What to send now, what to take back, and when to ask again. */
export type EmitterPoll = {
  /** To be sent: none or one. */
  readonly intents: readonly TypingIntent[];
  /** Handed out before and no longer wanted: not to be sent if they have not left yet. Each must still be settled. */
  readonly withdrawn: readonly TypingIntent[];
  /** When to ask again if no fact and no settlement comes before; `Infinity` when only those matter. */
  readonly nextPollAtMs: number;
  /**
   * What became of the newest fact when no frame is out for it: `coalesced`, `suppressed:gap` or `suppressed:budget`, or
   * `unsupported` for a stop that no Off can tell. Absent while an intent is outstanding.
   */
  readonly idle?: SignalOutcome | undefined;
};

/** Options of a `TypingEmitter`. */
export type TypingEmitterOptions = {
  readonly composing: Composing;
  readonly channel: ChannelCapabilities;
  /** Default: {@link defaultPolicyFor} the channel. */
  readonly policy?: TypingPolicy | undefined;
};

const NOTHING: readonly TypingIntent[] = [];

function wait(nextPollAtMs: number, idle?: SignalOutcome | undefined, withdrawn = NOTHING): EmitterPoll {
  return { intents: NOTHING, withdrawn, nextPollAtMs, idle };
}

/** Outcomes after which the platform may have counted the signal. */
const MAY_HAVE_LEFT: ReadonlySet<SignalOutcome> = new Set(['sent', 'refused', 'timeout', 'aborted']);

/**
 * Decides which typing signals go to one channel, and when. Poll it after every fact given to its `Composing`, after
 * every `settled`, and at `nextPollAtMs`; give each intent to the arbiter and report its end with `settled`. When both are
 * due at one moment, settle first: an intent that the poll finds expired counts as one that may have left.
 *
 * ```
 *   no Off (5 s)     key key key   …  key |  no key            key         sent        key
 *                    On |- coalesced -|   On                   On          (no frame)  On, at once
 *                    0, holds 5.25 s      5 s, because the next key was likely; then it was not, and the On expired
 *
 *   Off (6 s)        key key key        (4 s without a key)
 *                    On            On   Off
 *                    0, holds 6 s  5.75 s
 * ```
 *
 * - The first content-changing key starts at once. A key while an On still holds is coalesced.
 * - An On is renewed as late as it can be: when the gap is over and it is about to go out. With no Off to take it back,
 *   only while going on is likely ({@link RENEW_CHANCE}), which without a key it soon is not: at most one renewal follows
 *   the last key. With an Off, while somebody composes. Who is not renewed starts again with the next key.
 * - A declared On holds as long as was declared, and longer, as below, when its caller has declared again and is not overdue.
 * - An On holds until the next one may follow it: a gap and a little, or longer when the rolling window has no place
 *   earlier ({@link HOLD_MAX_MS} at most).
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
  /** Facts that have been considered … */
  #evidence = 0;
  /** … and those on which an On failed to leave. */
  #failedEvidence = 0;
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

  /** Decides what to send at this moment. Ask again at `nextPollAtMs`, and after every fact. */
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
    else this.#timeline.add(this.#nowMs, 'late', outcome);
  }

  /** The latest intents and how they ended, oldest first. */
  explain(): readonly TimelineEntry[] {
    return this.#timeline.entries();
  }

  #advance(nowMs: number): number {
    this.#nowMs = laterOf(this.#nowMs, nowMs);
    return this.#nowMs;
  }

  #waitFor(intent: TypingIntent, state: ComposingState): EmitterPoll {
    const withdraw = (intent.kind === 'on') !== (state.kind === 'composing') && !this.#withdrawn;
    if (withdraw) {
      this.#withdrawn = true;
      this.#timeline.add(this.#nowMs, intent.kind, 'withdrawn');
    }
    return wait(intent.expiresAtMs, undefined, withdraw ? [intent] : NOTHING);
  }

  #considerOn({ sinceMs, lastFactMs, untilMs, by }: Extract<ComposingState, { kind: 'composing' }>): EmitterPoll {
    const now = this.#nowMs;
    const { hasOff, minGapMs } = this.#channel;
    const shownUntilMs = this.#shownUntilMs;
    const shown = shownUntilMs > now;
    const declared = by === 'declaration';
    const { evidence } = this.#composing;
    // An On leaves a place for the Off that takes it back.
    const roomAtMs = this.#window?.freeAtMs(hasOff ? 1 : 0) ?? -Infinity;
    const freeAtMs = Math.max(
      shown ? Math.max(this.#lastOnMs + this.#renewMs, shownUntilMs - RENEW_AHEAD_MS) : this.#lastOnMs + minGapMs,
      roomAtMs,
      declared ? this.#declaredRetryAtMs : -Infinity,
    );
    // An On that did not leave is tried again on a new key; a declaration is evidence for as long as it holds.
    const wanted = declared ? untilMs > shownUntilMs : evidence !== this.#failedEvidence;
    const chance = wanted && now >= freeAtMs ? this.#composing.chanceOfGoingOn(now) : 0;
    // Where an Off can take it back, any chance will do.
    if (chance > (hasOff ? 0 : RENEW_CHANCE)) {
      // Who has declared again, and is not overdue, will do so once more: cut to what is left, the dots would be gone until then.
      const leftMs = untilMs - now;
      const last = lastFactMs === sinceMs || leftMs * 3 < now - lastFactMs;
      // The platform takes whole milliseconds (documented, AGENT-TYPING-BODY).
      const durationMs = Math.ceil(Math.min(this.#holdMs(), declared && last ? leftMs : Infinity));
      this.#timeline.add(now, by, `${shown ? 'renewal' : 'start'} for ${durationMs} ms, goes on: ${chance.toFixed(2)}`);
      return this.#issue('on', durationMs, shown ? chance : 1 + chance, now + INTENT_LIFETIME_MS);
    }
    const idle = shown ? 'coalesced' : roomAtMs > now ? 'suppressed:budget' : 'suppressed:gap';
    if (evidence !== this.#evidence) this.#timeline.add(now, 'fact', idle);
    this.#evidence = evidence;
    // The chance only falls without a key: whoever was not worth a renewal is asked again at the next one.
    let nextPollAtMs = wanted && freeAtMs > now && freeAtMs < untilMs ? freeAtMs : Infinity;
    if (shown && hasOff) nextPollAtMs = Math.min(nextPollAtMs, untilMs);
    return wait(nextPollAtMs, idle);
  }

  /** An On holds until the next one may follow it, which is later than usual when the window is nearly full. */
  #holdMs(): number {
    if (!this.#channel.hasDuration || !this.#window) return this.#durationMs;
    const untilRoomMs = this.#window.freeAtMs(this.#channel.hasOff ? 2 : 1) - this.#nowMs + RENEW_AHEAD_MS;
    return Math.min(Math.max(this.#durationMs, untilRoomMs), HOLD_MAX_MS);
  }

  #considerOff(): EmitterPoll {
    const now = this.#nowMs;
    const shownUntilMs = this.#shownUntilMs;
    const freeAtMs = this.#window?.freeAtMs() ?? -Infinity;
    if (shownUntilMs <= now) return wait(Infinity, 'coalesced');
    if (!this.#channel.hasOff) return wait(Infinity, 'unsupported');
    if (freeAtMs > now) return wait(Math.min(freeAtMs, shownUntilMs), 'suppressed:budget');
    return this.#issue('off', undefined, 1, Math.min(shownUntilMs, now + INTENT_LIFETIME_MS));
  }

  #issue(kind: 'on' | 'off', durationMs: number | undefined, value: number, expiresAtMs: number): EmitterPoll {
    const said = this.#channel.hasDuration ? durationMs : undefined;
    const intent: TypingIntent = { id: ++this.#lastId, kind, durationMs: said, value, expiresAtMs };
    this.#outstanding = intent;
    this.#evidence = this.#composing.evidence;
    this.#withdrawn = false;
    this.#messagesAtIntent = this.#messages;
    return { ...wait(expiresAtMs), intents: [intent] };
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
      this.#failedEvidence = this.#evidence;
    } else if (this.#messagesAtIntent !== this.#composing.messagesSent) {
      // A message went after it: whatever the viewer showed is gone, and the next key is a first key.
      this.#forgetLastOn();
    } else {
      this.#lastOnMs = now;
      if (outcome === 'sent') this.#shownUntilMs = now + (intent.durationMs ?? this.#durationMs);
    }
  }

  #forgetLastOn(): void {
    this.#lastOnMs = -Infinity;
    this.#shownUntilMs = -Infinity;
  }
}
