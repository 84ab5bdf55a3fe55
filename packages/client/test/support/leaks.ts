import { afterEach, expect } from 'vitest';
import type { FakePorts } from './fake-ports.ts';

/** Registers, for the file that calls it, a check after each test that no timer and no socket is left. */
export function checkLeaks(): <Owner extends { readonly ports: FakePorts }>(owner: Owner) => Owner {
  const owners: { readonly ports: FakePorts }[] = [];
  afterEach(() => {
    for (const { ports } of owners.splice(0)) {
      expect(ports.clock.pending, 'timers that are left').toBe(0);
      expect(
        ports.sockets.filter(({ readyState }) => readyState < 2).map(({ url }) => url),
        'sockets that are left',
      ).toEqual([]);
    }
  });
  return (owner) => {
    owners.push(owner);
    return owner;
  };
}
