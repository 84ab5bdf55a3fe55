import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { READS } from '../src/store/sqlite-reads.ts';
import { MIGRATIONS } from '../src/store/sqlite-schema.ts';
import { WRITES } from '../src/store/sqlite-writes.ts';

/** Tables that a statement may read from end to end, and why that is short. */
const SCANS: Readonly<Record<string, string>> = {
  waitingLanes: 'SCAN messages USING INDEX messages_waiting', // that index holds only what waits
  newestPosition: 'SCAN sqlite_sequence', // one row
  frontOfEvents: 'SCAN events', // from the front, FORGET_MAX of them
};

const database = new DatabaseSync(':memory:');
for (const migration of MIGRATIONS) database.exec(migration);

test.for(Object.entries({ ...READS, ...WRITES }))('%s finds its rows by an index', ([name, sql]) => {
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
  const scans = plan.map(({ detail }) => String(detail)).filter((step) => step.startsWith('SCAN'));
  expect(scans).toEqual([SCANS[name]].filter(Boolean));
});
