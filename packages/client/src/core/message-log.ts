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
  /** `sending` until the platform has it; `failed` when it does not, as far as can be known. */
  readonly status: 'sending' | 'sent' | 'failed';
  /** The writer's name, where the platform tells it. */
  readonly name?: string | undefined;
  /** Ties a message of our own to its copy; stable from the call of `send`, so a good key for lists. */
  readonly tracingId?: string | undefined;
  /** Why it failed. */
  readonly reason?: string | undefined;
}

/** A message that the platform has shown, with every name that it may come back under. */
export interface KnownMessage extends Omit<ChatMessage, 'status'> {
  readonly keys: readonly string[];
}

interface Entry {
  message: ChatMessage;
  /** It left, and nobody knows what became of it: history may show that it arrived. */
  open: boolean;
  /** Epoch milliseconds that order it. */
  sortMs: number;
  readonly arrival: number;
}

/**
 * The messages of one conversation, each once, ordered by the platform's time and then by arrival: live frames come out of
 * order (third-party, GUEST-UNORDERED), twice, and again from history.
 *
 * A message of our own is in the log from the moment of `send`. Until the platform gives it a time it stands behind all
 * that was known by then, and it is recognised when it comes back: by tracingId, else, from history and after a lost
 * answer, as a message unknown so far with the same writer and text. The oldest of equal texts is taken first, so two
 * equal messages are never taken for one.
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
    const newestMs = this.#entries.at(-1)?.sortMs ?? -Infinity;
    const pending = { ...message, status: 'sending', tracingId: message.id } as const;
    this.#insert({ message: pending, open: false, sortMs: newestMs, arrival: this.#arrivals++ }, [message.id]);
  }

  /** It leaves now; from here on it may come back. */
  leaving(tracingId: string): void {
    const entry = this.#byKey.get(tracingId);
    if (entry) entry.open = true;
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
  add({ keys, ...known }: KnownMessage, { claim }: { readonly claim: boolean }): 'new' | 'known' | 'own' {
    if (keys.some((key) => this.#byKey.has(key))) return 'known';
    const message: ChatMessage = { ...known, status: 'sent' };
    const sortMs = Date.parse(known.time);
    const own = this.#own(message, claim);
    if (own) {
      this.#entries.splice(this.#entries.indexOf(own), 1);
      own.message = { ...own.message, ...message, tracingId: own.message.tracingId, reason: undefined };
      own.open = false;
      own.sortMs = sortMs;
      this.#insert(own, keys);
      return 'own';
    }
    this.#insert({ message, open: false, sortMs, arrival: this.#arrivals++ }, keys);
    return 'new';
  }

  clear(): void {
    this.#entries.length = 0;
    this.#byKey.clear();
    this.#messages = undefined;
  }

  #own({ tracingId, from, text }: ChatMessage, claim: boolean): Entry | undefined {
    const traced = tracingId === undefined ? undefined : this.#byKey.get(tracingId);
    if (traced || !claim) return traced;
    return this.#entries.find(({ open, message }) => open && message.from === from && message.text === text);
  }

  #insert(entry: Entry, keys: readonly string[]): void {
    // A time that cannot be read orders like the newest: arrival then decides.
    if (Number.isNaN(entry.sortMs)) entry.sortMs = this.#entries.at(-1)?.sortMs ?? -Infinity;
    let index = this.#entries.length;
    for (let before = this.#entries[index - 1]; before && isAfter(before, entry); before = this.#entries[index - 1])
      index--;
    this.#entries.splice(index, 0, entry);
    for (const key of keys) this.#byKey.set(key, entry);
    if (this.#entries.length > MESSAGES_MAX) {
      const dropped = this.#entries.shift();
      for (const [key, each] of this.#byKey) if (each === dropped) this.#byKey.delete(key);
    }
    this.#messages = undefined;
  }
}

const isAfter = (a: Entry, b: Entry): boolean =>
  a.sortMs > b.sortMs || (a.sortMs === b.sortMs && a.arrival > b.arrival);
