import {
  agentMessagePath,
  bulkMessagesPath,
  type MessageData,
  parseMessageData,
  parseMessageListing,
} from '@backchannel/protocol';
import type { Notice } from '../notice.ts';
import type { Clock } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { PlatformApi } from './platform-api.ts';

/** The most references that are remembered as read; the oldest are forgotten first. */
export const REFERENCES_MAX = 5_000;

/** After a message could not be read, the next attempt. */
const READ_RETRY_MS = 5_000;

/** The most attempts in a row; then the next change of the conversation begins anew. */
const READ_ATTEMPTS_MAX = 4;

/**
 * The most that are read in one request. The platform takes 1,000 ids (documented, LIMIT-BULK); a hundred texts of the longest
 * sort stay within the longest answer that is read.
 */
export const BULK_MAX = 100;

export interface MessageReaderOptions {
  readonly conversationId: string;
  readonly api: PlatformApi;
  readonly clock: Clock;
  /** Ends with the session; absent: it has ended. */
  readonly life: () => AbortSignal | undefined;
  readonly read: (message: MessageData) => void;
  readonly notice: (notice: Notice) => void;
}

/**
 * Fetches the messages of one conversation by their references, for events carry no text (documented, CONVERSATION-LEGS):
 * each once, in the order of the references, many in one request where many are missing (documented, MESSAGE-BULK). It
 * remembers what it has read, because every event refers to everything again, and some of it (a guest's Join) has no text that
 * would show up anywhere.
 *
 * What a request for many leaves out or refuses is asked for one by one: that it leaves out what does not exist is assumed
 * (MESSAGE-BULK-UNKNOWN), and a message must not be lost on an assumption.
 */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  readonly #known = new Set<string>();
  readonly #missing = new Map<string, 'other' | 'read'>();
  /** A request for many did not bring these. */
  readonly #alone = new Set<string>();
  #running = false;
  #attempts = 0;
  #cancelRetry: (() => void) | undefined;

  constructor(options: MessageReaderOptions) {
    this.#options = options;
  }

  /** These need not be read: they are known otherwise, or too old to be of interest. */
  skip(ids: readonly string[]): void {
    for (const id of ids) {
      this.#known.add(id);
      this.#missing.delete(id);
      this.#alone.delete(id);
    }
    for (const id of this.#known) {
      if (this.#known.size <= REFERENCES_MAX) break;
      this.#known.delete(id);
    }
  }

  /** Reads those that are not known; old ones (`read`) after all else. Returns which are referred to for the first time. */
  refer(ids: readonly string[], as: 'other' | 'read' = 'other'): readonly string[] {
    const news = ids.filter((id) => !this.#known.has(id) && !this.#missing.has(id));
    for (const id of news) this.#missing.set(id, as);
    this.#attempts = 0;
    void this.#run();
    return news;
  }

  /** Forgets the next attempt. */
  close(): void {
    this.#cancelRetry?.();
  }

  /** What is live goes before what is old, and as many at once as one request may ask for. */
  #next(): { readonly ids: readonly string[]; readonly as: 'other' | 'read' } | undefined {
    const missing = [...this.#missing];
    const as = missing.some(([, kind]) => kind === 'other') ? 'other' : 'read';
    const ids = missing.filter(([, kind]) => kind === as).map(([id]) => id);
    const [first] = ids;
    if (first === undefined) return undefined;
    const together = ids.slice(0, BULK_MAX).filter((id) => !this.#alone.has(id));
    return { ids: this.#alone.has(first) ? [first] : together, as };
  }

  async #run(): Promise<void> {
    this.#cancelRetry?.();
    if (this.#running) return;
    this.#running = true;
    const { clock, life, read, notice } = this.#options;
    for (let next = this.#next(); next; next = this.#next()) {
      const { ids, as } = next;
      const signal = life();
      if (!signal) break;
      const { value, reason, error } = await this.#fetch(ids, as, signal);
      // What was missing still is: the next reference to it, after the next connect, reads it.
      if (signal.aborted) break;
      for (const message of value ?? []) read(message);
      this.skip(value?.map(({ id }) => id) ?? []);
      const status = error?.platform?.status ?? 0;
      const refused = status >= 400 && status < 500 && status !== 401 && status !== 429;
      if (ids.length > 1 && (value || refused)) {
        for (const id of ids) if (this.#missing.has(id)) this.#alone.add(id);
        this.#attempts = 0;
        continue;
      }
      if (!value) notice({ code: 'message.unread', text: `A message could not be read: ${reason}`, error });
      // Gone for good is as good as read.
      if (value || status === 404) {
        this.skip(ids);
        this.#attempts = 0;
        continue;
      }
      this.#attempts += 1;
      if (this.#attempts < READ_ATTEMPTS_MAX) this.#cancelRetry = clock.after(READ_RETRY_MS, () => void this.#run());
      break;
    }
    this.#running = false;
  }

  /** These messages as far as the platform has them, in this order. */
  async #fetch(
    ids: readonly string[],
    as: 'other' | 'read',
    signal: AbortSignal,
  ): Promise<Settled<readonly MessageData[]>> {
    const { api, conversationId } = this.#options;
    const [id = '', ...more] = ids;
    if (more.length === 0) {
      const path = agentMessagePath(conversationId, id);
      const { value, ...settled } = await api.request({ method: 'GET', path, guard: parseMessageData, as, signal });
      return value ? { ...settled, value: [value] } : settled;
    }
    const path = bulkMessagesPath(conversationId);
    const { value, ...settled } = await api.request({
      method: 'POST',
      path,
      body: ids,
      guard: parseMessageListing,
      as,
      signal,
    });
    if (!value) return settled;
    // The order of the answer is in no source.
    const byId = new Map(value.map((message) => [message.id, message]));
    return { ...settled, value: ids.flatMap((each) => byId.get(each) ?? []) };
  }
}
