import type { DatabaseSync } from 'node:sqlite';
import type { Write, WriteOutcome } from './store.ts';
import { isFaultOfWrite } from './store-errors.ts';

type Batch = readonly Write[];

/** What became of one batch: what its writes did, or why none of them did anything. */
export type BatchResult = { readonly outcomes: readonly WriteOutcome[] } | { readonly error: unknown };

/**
 * Commits many batches as one transaction, because a commit costs the same for one write and for a hundred: one wait for
 * the disk. Writes are conditional and report instead of throwing, so there is nothing to roll back to inside of it. If
 * one throws all the same, the transaction is rolled back and each batch gets one of its own: only the culprit is lost.
 */
export function commitTogether(
  database: DatabaseSync,
  apply: (write: Write) => WriteOutcome,
  batches: readonly Batch[],
): readonly BatchResult[] {
  try {
    database.exec('BEGIN IMMEDIATE');
    const results = batches.map((batch) => ({ outcomes: batch.map(apply) }));
    database.exec('COMMIT');
    return results;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    if (batches.length > 1 && isFaultOfWrite(error))
      return batches.flatMap((batch) => commitTogether(database, apply, [batch]));
    return batches.map(() => ({ error }));
  }
}
