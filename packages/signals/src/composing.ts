import type { KeystrokeKind } from './keystroke.ts';
import { laterOf } from './moment.ts';
import { chanceOfNextKey, type Place, placeAfter } from './next-key.ts';

/** The longest that one declaration holds. A caller who goes on composing declares again before it ends. */
export const DECLARED_LIFETIME_MS = 10_000;

/**
 * Without a key for this long, nobody composes. The best value of the lab's sweep on the plane that has an Off: 3 s agrees
 * 0.948 of the time, 3.5 s 0.949, **4 s 0.949** with the fewest shows (1.19 per message; 3 s: 1.33), 4.5 s 0.946.
 */
export const IDLE_MS = 4_000;

/** A pause this long is one to learn from: shorter ones are typing. */
const PAUSE_MS = 1_000;

/** Whoever comes back after longer than this has been away: the pause counts as an end. */
export const AWAY_MS = 5_000;

/** How much one pause teaches, and how far all of them together, in log-odds. */
const LEARNING_RATE = 0.3;
const LEARNED_MAX = 2;

/** Why nobody composes. `paused`: no key for the idle time. `expired`: a declaration ran out. `untouched`: no fact yet. */
export type IdleReason =
  | 'untouched'
  | 'paused'
  | 'expired'
  | 'stopped'
  | 'cleared'
  | 'sent'
  | 'blurred'
  | 'hidden'
  | 'closed';

/** Composing since a moment, or idle for a reason. */
export type ComposingState =
  | { readonly kind: 'idle'; readonly sinceMs: number; readonly because: IdleReason }
  | {
      readonly kind: 'composing';
      readonly sinceMs: number;
      /** The newest key or declaration. */
      readonly lastFactMs: number;
      readonly by: 'keystrokes' | 'declaration';
      /** Composing ends here unless a fact says otherwise. */
      readonly untilMs: number;
    };

/** A declaration: somebody composes from `atMs` to `untilMs`, at most {@link DECLARED_LIFETIME_MS} (the default). */
export type Declaration = { readonly atMs: number; readonly untilMs?: number | undefined };

/** Options of `Composing`. */
export type ComposingOptions = {
  /** Milliseconds without a key after which composing ends. Default {@link IDLE_MS}. */
  readonly idleMs?: number | undefined;
};

/**
 * Does this participant compose a message in this conversation, and how likely is the next key? One instance per
 * participant and conversation; a new conversation is a new instance, so typing is never carried over.
 *
 * ```
 *   key   key key            key                       sent
 *    |     |   |              |                          |
 *    ██████████████████████████░░░░ idleMs ┐        ██████
 *    since                    lastFact    until          idle because 'sent'
 *                                         idle because 'paused'
 * ```
 *
 * - A key or a declaration opens composing or prolongs it. The newest fact rules: a key after a declaration makes the
 *   keys the evidence.
 * - `sent`, `cleared`, `stopped`, `blurred`, `hidden` and `closed` end it at once. While nobody composes they change
 *   nothing, except that `sent` is counted: it tells the emitters that the gap of the last message is over.
 * - Nothing ends by a timer. The state is a function of the facts and of the moment that is asked about, and no answer
 *   says "composing" at or after `untilMs`.
 * - The idle time lives here and not in the emitters: whether somebody composes has one answer, whatever the channels.
 *   Channels with an Off send it when this says idle; channels without one stop by not renewing.
 * - Of the person one number is learned, from pauses over a second: whether they come back ({@link chanceOfGoingOn}).
 * - Facts may be late or out of order: a moment before the newest counts as the newest.
 *
 * A keystroke allocates nothing and keeps nothing of the text.
 */
export class Composing {
  readonly #idleMs: number;
  #newestMs = 0;
  #sinceMs = 0;
  #lastFactMs = -Infinity;
  #untilMs = -Infinity;
  #ended = true;
  #endedBecause: IdleReason = 'untouched';
  #by: 'keystrokes' | 'declaration' = 'keystrokes';
  #place: Place = 0;
  #evidence = 0;
  #messagesSent = 0;
  /** All that is learned about the person, in log-odds: how much likelier they come back from a pause than others. */
  #comesBack = 0;

  constructor(options?: ComposingOptions | undefined) {
    this.#idleMs = options?.idleMs ?? IDLE_MS;
  }

  /** The content changed by the participant's hand. Not for focus, arrow keys, or text set by a program. */
  keystroke(atMs: number, kind: KeystrokeKind = 'letter'): void {
    const now = this.#advance(atMs);
    this.#learn(now, true);
    this.#place = placeAfter(kind, this.#place);
    this.#continue('keystrokes', now, now + this.#idleMs);
  }

