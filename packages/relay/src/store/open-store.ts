import { MemoryStore } from './memory-store.ts';
import { SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** The store that `store.file` of the configuration names. Rejects with a `BackchannelError` `store.*` that says how to fix it. */
export async function openStore(file: string, options?: SqliteStoreOptions): Promise<Store> {
  return file === ':memory:' ? new MemoryStore() : SqliteStore.open(file, options);
}
