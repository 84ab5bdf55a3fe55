import {
  type ChannelCapabilities,
  Composing,
  type KeystrokeKind,
  type SignalOutcome,
  type TimelineEntry,
  TypingEmitter,
  type TypingIntent,
  type TypingPolicy,
} from '@backchannel/signals';
import { systemClock } from '../adapters/system-clock.ts';
import { BackchannelError } from '../error.ts';
import type { Clock, Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { TypingArbiter } from './shared-arbiter.ts';

/** One frame to send: `on` holds for `durationMs` (absent: the channel's default); `off` only where the channel has it. */
export interface TypingSignal {
  readonly kind: 'on' | 'off';
  readonly durationMs?: number | undefined;
}

/**
 * Sends one frame over a transport of the caller's. The signal is aborted when the frame's moment has passed, and when
 * composing ended meanwhile (a message went): a late one would be untrue. An abort can't recall what the server has
 * already; viewers drop such a frame by the order of the platform's times. Returning nothing means that it left; throwing, that it was refused.
 */
export type SendTyping = (
  signal: TypingSignal,
  options: { readonly signal: AbortSignal },
) => Settled | undefined | Promise<Settled | undefined> | Promise<void>;

/** Options of a `Typing`: what the way can carry, and how a frame is sent. */
export interface TypingOptions {
  /** What the way to the other side can carry: `GUEST_CHANNEL`, `AGENT_CHANNEL`, `RELAY_CHANNEL`, or your own. */
  readonly channel: ChannelCapabilities;
  readonly send: SendTyping;
  readonly ports?: Partial<Pick<Ports, 'clock'>> | undefined;
  /** Shares limits with other traffic. Default: the channel's own limits alone. */
  readonly arbiter?: TypingArbiter | undefined;
  /** Asked before each frame: a result other than `undefined` ends it there, at no cost to any limit. */
  readonly blocked?: (() => Settled | undefined) | undefined;
  /** Default: a duration of 5.25 s without an Off and 6 s with one, renewed just before it ends (docs/fidelity.md). */
  readonly policy?: TypingPolicy | undefined;
  /** Hears how each frame ended. */
  readonly onSettled?: ((signal: TypingSignal, settled: Settled) => void) | undefined;
}

/** The key to what `declareTyping` needs of a `Typing`; nobody else has it. */
export const REPORT: unique symbol = Symbol();

/** Hears that a frame has ended, after the next decision: `idle` is what that says, unless another frame is out. */
export type Heard = (kind: TypingSignal['kind'], settled: Settled, idle: SignalOutcome | undefined) => void;

type Fact = 'keystroke' | 'cleared' | 'sent' | 'blurred' | 'hidden' | 'stopped' | 'closed';

/**
 * Tells the other side that this participant types, from facts alone: call the methods when things happen, as often as
 * they happen; what is sent, and when, is decided here. Make one per participant and conversation.
 *
 * ```ts
 * const typing = new Typing({ channel: GUEST_CHANNEL, send: ({ durationMs }) => post('/typing', { durationMs }) });
 * field.addEventListener('input', (event) => {
 *   const kind = keystrokeKindOf(event.inputType, event.data);
 *   if (kind) field.value === '' ? typing.cleared() : typing.keystroke(kind);
 * });
 * ```
 *
 * The first key is signalled at once, then one frame per gap while keys come; no timer runs while nobody types. No method
 * throws or waits; `explain()` and `onSettled` tell what became of every signal and why.
 */
export class Typing {
  readonly #composing = new Composing();
  readonly #emitter: TypingEmitter;
  readonly #options: TypingOptions;
  readonly #clock: Clock;
  #cancelPoll: (() => void) | undefined;
  /** The frame that left last, which can be on its way. */
  #sending: AbortController | undefined;
  #closed = false;
  /** What became of the newest fact, unless a frame is out for it; `suppressed:stale` for ever once closed. */
  #idle: SignalOutcome | undefined;
  #heard: Heard | undefined;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#clock = options.ports?.clock ?? systemClock;
    this.#emitter = new TypingEmitter({ ...options, composing: this.#composing });
  }

  /** The draft changed by the participant's hand. `kind` comes from `keystrokeKindOf`; default `letter`. */
  keystroke(kind?: KeystrokeKind): void {
    this.#fact('keystroke', kind);
  }

  /** The draft became empty. */
  cleared(): void {
    this.#fact('cleared');
  }

  /** The message went. `GuestSession.send` and `AgentConversation.send` report it by themselves. */
  sent(): void {
    this.#fact('sent');
  }

  /** The field lost the focus. */
  blurred(): void {
    this.#fact('blurred');
  }

  /** The page was hidden. */
  hidden(): void {
    this.#fact('hidden');
  }

  /** The participant stopped, for a reason of the application's. */
  stop(): void {
    this.#fact('stopped');
  }

  /** The conversation is over for this participant: an Off goes out where the channel has one, and later facts are ignored. */
  close(): void {
    this.#fact('closed');
    this.#closed = true;
    this.#idle = 'suppressed:stale';
    this.#cancelPoll?.();
  }

  /** The latest signals, suppressed or sent, oldest first, with the reason of each: at most `EXPLAIN_MAX` lines. */
  explain(): readonly TimelineEntry[] {
    return this.#emitter.explain();
  }

  /** For `declareTyping`; not for applications. Reports a fact, and hears from now on how each frame ends. */
  [REPORT](report: (composing: Composing, clock: Clock) => void, heard: Heard): SignalOutcome | undefined {
    this.#heard = heard;
    report(this.#composing, this.#clock);
    this.#poll();
    return this.#idle;
  }

  #fact(name: Fact, kind?: KeystrokeKind): void {
    this.#composing[name](this.#clock.now(), kind);
    this.#poll();
  }

  #poll(): void {
    if (this.#closed) return;
    const now = this.#clock.now();
    const { intents, withdrawn, nextPollAtMs, idle } = this.#emitter.poll(now);
    this.#idle = idle;
    this.#cancelPoll?.();
    this.#cancelPoll = nextPollAtMs < Infinity ? this.#clock.after(nextPollAtMs - now, () => this.#poll()) : undefined;
    for (const intent of withdrawn) {
      if (this.#options.arbiter?.withdraw(intent)) {
        this.#settle(intent, { outcome: 'suppressed:stale', reason: 'It ended.' });
      } else this.#sending?.abort();
    }
    for (const intent of intents) this.#offer(intent);
  }

  #offer(intent: TypingIntent): void {
    const { blocked, arbiter } = this.#options;
    const decided = (outcome?: SignalOutcome) => {
      if (outcome) this.#settle(intent, { outcome, reason: 'The limits are full.' });
      else void this.#send(intent);
    };
    const ended = blocked?.();
    if (ended) this.#settle(intent, ended);
    else if (arbiter) arbiter.offer(intent, decided);
    else decided();
  }

  async #send(intent: TypingIntent): Promise<void> {
    const { kind, durationMs, expiresAtMs } = intent;
    const controller = new AbortController();
    const { signal } = controller;
    this.#sending = controller;
    const cancelTimer = this.#clock.after(expiresAtMs - this.#clock.now(), () => controller.abort());
    let settled: Settled;
    try {
      const answer = await this.#options.send({ kind, durationMs }, { signal });
      settled = answer ?? { outcome: 'sent', reason: 'It left.' };
    } catch (thrown) {
      const error = BackchannelError.from(thrown, 'typing.send');
      settled = { outcome: signal.aborted ? 'aborted' : 'refused', reason: error.message, error };
    }
    cancelTimer();
    // Nothing is kept of a frame that has ended: a server has thousands of these.
    if (this.#sending === controller) this.#sending = undefined;
    this.#settle(intent, settled);
  }

  #settle({ id, kind, durationMs }: TypingIntent, settled: Settled): void {
    this.#emitter.settled(id, settled.outcome, this.#clock.now());
    this.#options.onSettled?.({ kind, durationMs }, settled);
    this.#poll();
    this.#heard?.(kind, settled, this.#idle);
  }
}
