import { BOUNDS } from '../bounds.ts';
import type { Timeline } from '../timeline.ts';
import type { JournalEntry } from './journal-entry.ts';
import { type JournalQuery, select } from './journal-query.ts';
import { redactText, redactValue } from './redact.ts';
import { misspeltNote, unreadFields } from './unread.ts';

/** What is recorded. `text` stays as it came until somebody reads the entry: parsing and hiding cost more than the frame itself. */
export interface JournalRecord extends Omit<JournalEntry, 'seq' | 'atMs' | 'time' | 'payload'> {
  readonly text?: string | undefined;
  /** What reads the text, to find out afterwards which of its fields it leaves unread. */
  readonly reader?: ((value: unknown) => unknown) | undefined;
}

interface Row extends JournalRecord {
  readonly seq: number;
  readonly atMs: number;
}

/**
 * The record of the wire: a ring of the last entries, readable afterwards and live. It is written with every frame, so writing
 * is one object; secrets are hidden when an entry is read, and before anything is cut.
 */
export class Journal {
  readonly #timeline: Timeline;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #rows: Row[] = [];
  #seq = 0;
  /** `seq` before the first row: the ring begins there. */
  #base = 0;
  #dropped = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Entries that the ring had to give up since the start or the last `clear`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Writes one entry, and tells it to every live reader. */
  record(given: JournalRecord): void {
    this.#seq += 1;
    // Field by field: every row then has one shape, which is cheaper to make and to keep than a spread.
    const row: Row = {
      seq: this.#seq,
      atMs: this.#timeline.nowMs(),
      direction: given.direction,
      surface: given.surface,
      kind: given.kind,
      size: given.size,
      conversationId: given.conversationId,
      status: given.status,
      note: given.note,
      unread: given.unread,
      fault: given.fault,
      text: bounded(given.text),
      reader: given.reader,
    };
    if (this.#rows.length < BOUNDS.journalEntries) {
      this.#rows.push(row);
    } else {
      this.#rows[(this.#seq - this.#base - 1) % BOUNDS.journalEntries] = row;
      this.#dropped += 1;
    }
    if (this.#listeners.size === 0) return;
    const entry = this.#entryOf(row);
    for (const listener of this.#listeners) tell(listener, entry);
  }

  /** The entries that fit the query, oldest first; without one, all that the ring has. */
  entries(query: JournalQuery = {}): JournalEntry[] {
    const { after = 0 } = query;
    const rows = this.#rows.filter((row) => row.seq > after).sort((left, right) => left.seq - right.seq);
    return [...select(this.#entriesOf(rows), query)];
  }

  /** The same as lines of JSON, to keep in a file. */
  export(query: JournalQuery = {}): string {
    return this.entries(query)
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');
  }

  /**
   * Every entry from now on, as it is written. The returned function ends it. What the listener throws breaks nothing here: it
   * is thrown again by itself, where the runtime reports it as uncaught.
   */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets every entry. Sequence numbers go on. */
  clear(): void {
    this.#rows = [];
    this.#base = this.#seq;
    this.#dropped = 0;
  }

  *#entriesOf(rows: Iterable<Row>): Generator<JournalEntry> {
    for (const row of rows) yield this.#entryOf(row);
  }

  #entryOf({ text, reader, seq, atMs, ...row }: Row): JournalEntry {
    const entry = { seq, atMs, time: this.#timeline.iso(atMs), ...row };
    if (text === undefined || text === '') return entry;
    const payload = payloadOf(text);
    const unread = reader === undefined ? [] : unreadFields(payload, reader);
    if (unread.length === 0) return { ...entry, payload };
    const note = [entry.note, misspeltNote(unread)].filter((each) => each !== undefined).join(' ');
    return { ...entry, ...(note === '' ? {} : { note }), unread, payload };
  }
}

/** Journal entries are written in the middle of everything: a request, a frame, a move of the clock. */
function tell(listener: (entry: JournalEntry) => void, entry: JournalEntry): void {
  try {
    listener(entry);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function payloadOf(text: string): unknown {
  try {
    return redactValue(JSON.parse(text));
  } catch {
    return redactText(text);
  }
}

/** Secrets are hidden before the cut: behind it they would no longer be recognised. The copy lets the long original go. */
function bounded(text: string | undefined): string | undefined {
  if (text === undefined || text.length <= BOUNDS.journalPayloadCharacters) return text;
  const shown = redactText(text).slice(0, BOUNDS.journalPayloadCharacters);
  return `${Buffer.from(shown).toString()}… (${text.length} characters in all)`;
}
