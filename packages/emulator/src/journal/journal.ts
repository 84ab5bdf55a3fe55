import { BOUNDS } from '../bounds.ts';
import type { Timeline } from '../timeline.ts';
import { redactText, redactValue } from './redact.ts';

export type Direction = 'in' | 'out';
export type JournalSurface = 'guest' | 'rest' | 'oauth' | 'notifications' | 'config' | 'emulator';

/** One thing that went over the wire, or that the emulator has to say about it. */
export interface JournalEntry {
  /** Counts from 1 and never goes back, not even with `reset`. */
  readonly seq: number;
  /** Milliseconds since the emulator started. */
  readonly atMs: number;
  /** ISO 8601. */
  readonly time: string;
  /** Seen from the emulator. */
  readonly direction: Direction;
  readonly surface: JournalSurface;
  /** What it is, in a word: `configureSession`, `typing`, `POST …/typing`, `SessionResponse`, `heartbeat`. */
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
  readonly conversationId?: string | undefined;
  /** HTTP status or in-band code of an answer. */
  readonly status?: number | undefined;
  /** Why something was dropped or refused, and what would work. */
  readonly note?: string | undefined;
  /** The JSON value without its secrets; a cut or broken one as text. */
  readonly payload?: unknown;
}

/** What is recorded. `text` stays as it came until somebody reads the entry: parsing and hiding cost more than the frame itself. */
export interface JournalRecord extends Omit<JournalEntry, 'seq' | 'atMs' | 'time' | 'payload'> {
  readonly text?: string | undefined;
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
      text: bounded(given.text),
    };
    if (this.#rows.length < BOUNDS.journalEntries) {
      this.#rows.push(row);
    } else {
      this.#rows[(this.#seq - this.#base - 1) % BOUNDS.journalEntries] = row;
      this.#dropped += 1;
    }
    if (this.#listeners.size === 0) return;
    const entry = this.#entryOf(row);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Entries with a `seq` above `after`, oldest first, at most `limit`. */
  entries(range: { readonly after?: number | undefined; readonly limit?: number | undefined } = {}): JournalEntry[] {
    const { after = 0, limit = BOUNDS.journalEntries } = range;
    return this.#rows
      .filter((row) => row.seq > after)
      .sort((left, right) => left.seq - right.seq)
      .slice(0, limit)
      .map((row) => this.#entryOf(row));
  }

  /** Every entry from now on, as it is written. The returned function ends it. */
  subscribe(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  clear(): void {
    this.#rows = [];
    this.#base = this.#seq;
    this.#dropped = 0;
  }

  #entryOf({ text, seq, atMs, ...row }: Row): JournalEntry {
    const entry = { seq, atMs, time: this.#timeline.iso(atMs), ...row };
    return text === undefined || text === '' ? entry : { ...entry, payload: payloadOf(text) };
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
