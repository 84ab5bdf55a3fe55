import {
  keepToken,
  loadToken,
  MemoryTokenStore,
  type TokenStore,
  tokenStoreCases,
  webTokenStore,
} from '@backchannel/client/guest/more';
import { describe, expect, it } from 'vitest';
import { settle } from './support/fake-clock.ts';
import { GuestService } from './support/guest-service.ts';

class FakeStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

describe.each([
  ['in memory', () => new MemoryTokenStore()],
  ['in a browser’s storage', () => webTokenStore(new FakeStorage())],
])('a token store %s', (_name, make) => {
  it.each(tokenStoreCases)('$name', ({ run }) => run(make()));
});

it('the acceptance suite bites: a store that forgets, mixes keys or cuts fails it', async () => {
  const single = (): TokenStore => {
    let kept: string | undefined;
    return {
      load: () => kept?.slice(0, 100),
      save: (_key, token) => {
        kept ??= token;
      },
      remove: () => undefined,
    };
  };
  const failed = await Promise.allSettled(tokenStoreCases.map(async ({ run }) => run(single())));
  expect(failed.filter(({ status }) => status === 'rejected').length).toBeGreaterThanOrEqual(3);
});

describe('keeping the token of a session', () => {
  it('saves it once it works, under its key, with a prefix', async () => {
    const storage = new FakeStorage();
    const service = new GuestService();
    const guest = service.session();
    keepToken(guest, webTokenStore(storage), 'deployment-1');
    expect(storage.items.size).toBe(0);
    await guest.connect();
    await settle();
    expect([...storage.items]).toEqual([['backchannel.deployment-1', guest.snapshot().token]]);
    expect(await loadToken(webTokenStore(storage), 'deployment-1')).toBe(guest.snapshot().token);
    await guest.close();
    await settle();
    expect(storage.items.size).toBe(1);
  });

  it('removes it when the session has expired', async () => {
    const store = new MemoryTokenStore();
    const service = new GuestService();
    const guest = service.session();
    keepToken(guest, store, 'a');
    await guest.connect();
    await settle();
    expect(store.load('a')).toBe(guest.snapshot().token);
    service.ports.socket.frame({ type: 'message', class: 'SessionExpiredEvent', code: 200, body: {} });
    await settle();
    expect(store.load('a')).toBeUndefined();
  });

  it('is a notice when the store fails, never more; a store that cannot be read counts as empty', async () => {
    const broken: TokenStore = {
      load: () => Promise.reject(new Error('no access')),
      save: () => {
        throw new Error('quota');
      },
      remove: () => undefined,
    };
    const service = new GuestService();
    const guest = service.session();
    const notices: string[] = [];
    guest.on('notice', ({ code }) => notices.push(code));
    keepToken(guest, broken, 'a');
    expect(await guest.connect()).toMatchObject({ outcome: 'sent' });
    await settle();
    expect(notices).toEqual(['token.unsaved']);
    expect(await loadToken(broken, 'a')).toBeUndefined();
    await guest.close();
  });
});