  /** Somebody says that they compose, without keys. `untilMs` not after `atMs` is a `stopped`. */
  declared({ atMs, untilMs = Infinity }: Declaration): void {
    const now = this.#advance(atMs);
    const latestMs = now + DECLARED_LIFETIME_MS;
    if (untilMs <= now) this.stopped(now);
    else this.#continue('declaration', now, untilMs < latestMs ? untilMs : latestMs);
  }

  /** Whoever declared takes it back. */
  stopped(atMs: number): void {
    this.#end('stopped', atMs);
  }

  /** The draft became empty. */
  cleared(atMs: number): void {
    this.#end('cleared', atMs);
  }

  /** The message went. */
  sent(atMs: number): void {
    this.#messagesSent++;
    this.#end('sent', atMs);
  }

  /** The field lost the focus. */
  blurred(atMs: number): void {
    this.#end('blurred', atMs);
  }

  /** The page was hidden. */
  hidden(atMs: number): void {
    this.#end('hidden', atMs);
  }

  /** The page or the conversation was closed. */
  closed(atMs: number): void {
    this.#end('closed', atMs);
  }

  /** Whether the participant composes at a moment, since when, and why not. */
  stateAt(nowMs: number): ComposingState {
    const now = laterOf(this.#newestMs, nowMs);
    if (this.#ended) return { kind: 'idle', sinceMs: this.#sinceMs, because: this.#endedBecause };
    const untilMs = this.#untilMs;
    if (now >= untilMs) {
      return { kind: 'idle', sinceMs: untilMs, because: this.#by === 'keystrokes' ? 'paused' : 'expired' };
    }
    return { kind: 'composing', sinceMs: this.#sinceMs, lastFactMs: this.#lastFactMs, by: this.#by, untilMs };
  }

  /**
   * How likely the next key comes within `windowMs` of `nowMs`, in 0..1, by the kind of the last key and the pause
   * since. After a pause the answer falls but is not 0; after an end (message sent, draft cleared …) it is. A
   * declaration tells of no keys: 1 while it holds, then 0.
   */
  chanceOfKeyWithin(windowMs: number, nowMs: number): number {
    const now = laterOf(this.#newestMs, nowMs);
    if (this.#ended) return 0;
    if (this.#by === 'declaration') return now < this.#untilMs ? 1 : 0;
    return chanceOfNextKey(this.#place, now - this.#lastFactMs, windowMs);
  }

  /**
   * How likely composing goes on, with a key or the message, before the pause since the last key reaches
   * {@link AWAY_MS}; in 0..1. As {@link chanceOfKeyWithin}, and corrected by one number that is learned from this
   * person's pauses: after each one over a second, the odds move towards what happened.
   */
  chanceOfGoingOn(nowMs: number): number {
    if (this.#ended || this.#by === 'declaration') return this.chanceOfKeyWithin(AWAY_MS, nowMs);
    return this.#goesOn(laterOf(this.#newestMs, nowMs) - this.#lastFactMs);
  }

  /** How many keys and declarations there were: emitters tell a new fact from an old one by it. */
  get evidence(): number {
    return this.#evidence;
  }

  /** How many messages went: emitters tell by it that the viewer's indicator has been cleared. */
  get messagesSent(): number {
    return this.#messagesSent;
  }

  #advance(atMs: number): number {
    this.#newestMs = laterOf(this.#newestMs, atMs);
    return this.#newestMs;
  }

  #goesOn(pausedMs: number): number {
    const chance = chanceOfNextKey(this.#place, pausedMs, AWAY_MS - pausedMs);
    return chance / (chance + (1 - chance) * Math.exp(-this.#comesBack));
  }

  /** A pause is over, because somebody came back (or sent what was there), or did not. */
  #learn(nowMs: number, goesOn: boolean): void {
    const pausedMs = nowMs - this.#lastFactMs;
    if (this.#ended || this.#by === 'declaration' || pausedMs < PAUSE_MS) return;
    const surprise = (goesOn && pausedMs <= AWAY_MS ? 1 : 0) - this.#goesOn(PAUSE_MS);
    this.#comesBack = Math.max(-LEARNED_MAX, Math.min(LEARNED_MAX, this.#comesBack + LEARNING_RATE * surprise));
  }

  #continue(by: 'keystrokes' | 'declaration', now: number, untilMs: number): void {
    if (this.#ended || now >= this.#untilMs) this.#sinceMs = now;
    this.#ended = false;
    this.#by = by;
    this.#lastFactMs = now;
    this.#untilMs = untilMs;
    this.#evidence++;
  }

  #end(because: IdleReason, atMs: number): void {
    const now = this.#advance(atMs);
    this.#learn(now, because === 'sent');
    if (this.#ended || now >= this.#untilMs) return;
    this.#ended = true;
    this.#endedBecause = because;
    this.#sinceMs = now;
    this.#place = 0;
  }
}
