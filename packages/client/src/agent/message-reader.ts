import { agentMessagePath, type MessageData, parseMessageData } from '@backchannel/protocol';
import type { Notice } from '../notice.ts';
import type { Clock } from '../ports.ts';
import type { PlatformApi } from './platform-api.ts';

/** The most references that are remembered as read; the oldest are forgotten first. */
export const REFERENCES_MAX = 5_000;

/** After a message could not be read, the next attempt. */
const READ_RETRY_MS = 5_000;

/** The most attempts in a row; then the next change of the conversation begins anew. */
const READ_ATTEMPTS_MAX = 4;

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
 * each once, one after the other, in the order of the references. It remembers what it has read, because every event refers to
 * everything again, and some of it (a guest's Join) has no text that would show up anywhere.
 */
export class MessageReader {
  readonly #options: MessageReaderOptions;
  readonly #known = new Set<string>();
  readonly #missing = new Map<string, 'other' | 'read'>();
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

  /** What is live goes before what is old. */
  #next(): readonly [id: string, as: 'other' | 'read'] | undefined {
    const missing = [...this.#missing];
    return missing.find(([, as]) => as === 'other') ?? missing[0];
  }

  async #run(): Promise<void> {
    this.#cancelRetry?.();
    if (this.#running) return;
    this.#running = true;
    const { api, conversationId, clock, life, read, notice } = this.#options;
    for (let next = this.#next(); next; next = this.#next()) {
      const [id, as] = next;
      const signal = life();
      if (!signal) break;
      const path = agentMessagePath(conversationId, id);
      const request = { method: 'GET', path, guard: parseMessageData, as, signal } as const;
      const { value, reason, error } = await api.request(request);
      // What was missing still is: the next reference to it, after the next connect, reads it.
      if (signal.aborted) break;
      if (value) read(value);
      else notice({ code: 'message.unread', text: `A message could not be read: ${reason}`, error });
      // Gone for good is as good as read.
      if (value || error?.platform?.status === 404) {
        this.skip([id]);
        this.#attempts = 0;
        continue;
      }
      this.#attempts += 1;
      if (this.#attempts < READ_ATTEMPTS_MAX) this.#cancelRetry = clock.after(READ_RETRY_MS, () => void this.#run());
      break;
    }
    this.#running = false;
  }
}
