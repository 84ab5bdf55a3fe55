import type { FastifyReply } from 'fastify';
import { BOUNDS } from '../bounds.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalEntry } from '../journal/journal-entry.ts';
import { type JournalQuery, select } from '../journal/journal-query.ts';

const SLOW_READER = {
  direction: 'out',
  surface: 'emulator',
  kind: 'slow reader',
  size: 0,
  note: `A live reader of the journal does not read: more than ${BOUNDS.unreadBytes} bytes wait for it. It is cut off.`,
} as const;

/** Live readers of the journal, by server-sent events: first what is there, then each entry as it is written. */
export class JournalStreams {
  readonly #journal: Journal;
  readonly #open = new Set<() => void>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get full(): boolean {
    return this.#open.size >= BOUNDS.journalStreams;
  }

  /** Only entries that fit the query; `limit` ends nothing here. */
  open(reply: FastifyReply, { limit: _limit, ...query }: JournalQuery): void {
    const { raw } = reply;
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    raw.flushHeaders();
    const unsubscribe = this.#journal.subscribe((entry) => {
      for (const fitting of select([entry], query)) write(fitting);
    });
    const end = (): void => {
      unsubscribe();
      this.#open.delete(end);
      raw.end();
    };
    const write = (entry: JournalEntry): void => {
      raw.write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`);
      if (raw.writableLength <= BOUNDS.unreadBytes) return;
      // A reader that does not read is cut off; it comes back with Last-Event-ID and reads on from the ring.
      end();
      raw.destroy();
      // Afterwards, so that the other readers see this entry and the note in their order.
      queueMicrotask(() => this.#journal.record(SLOW_READER));
    };
    this.#open.add(end);
    raw.on('close', end);
    for (const entry of this.#journal.entries(query)) write(entry);
  }

  close(): void {
    for (const end of this.#open) end();
  }
}
