import { BackchannelError } from '@backchannel/client';

/** What SQLite calls its results; the low byte of an extended code. https://www.sqlite.org/rescode.html */
const SQLITE = { busy: 5, ioError: 10, corrupt: 11, cantOpen: 14, full: 13, notADatabase: 26, readOnly: 8 } as const;

/** The low byte of the code of SQLite's in whatever was thrown; undefined when SQLite did not throw it. */
function resultOf(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** Code of a write that makes no sense: a mistake of the relay's own, whatever the disk does. */
export const STORE_MISTAKE = 'store.mistake';

/** Constraint, mismatch, too big, range: one write's own fault, so the others may be tried without it. */
export function isFaultOfWrite(error: unknown): boolean {
  const result = resultOf(error);
  return result === undefined || [18, 19, 20, 25].includes(result);
}

/** After these nobody knows what is on disk (a failed fsync may have dropped pages), so nothing more is written. */
export const isFatal = (error: unknown): boolean =>
  [SQLITE.ioError, SQLITE.corrupt, SQLITE.notADatabase].some((code) => code === resultOf(error));

/** Why one write was not made; the store goes on where it was the write's own fault. */
export const writeError = (file: string, cause: unknown): BackchannelError =>
  isFaultOfWrite(cause)
    ? new BackchannelError(
        STORE_MISTAKE,
        `The store ${JSON.stringify(file)} can't make sense of a write: ${cause instanceof Error ? cause.message : cause}.`,
        { cause },
      )
    : storeError(file, cause);

/** What `store.file` of the configuration got wrong, for the person who starts the relay. */
export function storeError(file: string, cause: unknown): BackchannelError {
  if (cause instanceof BackchannelError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  const name = JSON.stringify(file);
  switch (resultOf(cause)) {
    case SQLITE.busy:
      return lockedError(file, cause);
    case SQLITE.notADatabase:
    case SQLITE.corrupt:
      return new BackchannelError(
        'store.damaged',
        `The store ${name} cannot be read: ${why}. Put a backup in its place (with its -wal file, if the backup has one), or move it away to start empty; "sqlite3 ${file} .recover" saves what can be saved.`,
        { cause },
      );
    case SQLITE.cantOpen:
    case SQLITE.readOnly:
      return new BackchannelError(
        'store.unwritable',
        `The store ${name} cannot be opened for writing: ${why}. Its folder has to exist, and the relay's user needs to write both the folder and the file (store.file of the configuration).`,
        { cause },
      );
    case SQLITE.full:
      return new BackchannelError(
        'store.full',
        `The store ${name} could not be written: ${why}. Free space on its disk; the relay goes on by itself then.`,
        { cause },
      );
    default:
      return new BackchannelError('store.failed', `The store ${name} failed: ${why}.`, { cause });
  }
}

export function lockedError(file: string, cause: unknown): BackchannelError {
  return new BackchannelError(
    'store.locked',
    `The store ${JSON.stringify(file)} is in use by another process. One relay owns one file: stop the other one, or give this one a file of its own (store.file of the configuration).`,
    { cause },
  );
}
