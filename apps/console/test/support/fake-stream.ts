import type { JournalEntry } from '../../src/wire/journal-entry.ts';

/** The emulator's live journal, without an emulator. */
export class FakeStream extends EventTarget {
  send(given: Partial<JournalEntry> & Pick<JournalEntry, 'seq'>): void {
    const entry: JournalEntry = {
      atMs: given.seq,
      time: '2026-11-21T09:00:00.000Z',
      direction: 'in',
      surface: 'guest',
      kind: 'typing',
      size: 120,
      ...given,
    };
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(entry) }));
  }
}
