import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BackchannelError } from '@backchannel/client';
import { APPLICATION_ID, MIGRATIONS } from './sqlite-schema.ts';
import { lockedError, storeError } from './store-errors.ts';

/** How long a statement waits for a visitor, such as the `sqlite3` shell or a backup. */
const BUSY_TIMEOUT_MS = 5_000;

/** The log of SQLite's is cut back to this after a burst. */
const WAL_BYTES_MAX = 64 * 1024 * 1024;

/** A file that the relay owns, from opening until `close`. */
export interface OwnedDatabase {
  readonly database: DatabaseSync;
  close(): void;
}

/**
 * Opens the file for writing, makes it the relay's when it is empty, and brings it to the newest schema. Ownership is
 * a lock that the system drops when the process dies, however it dies, on a file beside it: the store itself stays
 * readable for the reading connection, for backups and for the `sqlite3` shell. Throws a `BackchannelError` `store.*`.
 */
export function openDatabase(file: string): OwnedDatabase {
  let owner: DatabaseSync | undefined;
  let database: DatabaseSync | undefined;
  const close = () => {
    if (database?.isOpen) database.close();
    if (owner?.isOpen) owner.close();
  };
  try {
    owner = own(file);
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    prepare(file, database);
    return { database, close };
  } catch (error) {
    close();
    throw storeError(file, error);
  }
}

/** The reading connection. The file exists and is ours: its writer has opened it. */
export function openReader(file: string): DatabaseSync {
  return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true });
}

function own(file: string): DatabaseSync {
  // Tokens and texts are in it: nobody but the relay's user reads a file that the relay has made. SQLite gives -wal and -shm the same mode.
  for (const each of [file, `${file}.lock`]) closeSync(openForUser(each));
  const owner = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    owner.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    owner.close();
    throw lockedError(file, error);
  }
  return owner;
}

function openForUser(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (cause) {
    throw new BackchannelError(
      'store.unwritable',
      `The store ${JSON.stringify(file)} cannot be opened for writing: ${cause instanceof Error ? cause.message : cause}. Its folder has to exist, and the relay's user needs to write both the folder and the file (store.file of the configuration).`,
      { cause },
    );
  }
}

function prepare(file: string, database: DatabaseSync): void {
  const numberOf = (pragma: string) => Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
  const version = numberOf('user_version');
  const tables = Number(database.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.tables);
  if (tables > 0 && numberOf('application_id') !== APPLICATION_ID)
    throw new BackchannelError(
      'store.foreign',
      `The store ${JSON.stringify(file)} is a database of another program. Name a file of the relay's own, or one that does not exist yet (store.file of the configuration).`,
    );
  if (version > MIGRATIONS.length)
    throw new BackchannelError(
      'store.newer',
      `The store ${JSON.stringify(file)} was written by a newer relay (schema ${version}; this one knows ${MIGRATIONS.length}). Start that version, or restore the backup that was made before it.`,
    );

  const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = WAL').get() ?? {};
  if (mode !== 'wal')
    throw new BackchannelError(
      'store.unsupported',
      `The store ${JSON.stringify(file)} cannot keep a write-ahead log (journal mode ${mode}). Put it on a local disk: network file systems have no shared memory.`,
    );
  database.exec(`PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${WAL_BYTES_MAX}`);
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(
      `BEGIN IMMEDIATE; ${migration}; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${index + 1}; COMMIT`,
    );
  }
}
