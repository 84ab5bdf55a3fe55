import type { SignalOutcome } from '@backchannel/signals';
import type { Intervals } from '../intervals.ts';
import type { DisplayQuirks, FactKind, Party, Sender, TypingFrame, Wire } from '../policies/policy.ts';
import type { Conversation } from '../traces/trace.ts';
import type { LabChannel } from './channel.ts';
import { MessageQueue } from './message-queue.ts';
import type { Network } from './network.ts';
import type { Platform } from './platform.ts';
import { type Arrival, shownTo } from './viewer.ts';

export interface LineOptions {
  readonly conversation: Conversation;
  readonly number: number;
  readonly network: Network;
  readonly platform: Platform;
  readonly channel: LabChannel;
  readonly party: Party;
}

/** What happened in one conversation. */
export interface Seen {
  readonly conversation: Conversation;
  readonly shown: Intervals;
  readonly frames: number;
  readonly departuresMs: readonly number[];
  readonly refusals: number;
  readonly messageDelayMs: number;
}

/** One conversation in the world: its facts go to the policy, and what the policy sends goes to the viewer. */
export class Line implements Wire {
  /** When each frame left. */
  readonly departuresMs: number[] = [];
  readonly #options: LineOptions;
  readonly #sender: Sender;
  readonly #messages: MessageQueue;
  readonly #arrivals: Arrival[] = [];
  #facts: readonly { readonly atMs: number; readonly kind: FactKind }[];
  #nextFact = 0;
  #alarmMs = Number.POSITIVE_INFINITY;
  #refusals = 0;
  #dueChanged: (dueMs: number) => void = () => undefined;

  constructor(options: LineOptions) {
    const { conversation, number, network, platform, party } = options;
    this.#options = options;
    this.#facts = conversation.episodes.flatMap(({ keys, end }) => [
      ...keys.map(([atMs, kind]) => ({ atMs, kind })),
      end,
    ]);
    this.#messages = new MessageQueue({
      admit: (nowMs) => {
        const offlineUntilMs = network.senderBackMs(nowMs);
        if (offlineUntilMs !== undefined) return { waitUntilMs: offlineUntilMs, because: 'offline' };
        const admission = party.message?.(nowMs) ?? { granted: true };
        if (!admission.granted) return { waitUntilMs: admission.retryAtMs, because: 'limit' };
        const freeAtMs = platform.request('message', number, nowMs);
        return freeAtMs === undefined ? undefined : { waitUntilMs: freeAtMs, because: 'limit' };
      },
      left: (nowMs) => {
        const atMs = network.arrivalMs('message', nowMs);
        if (atMs !== undefined) this.#arrivals.push({ atMs, kind: 'message', durationMs: undefined });
      },
    });
    this.#sender = party.join(conversation, this);
  }

  /** Tells now, and at every change, when the next {@link step} is due. */
  follow(dueChanged: (dueMs: number) => void): void {
    this.#dueChanged = dueChanged;
    this.#tellDue();
  }

  /** When the writer's last fact happens. */
  get endMs(): number {
    return this.#facts.at(-1)?.atMs ?? 0;
  }

  step(nowMs: number): void {
    const fact = this.#facts[this.#nextFact];
    if (this.#messages.dueMs <= nowMs) this.#messages.flush(nowMs);
    else if (this.#alarmMs <= nowMs) {
      this.#alarmMs = Number.POSITIVE_INFINITY;
      this.#sender.wake(nowMs);
    } else if (fact) {
      this.#nextFact++;
      if (fact.kind === 'send') this.#messages.add(nowMs);
      this.#sender.fact(fact.kind, nowMs);
    }
    this.#tellDue();
  }

  wakeAt(atMs: number): void {
    this.#alarmMs = atMs;
    this.#tellDue();
  }

  send({ kind, durationMs }: TypingFrame, nowMs: number): SignalOutcome {
    const { channel, network, platform, number } = this.#options;
    if (kind === 'off' && !channel.capabilities.hasOff) return 'unsupported';
    if (network.senderBackMs(nowMs) !== undefined) return 'offline';
    if (platform.request('typing', number, nowMs) !== undefined) {
      this.#refusals++;
      return 'refused';
    }
    this.departuresMs.push(nowMs);
    const atMs = network.arrivalMs('frame', nowMs);
    if (atMs !== undefined)
      this.#arrivals.push({ atMs, kind, durationMs: channel.honoursDuration ? durationMs : undefined });
    return 'sent';
  }

  /** What the viewer saw, when everything is over. */
  seen(quirks: DisplayQuirks): Seen {
    return {
      conversation: this.#options.conversation,
      shown: shownTo(this.#arrivals, quirks, this.#options.network),
      frames: this.departuresMs.length,
      departuresMs: this.departuresMs,
      refusals: this.#refusals,
      messageDelayMs: this.#messages.limitDelayMs,
    };
  }

  #tellDue(): void {
    const factMs = this.#facts[this.#nextFact]?.atMs ?? Number.POSITIVE_INFINITY;
    this.#dueChanged(Math.min(factMs, this.#alarmMs, this.#messages.dueMs));
  }
}
