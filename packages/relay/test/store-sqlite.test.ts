import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EndOfTurn } from '../src/adapters/end-of-turn.ts';
import { APPLICATION_ID, MIGRATIONS } from '../src/store/sqlite-schema.ts';
import { SqliteStore, STORE_BATCHES_MAX } from '../src/store/sqlite-store.ts';
import { StoreFolder } from './support/store-folder.ts';
import { acceptWrite, bindWrite, brokenWrite } from './support/store-writes.ts';

let folder: StoreFolder;
let file: string;
const open: SqliteStore[] = [];

async function openStore(options?: Parameters<typeof SqliteStore.open>[1]): Promise<SqliteStore> {
  const store = await SqliteStore.open(file, options);
  open.push(store);
  return store;
}

/** What `SqliteStore.open` rejects with. */
const refusal = (path = file) =>
  SqliteStore.open(path).then(
    () => expect.unreachable('It was opened.'),
    (error: unknown) => error,
  );

beforeEach(() => {
  folder = new StoreFolder();
  file = folder.file;
});
afterEach(async () => {
  for (const store of open.splice(0)) await store.close();
  folder[Symbol.dispose]();
});

describe('a file', () => {
  it('keeps everything from one process to the next', async () => {
    const first = await openStore();
    await first.apply([bindWrite('a'), acceptWrite('m1')]);
    await first.close();
    const second = await openStore();
    expect((await second.nextInLane('a'))?.id).toBe('m1');
    const [outcome] = await second.apply([acceptWrite('m2')]);
    expect(outcome).toMatchObject({ status: 'done', event: { position: 2, sequence: 2 } });
  });

  it('is for its user only, and so are the files beside it', async () => {
    await (await openStore()).apply([bindWrite('a')]);
    for (const each of [file, `${file}-wal`, `${file}-shm`, `${file}.lock`])
      expect((statSync(each).mode & 0o777).toString(8)).toBe('600');
  });

  it('leaves no log of SQLite behind when it was closed', async () => {
    const store = await openStore();
    await store.apply([bindWrite('a')]);
    await store.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  it('is refused while another store has it, and free afterwards', async () => {
    const first = await openStore();
    expect(await refusal()).toMatchObject({
      code: 'store.locked',
      message: expect.stringMatching(/relay\.db" is in use by another process.*stop the other one/),
    });
    await first.apply([bindWrite('a')]);
    await first.close();
    expect((await (await openStore()).openBindings()).length).toBe(1);
  });

  it('of an older relay is brought up to date, and keeps what is in it', async () => {
    const older = new DatabaseSync(file);
    older.exec(`PRAGMA journal_mode = WAL; ${MIGRATIONS[0]}; PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = 1; INSERT INTO cursors (subject, position) VALUES ('s', 7);
      INSERT INTO bindings (id, client_id, conversation_id, guest, guest_participant_id, state, provisioned, created_at_ms)
      VALUES ('a', 'client', 'c', '{}', 'g', 'open', 0, 1);
      INSERT INTO messages (position, id, binding_id, sequence, participant, text, status, platform_ids, attempts, due_at_ms,
      accepted_at_ms) VALUES (1, 'm1', 'a', 1, 'guest', 'My order', 'sent', '[]', 1, 1, 1)`);
    older.close();
    const store = await openStore();
    expect(await store.cursor('s')).toBe(7);
    expect((await store.findMessage('client', 'm1'))?.text).toBe('My order');
    expect(await store.apply([{ kind: 'forget', beforeMs: 2 }])).toMatchObject([{ messages: 1, more: false }]);
    expect((await store.findMessage('client', 'm1'))?.text).toBe('');
    await store.close();
    const now = new DatabaseSync(file, { readOnly: true });
    expect(now.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
    now.close();
  });

  it('of a newer relay is refused and left as it is', async () => {
    await (await openStore()).close();
    const newer = new DatabaseSync(file);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    const before = readFileSync(file);
    expect(await refusal()).toMatchObject({
      code: 'store.newer',
      message: expect.stringContaining(
        `schema 99; this one knows ${MIGRATIONS.length}). Start that version, or restore the backup`,
      ),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('of another program is refused and left as it is', async () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE songs (name TEXT)');
    other.close();
    const before = readFileSync(file);
    expect(await refusal()).toMatchObject({
      code: 'store.foreign',
      message: expect.stringContaining('is a database of another program'),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('that is no database is refused and left as it is', async () => {
    writeFileSync(file, 'Dear diary, '.repeat(1_000));
    expect(await refusal()).toMatchObject({
      code: 'store.damaged',
      message: expect.stringMatching(/cannot be read: file is not a database.*Put a backup in its place/),
    });
    expect(readFileSync(file, 'utf8')).toBe('Dear diary, '.repeat(1_000));
  });

  it('in a folder that is not there is refused, with what to do', async () => {
    expect(await refusal(join(file, 'deeper', 'relay.db'))).toMatchObject({
      code: 'store.unwritable',
      message: expect.stringMatching(/cannot be opened for writing.*Its folder has to exist/),
    });
  });

  it('that is damaged inside says so when the damage is met, and is not written any more', async () => {
    const first = await openStore();
    await first.apply([bindWrite('a'), ...Array.from({ length: 500 }, (_, index) => acceptWrite(`m${index}`))]);
    await first.close();
    const bytes = readFileSync(file);
    // Everything after the page with the schema.
    bytes.fill(0xff, 4_096 * 2);
    writeFileSync(file, bytes);
    const failures: unknown[] = [];
    const store = await openStore({ failed: (error) => failures.push(error) });
    const damaged = expect.objectContaining({ code: 'store.damaged', message: expect.stringContaining('malformed') });
    await expect(store.apply([acceptWrite('m500')])).rejects.toEqual(damaged);
    expect(failures).toEqual([damaged]);
    await expect(store.apply([bindWrite('b')])).rejects.toEqual(damaged);
    await expect(store.openBindings()).rejects.toEqual(damaged);
  });
});

describe('a call', () => {
  it('that the store cannot make sense of rejects alone: its neighbours in the transaction are committed', async () => {
    const store = await openStore();
    await store.apply([bindWrite('a')]);
    const [before, broken, after] = await Promise.allSettled([
      store.apply([acceptWrite('m1')]),
      store.apply([acceptWrite('m2'), brokenWrite]),
      store.apply([acceptWrite('m3')]),
    ]);
    expect(before).toMatchObject({ status: 'fulfilled', value: [{ event: { sequence: 1 } }] });
    expect(broken).toMatchObject({ status: 'rejected', reason: { code: 'store.mistake' } });
    expect(after).toMatchObject({ status: 'fulfilled', value: [{ event: { sequence: 2 } }] });
    expect(await store.findMessage('client', 'm2')).toBeUndefined();
    expect(await store.apply([acceptWrite('m4')])).toMatchObject([{ event: { position: 3, sequence: 3 } }]);
  });

  it('is turned away with a time to come back while as many wait as may wait', async () => {
    const turns: (() => void)[] = [];
    const held: EndOfTurn = (task) => turns.push(task);
    const store = await openStore({ endOfTurn: held });
    const waiting = Array.from({ length: STORE_BATCHES_MAX }, () => store.apply([]));
    await expect(store.apply([])).rejects.toMatchObject({ code: 'store.busy', status: 503, retryAfterMs: 1_000 });
    for (const turn of turns.splice(0)) turn();
    await Promise.all(waiting);
    const next = store.apply([]);
    for (const turn of turns.splice(0)) turn();
    expect(await next).toEqual([]);
  });

  it('that was made before close is on disk after it; one that is made later rejects', async () => {
    const store = await openStore();
    const calls = [store.apply([bindWrite('a')]), store.apply([acceptWrite('m1')])];
    const closed = store.close();
    await expect(store.apply([acceptWrite('m2')])).rejects.toMatchObject({ code: 'store.closed' });
    await expect(store.openBindings()).rejects.toMatchObject({ code: 'store.closed' });
    await Promise.all([closed, store.close()]);
    expect(await Promise.all(calls)).toMatchObject([[{ status: 'done' }], [{ status: 'done' }]]);
    expect((await (await openStore()).nextInLane('a'))?.id).toBe('m1');
  });

  it('shares its transaction with those of its turn', async () => {
    const store = await openStore();
    await store.apply([bindWrite('a')]);
    // The log of SQLite grows by each page that a transaction changed: the fewer transactions, the shorter it is.
    const sizeOf = async (calls: () => Promise<unknown>) => {
      const before = statSync(`${file}-wal`).size;
      await calls();
      return statSync(`${file}-wal`).size - before;
    };
    const together = await sizeOf(() =>
      Promise.all(Array.from({ length: 50 }, (_, index) => store.apply([acceptWrite(`together-${index}`)]))),
    );
    const alone = await sizeOf(async () => {
      for (let index = 0; index < 50; index += 1) await store.apply([acceptWrite(`alone-${index}`)]);
    });
    expect(alone / together).toBeGreaterThan(5);
  });
});
