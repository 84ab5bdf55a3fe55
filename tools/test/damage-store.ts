import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** The page with the schema is the first; it is left, so that the file still looks like a database. */
const PAGE_BYTES = 4_096;

/** Overwrites what stands in a store, while somebody has it open: its next write meets the damage. */
export function damageStore(file: string): void {
  const visitor = new DatabaseSync(file);
  // Whoever has read a page looks at it again once somebody has written, and finds it in the file alone.
  visitor.exec(`INSERT INTO cursors (subject, position) VALUES ('visitor', 1); PRAGMA wal_checkpoint(TRUNCATE)`);
  visitor.close();
  const descriptor = openSync(file, 'r+');
  const rest = fstatSync(descriptor).size - PAGE_BYTES;
  writeSync(descriptor, Buffer.alloc(rest, 0xff), 0, rest, PAGE_BYTES);
  closeSync(descriptor);
}
