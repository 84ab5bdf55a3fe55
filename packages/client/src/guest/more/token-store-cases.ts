import type { TokenStore } from './token-store.ts';

/** One thing that every {@link TokenStore} does. `run` throws when the given store, fresh and empty, does not. */
export interface TokenStoreCase {
  readonly name: string;
  /** Rejects with what went wrong. */
  readonly run: (store: TokenStore) => Promise<void>;
}

async function expectToken(store: TokenStore, key: string, expected: string | undefined): Promise<void> {
  const found = await store.load(key);
  if (found !== expected)
    throw new Error(`load(${JSON.stringify(key)}) gave ${String(found)} instead of ${String(expected)}.`);
}

/**
 * The acceptance suite of `TokenStore`, for any test runner; put your own store in the place of this one:
 *
 * ```ts
 * for (const { run } of tokenStoreCases) await run(new MemoryTokenStore());
 * ```
 */
export const tokenStoreCases: readonly TokenStoreCase[] = [
  { name: 'an empty store has no token', run: (store) => expectToken(store, 'a', undefined) },
  {
    name: 'what was saved is loaded, as often as one likes',
    run: async (store) => {
      await store.save('a', 'token-1');
      await expectToken(store, 'a', 'token-1');
      await expectToken(store, 'a', 'token-1');
    },
  },
  {
    name: 'a later token takes the place of an earlier one',
    run: async (store) => {
      await store.save('a', 'token-1');
      await store.save('a', 'token-2');
      await expectToken(store, 'a', 'token-2');
    },
  },
  {
    name: 'keys do not share a token, also when one begins with the other',
    run: async (store) => {
      await store.save('a', 'token-1');
      await store.save('a/b', 'token-2');
      await store.remove('a');
      await expectToken(store, 'a', undefined);
      await expectToken(store, 'a/b', 'token-2');
    },
  },
  {
    name: 'removing what is not there is fine',
    run: async (store) => {
      await store.remove('a');
      await expectToken(store, 'a', undefined);
    },
  },
  {
    name: 'a token of 2,048 characters of any kind comes back as it was',
    run: async (store) => {
      const token = 'é"\\ 🙂'.repeat(500).slice(0, 2_048);
      await store.save('a', token);
      await expectToken(store, 'a', token);
    },
  },
];
