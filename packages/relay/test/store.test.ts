import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'vitest';
import { MemoryStore } from '../src/store/memory-store.ts';
import { SqliteStore } from '../src/store/sqlite-store.ts';
import type { Store } from '../src/store/store.ts';
import { storeCases } from '../src/store/store-cases.ts';

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backchannel-store-'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const stores: Readonly<Record<string, () => Promise<Store>>> = {
  MemoryStore: async () => new MemoryStore(),
  SqliteStore: () => SqliteStore.open(join(folder, 'relay.db')),
};

for (const [name, open] of Object.entries(stores)) {
  describe(name, () => {
    test.for(storeCases)('$name', async ({ run }) => {
      store = await open();
      await run(store);
    });
  });
}
