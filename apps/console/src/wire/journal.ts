import type { Observable } from '../shared/use-snapshot.ts';
import type { JournalEntry } from './journal-entry.ts';

/** The page keeps this many entries; older ones go, and the page says how many went. */
export const ENTRIES_MAX = 500;

export interface JournalSnapshot {
  readonly state: 'connecting' | 'live' | 'lost';
  readonly entries: readonly JournalEntry[];
  /** How many entries no longer fit. */
  readonly gone: number;
}

/**
 * The emulator's record of the wire, live. The browser reconnects a lost stream by itself and names the last entry it
 * has, so nothing is read twice.
 */
export class Journal implements Observable<JournalSnapshot> {
  readonly #listeners = new Set<() => void>();
  #snapshot: JournalSnapshot = { state: 'connecting', entries: [], gone: 0 };
  #arrived: JournalEntry[] = [];

  /** `stream`: the browser's `EventSource`, or whatever fires its events. */
  constructor(stream: EventTarget) {
    stream.addEventListener('open', () => this.#change({ state: 'live' }));
    stream.addEventListener('error', () => this.#change({ state: 'lost' }));
    stream.addEventListener('message', (event) => this.#read((event as MessageEvent<string>).data));
  }

  snapshot(): JournalSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Forgets what was shown so far; the emulator keeps its own record. */
  clear(): void {
    this.#change({ entries: [], gone: 0 });
  }

  /** Entries that come in one turn become one change: at the start the whole past arrives at once. */
  #read(data: string): void {
    if (this.#arrived.length === 0) queueMicrotask(() => this.#append());
    this.#arrived.push(JSON.parse(data) as JournalEntry);
  }

  #append(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    const { entries: before, gone } = this.#snapshot;
    // Numbers never go back within one emulator: another one took its place, and its wire is another wire.
    const restarted = (before.at(-1)?.seq ?? 0) >= (arrived[0]?.seq ?? 0);
    const entries = restarted ? arrived : [...before, ...arrived];
    const surplus = Math.max(0, entries.length - ENTRIES_MAX);
    this.#change({ state: 'live', entries: entries.slice(surplus), gone: (restarted ? 0 : gone) + surplus });
  }

  #change(change: Partial<JournalSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
