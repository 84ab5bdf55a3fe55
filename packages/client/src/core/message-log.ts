import type { StructuredMessage } from '@backchannel/protocol';

/** The most messages that a conversation keeps; the oldest go first. */
export const MESSAGES_MAX = 1_000;

/** A message as it is shown. */
export interface ChatMessage {
  /** Key of the platform's (documented and third-party, GUEST-MESSAGE-KEY); until it is known, an id of our own. */
  readonly id: string;
  readonly from: 'guest' | 'agent' | 'bot';
  readonly text: string;
  /** ISO 8601: the platform's time, or the local one until that is known. */
  readonly time: string;
  /**
   * `sending` until the platform has it; `failed` when it does not, as far as can be known; `queued` while it waits for a
   * connection, where that was asked for.
   */
  readonly status: 'queued' | 'sending' | 'sent' | 'failed';
  /** What it carries beside the text, unread: quick replies, cards, files; `contentOf` of `guest/more` reads it. */
  readonly content?: StructuredMessage['content'] | undefined;
  /** The writer's name, where the platform tells it. */
  readonly name?: string | undefined;
  /** Ties a message of our own to its copy; stable from the call of `send`, so a good key for lists. */
  readonly tracingId?: string | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
  /** Every id that the platform has for it, once it is known: a guest and an agent may see one message under different ones. */
  readonly keys?: readonly string[] | undefined;
}

/** A message that the platform has shown, with every name that it may come back under. */
export interface KnownMessage extends Omit<ChatMessage, 'status'> {
  readonly keys: readonly string[];
}

interface Entry {
  message: ChatMessage;
  keys: readonly string[];
  /** It left, and nobody knows what became of it: a text without a tracingId may show that it arrived. */
  open: boolean;
  /** The newest time of the platform's that was known when it left: what is older can't be its copy. */
  leftAfterMs: number;
  /** Epoch milliseconds that order it. */
  sortMs: number;
  /** Without a time of the platform's it stands behind those of the same millisecond, in the order of arrival. */
  timed: boolean;
  readonly arrival: number;
}

/**
 * The messages of one conversation, each once, ordered by the platform's time and, within a millisecond, by key, so that
 * every reader sees one order: live frames come out of order (third-party, GUEST-UNORDERED), twice, and again from history.
 *
 * A message of our own is in the log from the moment of `send`. Until the platform gives it a time it stands behind all
 * that was known by then, and it is recognised when it comes back: by tracingId, else, after a lost answer, as a message
 * unknown so far with the same writer and text that is no older than what was known when it left. The oldest of equal
 * texts is taken first, so two equal messages are never taken for one. A tracingId is certain and a text is not: when
 * the two disagree, the tracingId wins and what was claimed wrongly stands for itself again.
 */
export class MessageLog {
  readonly #entries: Entry[] = [];
  readonly #byKey = new Map<string, Entry>();
  #arrivals = 0;
  #messages: readonly ChatMessage[] | undefined;

  /** Oldest first; the same list until something changed. */
  get messages(): readonly ChatMessage[] {
    this.#messages ??= this.#entries.map(({ message }) => message);
    return this.#messages;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get(key: string): ChatMessage | undefined {
    return this.#byKey.get(key)?.message;
  }

  /** A message of our own that is about to leave. Its id is the tracingId. */
  begin(message: Omit<ChatMessage, 'status'>): void {
    const pending = { ...message, status: 'sending', tracingId: message.id } as const;
    this.#insert({ ...this.#entry(pending, [message.id], this.#newestMs), timed: false });
  }

  /** It leaves now. `claimable`: from here on a text without a tracingId may be its copy; else after `unanswered`. */
  leaving(tracingId: string, { claimable = true } = {}): void {
    const entry = this.#byKey.get(tracingId);
    if (!entry) return;
    entry.open = claimable;
    entry.leftAfterMs = this.#newestMs;
  }

  /** Its copy did not come in time, or can't come any more. */
  unanswered(tracingId: string): void {
    const entry = this.#byKey.get(tracingId);
    if (entry) entry.open = true;
  }

