import { SqliteStore } from '../../src/store/sqlite-store.ts';
import { acceptWrite, bindWrite } from './store-writes.ts';

// Writes messages, 16 at a time, and says the id of each once its promise has resolved: until it is killed.
const [file = '', round = ''] = process.argv.slice(2);
const store = await SqliteStore.open(file);
await store.apply([bindWrite('a')]);
let next = 0;
async function writeForEver(): Promise<never> {
  for (;;) {
    const id = `${round}-${next++}`;
    const [outcome] = await store.apply([acceptWrite(id)]);
    if (outcome?.status !== 'done') throw new Error(`Message ${id} came to ${outcome?.status}.`);
    process.stdout.write(`${id}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, writeForEver));
