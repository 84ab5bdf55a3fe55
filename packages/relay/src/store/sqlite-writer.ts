import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { BackchannelError } from '@backchannel/client';
import { commitTogether } from './group-commit.ts';
import { type OwnedDatabase, openDatabase } from './sqlite-database.ts';
import { sqliteWrites } from './sqlite-writes.ts';
import type { Write, WriteOutcome } from './store.ts';
import { isFatal, storeError, writeError } from './store-errors.ts';

/** Batches of one turn of the main thread; `close` comes last. */
export type ToWriter = { readonly batches: readonly (readonly Write[])[] } | 'close';

/** An error as it crosses threads: an `Error` would arrive without its code. */
export interface WriterError {
  readonly code: string;
  readonly text: string;
}

/** One for each batch, in their order. */
export type WriterResult = { readonly outcomes: readonly WriteOutcome[] } | { readonly error: WriterError };

export type FromWriter =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: WriterError }
  /** `fatal`: nothing may be written any more. */
  | { readonly kind: 'committed'; readonly results: readonly WriterResult[]; readonly fatal: boolean };

/** Batches of one transaction, at most: past a few hundred a commit gets no cheaper per write, and the first wait longer. */
const GROUP_BATCHES_MAX = 256;

/** The thread that owns the file. Whatever has come while it committed is the next transaction. */
function serve(port: MessagePort, { database, close }: OwnedDatabase, errorOf: (cause: unknown) => WriterError): void {
  const apply = sqliteWrites(database);

  function commit(batches: readonly (readonly Write[])[]): void {
    if (batches.length === 0) return;
    const results = commitTogether(database, apply, batches);
    const fatal = results.some((result) => 'error' in result && isFatal(result.error));
    const told = results.map((result) => ('error' in result ? { error: errorOf(result.error) } : result));
    port.postMessage({ kind: 'committed', results: told, fatal } satisfies FromWriter);
  }

  port.on('message', (first: ToWriter) => {
    let batches: (readonly Write[])[] = [];
    let next: ToWriter | undefined = first;
    while (next && next !== 'close') {
      batches.push(...next.batches);
      if (batches.length >= GROUP_BATCHES_MAX) {
        commit(batches);
        batches = [];
      }
      next = receiveMessageOnPort(port)?.message;
    }
    commit(batches);
    if (next !== 'close') return;
    close();
    port.close();
  });
}

function start(port: MessagePort, file: string): void {
  const told = ({ code, message }: BackchannelError): WriterError => ({
    code,
    text: message.slice(`${code}: `.length),
  });
  try {
    const owned = openDatabase(file);
    port.postMessage({ kind: 'opened' } satisfies FromWriter);
    serve(port, owned, (cause) => told(writeError(file, cause)));
  } catch (error) {
    port.postMessage({ kind: 'refused', error: told(storeError(file, error)) } satisfies FromWriter);
    port.close();
  }
}

if (parentPort) start(parentPort, String(workerData));
