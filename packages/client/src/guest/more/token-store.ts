import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';

/**
 * Where session tokens are kept between visits. A token is a secret: whoever has it is that guest. Implemented by
 * {@link MemoryTokenStore}, {@link webTokenStore}, and by applications with a place of their own; `tokenStoreCases` checks them.
 */
export interface TokenStore {
  /** The token that was saved last under this key, if any. */
  load(key: string): string | undefined | Promise<string | undefined>;
  /** Keeps the token under this key; the one before is gone. */
  save(key: string, token: string): void | Promise<void>;
  /** Removing what is not there is fine. */
  remove(key: string): void | Promise<void>;
}

/** Forgets everything with the page or process. */
export class MemoryTokenStore implements TokenStore {
  readonly #tokens = new Map<string, string>();

  load(key: string): string | undefined {
    return this.#tokens.get(key);
  }

  /** Keeps the token under this key; the one before is gone. */
  save(key: string, token: string): void {
    this.#tokens.set(key, token);
  }

  remove(key: string): void {
    this.#tokens.delete(key);
  }
}

/**
 * Keeps tokens in a browser's storage: `sessionStorage` for this tab, `localStorage` for this browser, where any script of the
 * page can read them. Keys begin with `backchannel.`.
 */
export function webTokenStore(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>): TokenStore {
  const name = (key: string): string => `backchannel.${key}`;
  return {
    load: (key) => storage.getItem(name(key)) ?? undefined,
    save: (key, token) => storage.setItem(name(key), token),
    remove: (key) => storage.removeItem(name(key)),
  };
}

/** Ends after which a token leads nowhere: the next visit begins with another. */
const USELESS: ReadonlySet<string> = new Set(['expired', 'not-found', 'cleared', 'logged-out']);

/**
 * Saves the token of a session under `key` (the deployment's id, for example) whenever it changes, and removes it when it leads
 * nowhere any more. A store that fails is a notice `token.unsaved` and never stops the session. Returns what stops it.
 *
 * ```ts
 * const store = webTokenStore(sessionStorage);
 * const guest = new GuestSession({ hosts, deploymentId, token: await loadToken(store, deploymentId) });
 * keepToken(guest, store, deploymentId);
 * ```
 */
export function keepToken(guest: GuestSession, store: TokenStore, key: string): () => void {
  let saved: string | undefined;
  // One after the other: a slow store must not end with the older of two tokens.
  let last = Promise.resolve();
  const run = (work: () => void | Promise<void>): void => {
    last = last.then(work).catch((error: unknown) => {
      guest[PARTS].notice('token.unsaved', `The token could not be saved or removed: ${String(error)}`);
    });
  };
  const look = (): void => {
    const { state, token } = guest.snapshot();
    if (state !== 'live' || token === saved) return;
    saved = token;
    run(() => store.save(key, token));
  };
  const stops = [
    guest.subscribe(look),
    guest.on('state', (state) => {
      if (!('reason' in state) || !USELESS.has(state.reason)) return;
      saved = undefined;
      run(() => store.remove(key));
    }),
  ];
  look();
  return () => {
    for (const stop of stops) stop();
  };
}

/** The token of an earlier visit. A store that fails counts as an empty one: the visit then begins a new session. */
export async function loadToken(store: TokenStore, key: string): Promise<string | undefined> {
  try {
    return (await store.load(key)) || undefined;
  } catch {
    return undefined;
  }
}
