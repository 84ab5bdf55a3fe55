import {
  Arbiter,
  Composing,
  type SignalOffer,
  type SignalOutcome,
  TypingEmitter,
  type TypingIntent,
  type TypingPolicy,
} from '@backchannel/signals';
import type { FactKind, MessageAdmission, Party, Policy, Sender, Setting, Wire } from './policy.ts';
import { NO_QUIRKS } from './policy.ts';

/** What ships: `Composing`, `TypingEmitter` and `Arbiter` as they are, driven as the client drives them. */
export function shippedPolicy(name = 'backchannel', policy?: TypingPolicy): Policy {
  return {
    name,
    source: 'packages/signals, this commit',
    group: 'ours',
    display: NO_QUIRKS,
    start: (setting) => new ShippedParty(setting, policy),
  };
}

/** The same arbiter for the messages, and no signal at all: what messages wait for without us. */
export const SILENT: Policy = {
  name: 'silent',
  source: 'no typing signals',
  group: 'reference',
  display: NO_QUIRKS,
  start: (setting) => {
    const party = new ShippedParty(setting, undefined);
    const nothing = () => undefined;
    return { join: () => ({ fact: nothing, wake: nothing }), message: (nowMs) => party.message(nowMs) };
  },
};

const SHARED = ['shared'];

class ShippedParty implements Party {
  readonly #setting: Setting;
  readonly #policy: TypingPolicy | undefined;
  readonly #arbiter: Arbiter | undefined;
  readonly #senders = new Map<string, ShippedSender>();

  constructor(setting: Setting, policy: TypingPolicy | undefined) {
    this.#setting = setting;
    this.#policy = policy;
    const { shared } = setting;
    if (!shared) return;
    // Where messages count, two thirds are theirs, as in TOKEN_BUDGET.
    const messageReserve = shared.counts === 'all' ? Math.round((shared.perMinute * 2) / 3) : 0;
    this.#arbiter = new Arbiter({
      budgets: [{ id: 'shared', limit: shared.perMinute, windowMs: 60_000, messageReserve }],
    });
  }

  join(conversation: { readonly id: string }, wire: Wire): Sender {
    const sender = new ShippedSender(this.#setting, this.#policy, wire, conversation.id, this.#arbiter, (nowMs) =>
      this.#grant(nowMs),
    );
    this.#senders.set(conversation.id, sender);
    return sender;
  }

  message(nowMs: number): MessageAdmission {
    if (!this.#arbiter || this.#setting.shared?.counts !== 'all') return { granted: true };
    return this.#arbiter.message(SHARED, nowMs);
  }

  /** Wakes when the arbiter wants to be asked again. */
  wake(nowMs: number): void {
    this.#grant(nowMs);
  }

  /** Settles what the arbiter decides. */
  #grant(nowMs: number): void {
    if (!this.#arbiter) return;
    const { granted, suppressed, nextGrantAtMs } = this.#arbiter.grant(nowMs);
    // Before anybody is told, because a decision may lead to the next offer.
    this.#setting.wakeAt(nextGrantAtMs);
    for (const offer of suppressed) this.#senders.get(offer.fairnessKey)?.settle(offer.intent, offer.reason, nowMs);
    for (const offer of granted) this.#senders.get(offer.fairnessKey)?.granted(offer, nowMs);
  }
}

class ShippedSender implements Sender {
  readonly #composing = new Composing();
  readonly #emitter: TypingEmitter;
  readonly #wire: Wire;
  readonly #id: string;
  readonly #arbiter: Arbiter | undefined;
  readonly #grant: (nowMs: number) => void;

  constructor(
    { channel }: Setting,
    policy: TypingPolicy | undefined,
    wire: Wire,
    id: string,
    arbiter: Arbiter | undefined,
    grant: (nowMs: number) => void,
  ) {
    this.#emitter = new TypingEmitter({ composing: this.#composing, channel: channel.capabilities, policy });
    this.#wire = wire;
    this.#id = id;
    this.#arbiter = arbiter;
    this.#grant = grant;
  }

  fact(kind: FactKind, nowMs: number): void {
    if (kind === 'send') this.#composing.sent(nowMs);
    else if (kind === 'clear') this.#composing.cleared(nowMs);
    else if (kind === 'leave') this.#composing.hidden(nowMs);
    else this.#composing.keystroke(nowMs, kind);
    this.#poll(nowMs);
  }

  wake(nowMs: number): void {
    this.#poll(nowMs);
  }

  granted({ intent }: SignalOffer, nowMs: number): void {
    this.settle(intent, this.#send(intent, nowMs), nowMs);
  }

  settle(intent: TypingIntent, outcome: SignalOutcome, nowMs: number): void {
    this.#emitter.settled(intent.id, outcome, nowMs);
    this.#poll(nowMs);
  }

  #poll(nowMs: number): void {
    const { intents, withdrawn, nextPollAtMs } = this.#emitter.poll(nowMs);
    for (const intent of withdrawn)
      if (this.#arbiter?.withdraw(intent)) this.#emitter.settled(intent.id, 'suppressed:stale', nowMs);
    this.#wire.wakeAt(nextPollAtMs);
    for (const intent of intents) this.#offer(intent, nowMs);
  }

  #offer(intent: TypingIntent, nowMs: number): void {
    const arbiter = this.#arbiter;
    const outcome = arbiter
      ? arbiter.offer({ intent, budgets: SHARED, fairnessKey: this.#id }, nowMs)
      : this.#send(intent, nowMs);
    if (outcome) this.settle(intent, outcome, nowMs);
    else this.#grant(nowMs);
  }

  #send({ kind, durationMs }: TypingIntent, nowMs: number): SignalOutcome {
    return this.#wire.send({ kind, durationMs }, nowMs);
  }
}
