import type { RecordedConversation } from '../shared/emulator.ts';
import type { Observable } from '../shared/use-snapshot.ts';
import type { Journal } from './journal.ts';
import { categoriesOf } from './journal-entry.ts';

export interface TallySnapshot {
  /** Typing that reached the other side. */
  readonly typing: number;
  /** Entries of the transcripts, whatever they are. */
  readonly transcript: number;
}

/**
 * Counts what the emulator has on record, in all its conversations: it is asked again whenever the wire carried typing or a
 * message, one request at a time.
 */
export class Tally implements Observable<TallySnapshot> {
  readonly #journal: Journal;
  readonly #read: () => Promise<readonly RecordedConversation[]>;
  readonly #listeners = new Set<() => void>();
  #snapshot: TallySnapshot = { typing: 0, transcript: 0 };
  #countedSeq = 0;
  #counting = false;

  constructor(journal: Journal, read: () => Promise<readonly RecordedConversation[]>) {
    this.#journal = journal;
    this.#read = read;
    journal.subscribe(() => void this.#count());
  }

  snapshot(): TallySnapshot {
    return this.#snapshot;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #count(): Promise<void> {
    if (this.#counting) return;
    this.#counting = true;
    for (let seq = this.#newestSeq(); seq !== this.#countedSeq; seq = this.#newestSeq()) {
      this.#countedSeq = seq;
      const conversations = await this.#read().catch(() => undefined);
      // Unreachable for now: the next frame that comes through asks again.
      if (conversations === undefined) break;
      this.#tell({
        typing: conversations.reduce((sum, { typing }) => sum + typing.length, 0),
        transcript: conversations.reduce((sum, { transcript }) => sum + transcript.length, 0),
      });
    }
    this.#counting = false;
  }

  #newestSeq(): number {
    const entry = this.#journal.snapshot().entries.findLast((each) => {
      const categories = categoriesOf(each);
      return categories.has('typing') || categories.has('message');
    });
    return entry?.seq ?? this.#countedSeq;
  }

  #tell(counted: TallySnapshot): void {
    if (counted.typing === this.#snapshot.typing && counted.transcript === this.#snapshot.transcript) return;
    this.#snapshot = counted;
    for (const listener of this.#listeners) listener();
  }
}