  /** It waits for a connection, or waits no more. */
  mark(tracingId: string, status: 'queued' | 'sending'): void {
    const entry = this.#byKey.get(tracingId);
    if (!entry) return;
    entry.message = { ...entry.message, status };
    this.#messages = undefined;
  }

  /** It is taken for failed. `final`: the platform refused it, so that it can't come back; else it still may. */
  fail(tracingId: string, reason: string, { final = false } = {}): void {
    const entry = this.#byKey.get(tracingId);
    if (entry?.message.status !== 'sending') return;
    entry.open &&= !final;
    entry.message = { ...entry.message, status: 'failed', reason };
    this.#messages = undefined;
  }

  /**
   * A message that the platform has: `known` already, `own` (one of ours that came back), or `new`. `claim`: it may be one
   * of ours although no tracingId says so.
   */
  add(known: KnownMessage, { claim }: { readonly claim: boolean }): 'new' | 'known' | 'own' {
    const { keys } = known;
    const traced = this.#byKey.get(known.tracingId ?? '');
    const twin = keys.map((key) => this.#byKey.get(key)).find(Boolean);
    if (twin && (!traced || twin === traced)) return 'known';
    const message: ChatMessage = { ...known, status: 'sent' };
    const entry = this.#entry(message, keys, Date.parse(known.time));
    const own = traced ?? (claim ? this.#claimed(entry) : undefined);
    if (!own) {
      this.#insert(entry);
      return 'new';
    }
    this.#remove(own);
    const { tracingId } = own.message;
    // A text had been taken for this one; the tracingId says that it was another.
    if (own.message.status === 'sent') {
      own.message = { ...own.message, tracingId: undefined };
      own.keys = own.keys.filter((key) => key !== tracingId);
      this.#insert(own);
    }
    // It had come without its tracingId, and had been taken for somebody else's.
    if (twin) this.#remove(twin);
    entry.message = { ...message, tracingId, reason: undefined };
    entry.keys = [tracingId ?? '', ...keys];
    this.#insert(entry);
    return twin ? 'known' : 'own';
  }

  /** Forgets what the platform had: the conversation is another. What of our own it has not got stays, for the writer. */
  clear(): void {
    for (const entry of [...this.#entries]) {
      if (entry.message.status === 'sent') this.#remove(entry);
      entry.open = false;
    }
    this.#messages = undefined;
  }

  /** Tells what is known now, whatever comes later. */
  knowing(): (key: string) => boolean {
    const keys = new Set(this.#byKey.keys());
    return (key) => keys.has(key);
  }

  /** The newest time of the platform's. */
  get #newestMs(): number {
    return this.#entries.at(-1)?.sortMs ?? -Infinity;
  }

  #entry(message: ChatMessage, keys: readonly string[], sortMs: number): Entry {
    // A time that cannot be read orders like the newest: arrival then decides.
    const timed = !Number.isNaN(sortMs);
    const orderMs = timed ? sortMs : this.#newestMs;
    return { message, keys, open: false, leftAfterMs: Infinity, sortMs: orderMs, timed, arrival: this.#arrivals++ };
  }

  #claimed({ message: { from, text }, sortMs, timed }: Entry): Entry | undefined {
    return this.#entries.find(
      ({ open, leftAfterMs, message }) =>
        open && timed && sortMs >= leftAfterMs && message.from === from && message.text === text,
    );
  }

  #remove(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    for (const key of entry.keys) this.#byKey.delete(key);
  }

  #insert(entry: Entry): void {
    let index = this.#entries.length;
    for (let before = this.#entries[index - 1]; before && isAfter(before, entry); before = this.#entries[index - 1])
      index--;
    this.#entries.splice(index, 0, entry);
    for (const key of entry.keys) this.#byKey.set(key, entry);
    const [oldest] = this.#entries;
    if (oldest && this.#entries.length > MESSAGES_MAX) this.#remove(oldest);
    this.#messages = undefined;
  }
}

function isAfter(a: Entry, b: Entry): boolean {
  if (a.sortMs !== b.sortMs) return a.sortMs > b.sortMs;
  if (a.timed && b.timed) return a.message.id > b.message.id;
  return a.timed === b.timed ? a.arrival > b.arrival : b.timed;
}
