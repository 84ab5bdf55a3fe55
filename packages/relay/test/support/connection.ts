import type { Store } from '../../src/store/store.ts';

/** One process’s way to a store that outlives it: dead, it never hears from the store again; broken, writes fail. */
export class Connection {
  isDead = false;
  isBroken = false;
  readonly store: Store;

  constructor(store: Store) {
    this.store = new Proxy(store, {
      get:
        (target, name: keyof Store) =>
        async (...values: never[]) => {
          if (this.isDead) return new Promise(() => {});
          if (this.isBroken && name === 'apply') throw new Error('The disk is full.');
          const answer = await (target[name] as (...values: never[]) => Promise<unknown>).apply(target, values);
          return this.isDead ? new Promise(() => {}) : answer;
        },
    });
  }
}
