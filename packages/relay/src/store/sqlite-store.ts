import { extname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { BackchannelError } from '@backchannel/client';
import { type EndOfTurn, endOfTurn } from '../adapters/end-of-turn.ts';
import type { AliasKind } from '../domain/binding.ts';
import { RelayProblem } from '../domain/problem.ts';
import { openReader } from './sqlite-database.ts';
import { sqliteReads } from './sqlite-reads.ts';
import type { FromWriter, ToWriter, WriterError } from './sqlite-writer.ts';
import type { EventQuery, Store, Write, WriteOutcome } from './store.ts';
import { storeError } from './store-errors.ts';

/** Batches that wait for the disk, at most. A disk that falls this far behind is told to callers, not hidden in memory. */
export const STORE_BATCHES_MAX = 4_096;

/** When a caller that was turned away may ask again: the disk has caught up by then, or it never will. */
const BUSY_RETRY_MS = 1_000;

/** How a `SqliteStore` is opened. */
export interface SqliteStoreOptions {
  /** Told once when the file can't be written any more; every later call rejects with the same. */
  readonly failed?: ((error: BackchannelError) => void) | undefined;
  readonly endOfTurn?: EndOfTurn | undefined;
}

interface Waiting {
  readonly batch: readonly Write[];
  readonly resolve: (outcomes: readonly WriteOutcome[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The store in one file of SQLite's.
 *
 * ```
 *  apply ─ waits for the end of the turn ─ one message ──▶ writer thread ─ what has come by now ─ BEGIN … COMMIT, fsync
 *    ▲                                                                                                     │
 *    └───────────────────────── outcomes, in the order of the calls ◀──────────────────────────────────────┘
 *  findBinding, events, … ─ a reading connection on this thread: sees what is committed, never waits for an fsync
 * ```
 *
 * A write is on disk when its promise resolves (`synchronous = FULL`), and reads see it from then on. The thread is
 * there for the others: with a disk that takes 10 ms to sync, requests that need no disk keep their latency. One process owns
 * a file; a second one is refused.
 */
export class SqliteStore implements Store {
  readonly #file: string;
  readonly #worker: Worker;
  readonly #reader: DatabaseSync;
  readonly #reads: ReturnType<typeof sqliteReads>;
  readonly #endOfTurn: EndOfTurn;
  readonly #failed: ((error: BackchannelError) => void) | undefined;
  readonly #exited: Promise<void>;
  /** Calls of this turn, then calls that the writer has. */
  #turn: Waiting[] = [];
  readonly #sent: Waiting[] = [];
  /** Why nothing is taken any more. */
  #over: BackchannelError | undefined;

  private constructor(file: string, worker: Worker, options: SqliteStoreOptions) {
    this.#file = file;
    this.#worker = worker;
    this.#endOfTurn = options.endOfTurn ?? endOfTurn;
    this.#failed = options.failed;
    this.#reader = openReader(file);
    this.#reads = sqliteReads(this.#reader);
    this.#exited = new Promise((resolve) => worker.once('exit', () => resolve()));
    worker.on('message', (message: FromWriter) => this.#hear(message));
    worker.on('error', (error) => this.#fail(storeError(file, error)));
    worker.on('exit', () =>
      this.#fail(new BackchannelError('store.failed', `The thread of the store ${JSON.stringify(file)} has ended.`)),
    );
  }

  /** Opens the file, and makes it when there is none. Rejects with a `BackchannelError` `store.*` that says how to fix it. */
  static async open(file: string, options: SqliteStoreOptions = {}): Promise<SqliteStore> {
    // The thread runs the same kind of file as this one: sources in development, the build when it was built.
    const writer = new URL(`./sqlite-writer${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(writer, { workerData: file, name: 'store' });
    const first = await new Promise<FromWriter>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', (error) => reject(storeError(file, error)));
    });
    if (first.kind === 'refused') throw new BackchannelError(first.error.code, first.error.text);
    return new SqliteStore(file, worker, options);
  }

  apply(batch: readonly Write[]): Promise<readonly WriteOutcome[]> {
    if (this.#over) return Promise.reject(this.#over);
    if (this.#turn.length + this.#sent.length >= STORE_BATCHES_MAX) return Promise.reject(busyProblem());
    return new Promise((resolve, reject) => {
      this.#turn.push({ batch, resolve, reject });
      if (this.#turn.length === 1) this.#endOfTurn(() => this.#send());
    });
  }

  async findBinding(clientId: string, alias: string, kinds?: readonly AliasKind[]) {
    return this.#ask((reads) => reads.findBinding(clientId, alias, kinds));
  }

  async aliases(bindingId: string) {
    return this.#ask((reads) => reads.aliases(bindingId));
  }

  async openBindings() {
    return this.#ask((reads) => reads.openBindings());
  }

  async findMessage(clientId: string, id: string) {
    return this.#ask((reads) => reads.findMessage(clientId, id));
  }

  async nextInLane(bindingId: string) {
    return this.#ask((reads) => reads.nextInLane(bindingId));
  }

  async waitingLanes() {
    return this.#ask((reads) => reads.waitingLanes());
  }

  async events(query: EventQuery) {
    return this.#ask((reads) => reads.events(query));
  }

  async sequence(bindingId: string) {
    return this.#ask((reads) => reads.sequence(bindingId));
  }

  async positions() {
    return this.#ask((reads) => reads.positions());
  }

  /** See `Store`. */
  async watermarks(bindingId: string) {
    return this.#ask((reads) => reads.watermarks(bindingId));
  }

  /** See `Store`. */
  async cursor(subject: string) {
    return this.#ask((reads) => reads.cursor(subject));
  }

  /** Writes what was given to it, then lets go of the file. Later calls reject; a second `close` waits for the first. */
  async close(): Promise<void> {
    if (!this.#over) {
      this.#over = new BackchannelError(
        'store.closed',
        `The store ${JSON.stringify(this.#file)} is closed: its relay has stopped.`,
      );
      this.#send();
      // Before the writer's: the connection that closes last puts the log of SQLite's into the file, which a reader can't.
      this.#reader.close();
      this.#worker.postMessage('close' satisfies ToWriter);
    }
    if (this.#reader.isOpen) this.#reader.close();
    await this.#exited;
  }

  #ask<Answer>(query: (reads: ReturnType<typeof sqliteReads>) => Answer): Answer {
    if (this.#over) throw this.#over;
    try {
      return query(this.#reads);
    } catch (error) {
      throw storeError(this.#file, error);
    }
  }

  #send(): void {
    const turn = this.#turn;
    if (turn.length === 0) return;
    this.#turn = [];
    this.#sent.push(...turn);
    this.#worker.postMessage({ batches: turn.map(({ batch }) => batch) } satisfies ToWriter);
  }

  #hear(message: FromWriter): void {
    if (message.kind !== 'committed') return;
    const answered = this.#sent.splice(0, message.results.length);
    for (const [index, result] of message.results.entries()) {
      const waiting = answered[index];
      if ('outcomes' in result) waiting?.resolve(result.outcomes);
      else waiting?.reject(errorOf(result.error));
    }
    const fatal = message.fatal ? message.results.find((result) => 'error' in result) : undefined;
    if (fatal && 'error' in fatal) this.#fail(errorOf(fatal.error));
  }

  #fail(error: BackchannelError): void {
    const isFirst = this.#over === undefined;
    this.#over ??= error;
    for (const { reject } of [...this.#sent.splice(0), ...this.#turn.splice(0)]) reject(error);
    void this.#worker.terminate();
    if (isFirst) this.#failed?.(error);
  }
}

const errorOf = ({ code, text }: WriterError): BackchannelError => new BackchannelError(code, text);

const busyProblem = (): RelayProblem =>
  new RelayProblem(
    'store.busy',
    503,
    `The relay could not write this down: ${STORE_BATCHES_MAX} changes wait for its disk already.`,
    { fix: 'Send it again after the time in Retry-After; nothing of it was kept.', retryAfterMs: BUSY_RETRY_MS },
  );
