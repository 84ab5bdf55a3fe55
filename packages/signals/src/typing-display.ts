/** How long typing is shown when the sender declared nothing, or nothing usable: what the official clients do. */
export const SHOWN_DEFAULT_MS = 5_000;

/** The longest that one typing fact is shown, whatever it declares: a hostile or broken duration makes no ghost. */
export const MAX_SHOWN_MS = 30_000;

/** For this long after a sender's message, that sender's typing counts as overtaken by it. */
export const LATE_GUARD_MS = 300;

/** The most senders that are remembered at a time. */
export const SENDERS_MAX = 64;

/** Somebody typed. `atMs` is the local moment of arrival, never the sender's time. */
export type TypingFact = {
  readonly sender: string;
  readonly atMs: number;
  /** As declared. Absent, zero, negative or not a number: {@link SHOWN_DEFAULT_MS}. At most {@link MAX_SHOWN_MS}. */
  readonly durationMs?: number | undefined;
  /** The sender's order, if the channel has one: grows with every fact of that sender, messages included. */
  readonly sequence?: number | undefined;
};

/** Somebody stopped typing, or their message arrived. */
export type SenderFact = {
  readonly sender: string;
  readonly atMs: number;
  readonly sequence?: number | undefined;
};

/** Who is shown as typing, and until when that holds. */
export type TypingShown = {
  /** Senders, in the order in which they began. */
  readonly typing: readonly string[];
  /** When the answer changes if no fact comes before; `Infinity` when it doesn't. */
  readonly nextChangeAtMs: number;
};

/** Options of a `TypingDisplay`. */
export type TypingDisplayOptions = {
  /** The viewer's own sender ids: their typing, from whichever device, is not shown to them. */
  readonly self?: readonly string[] | undefined;
};

type Sender = {
  sinceMs: number;
  /** The newest typing. An older one that arrives behind it must not cut it short. */
  newestMs: number;
  untilMs: number;
  /** Typing from before this moment is late … */
  guardedUntilMs: number;
  /** … unless the guard has a sequence, and the typing a higher one. */
  guardSequenced: boolean;
  /** The highest sequence seen. */
  sequence: number;
};

function raise(sender: Sender, sequence: number | undefined): void {
  if (sequence !== undefined && sequence > sender.sequence && sequence < Infinity) sender.sequence = sequence;
}

/**
 * Who is shown as typing to one viewer of one conversation.
 *
 * ```
 *   A types (6 s)      A renews (6 s)         A's message   late typing of A
 *   |==================|======================|. . . . . . .x ignored (300 ms, or an older sequence)
 *
 *   B types (says nothing)
 *   |============= 5 s =============|
 * ```
 *
 * - Each sender has one expiry: newest typing + its duration. It is replaced, not added to.
 * - A sender's message, stop or leaving clears that sender and nobody else; `disconnected` clears all, because nobody is
 *   there to hear a stop any more.
 * - A typing fact is late, and ignored, when its sequence is not above the sender's newest, or, without a sequence,
 *   when it arrives within {@link LATE_GUARD_MS} of the sender's message or leaving. One from before the last disconnect
 *   is never shown.
 * - Out of order, hiding wins: a message clears typing even if its own moment is older. A fact whose moment is not finite
 *   is ignored; one from the future is not shown before its moment.
 * - The answer is a function of the facts and of the moment that is asked about; a driver that asks at `nextChangeAtMs`,
 *   give or take 250 ms of timer, keeps the promise "no ghost".
 * - At most {@link SENDERS_MAX} senders. Beyond, whoever is neither shown nor guarded is forgotten; if there is nobody,
 *   the newcomer is not shown and `overflowed` counts it.
 */
export class TypingDisplay {
  readonly #self: ReadonlySet<string>;
  readonly #senders = new Map<string, Sender>();
  #disconnectedMs = -Infinity;
  #overflowed = 0;

  constructor({ self = [] }: TypingDisplayOptions = {}) {
    this.#self = new Set(self);
  }

  /** Somebody types, for so long unless they say it again. */
  typing({ sender: id, atMs, durationMs, sequence }: TypingFact): void {
    if (this.#self.has(id) || !Number.isFinite(atMs) || atMs < this.#disconnectedMs) return;
    const sender = this.#senderOf(id, atMs);
    if (!sender || atMs < sender.newestMs) return;
    const sequenced = Number.isFinite(sequence);
    if (sequenced && Number(sequence) <= sender.sequence) return;
    if (atMs < sender.guardedUntilMs && !(sequenced && sender.guardSequenced)) return;
    raise(sender, sequence);
    if (atMs >= sender.untilMs) sender.sinceMs = atMs;
    sender.newestMs = atMs;
    const shownMs = durationMs !== undefined && durationMs > 0 ? durationMs : SHOWN_DEFAULT_MS;
    sender.untilMs = atMs + Math.min(shownMs, MAX_SHOWN_MS);
  }

  /** Somebody stopped. */
  stopped(fact: SenderFact): void {
    this.#hide(fact, 0);
  }

  /** Somebody’s message came: it is the end of their typing. */
  message(fact: SenderFact): void {
    this.#hide(fact, LATE_GUARD_MS);
  }

  /** Somebody left. */
  left(sender: string, atMs: number): void {
    this.#hide({ sender, atMs }, LATE_GUARD_MS);
  }

  /** Nobody is heard any more. */
  disconnected(atMs: number): void {
    for (const sender of this.#senders.values()) sender.untilMs = -Infinity;
    if (atMs > this.#disconnectedMs && atMs < Infinity) this.#disconnectedMs = atMs;
  }

  /** Who is shown as typing at a moment, and when that changes next. */
  at(nowMs: number): TypingShown {
    let nextChangeAtMs = Infinity;
    const shown: [string, Sender][] = [];
    for (const entry of this.#senders) {
      const { sinceMs, untilMs } = entry[1];
      if (nowMs >= untilMs) continue;
      if (nowMs >= sinceMs) shown.push(entry);
      nextChangeAtMs = Math.min(nextChangeAtMs, nowMs >= sinceMs ? untilMs : sinceMs);
    }
    shown.sort(([, a], [, b]) => a.sinceMs - b.sinceMs);
    return { typing: shown.map(([id]) => id), nextChangeAtMs };
  }

  /** How many facts found no room among {@link SENDERS_MAX} senders. */
  get overflowed(): number {
    return this.#overflowed;
  }

  #hide({ sender: id, atMs, sequence }: SenderFact, guardMs: number): void {
    const sender = this.#senderOf(id, atMs);
    if (!sender) return;
    sender.untilMs = -Infinity;
    if (Number.isFinite(atMs)) sender.guardedUntilMs = Math.max(sender.guardedUntilMs, atMs + guardMs);
    sender.guardSequenced = Number.isFinite(sequence);
    raise(sender, sequence);
  }

  #senderOf(id: string, atMs: number): Sender | undefined {
    const known = this.#senders.get(id);
    if (known) return known;
    if (this.#senders.size >= SENDERS_MAX) {
      const [idle] =
        [...this.#senders].find(([, { untilMs, guardedUntilMs }]) => Math.max(untilMs, guardedUntilMs) <= atMs) ?? [];
      if (idle === undefined) {
        this.#overflowed++;
        return undefined;
      }
      this.#senders.delete(idle);
    }
    const sender = {
      sinceMs: -Infinity,
      newestMs: -Infinity,
      untilMs: -Infinity,
      guardedUntilMs: -Infinity,
      guardSequenced: false,
      sequence: -Infinity,
    };
    this.#senders.set(id, sender);
    return sender;
  }
}
