import { hostsAt } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import type { Emulator } from '../shared/emulator.ts';

/**
 * The guest of this browser tab. Its token stays in the tab's storage, so that a reload goes on with the same
 * conversation.
 */
export class GuestSeat {
  readonly session: GuestSession;
  readonly #storage: Storage;
  readonly #key: string;

  constructor({ url, info }: Emulator, storage: Storage) {
    this.#storage = storage;
    this.#key = `backchannel.guest.${url}.${info.deploymentId}`;
    const token = storage.getItem(this.#key) ?? undefined;
    this.session = new GuestSession({ hosts: hostsAt(url), deploymentId: info.deploymentId, token });
    this.session.subscribe(() => this.#keepToken());
  }

  #keepToken(): void {
    const { token } = this.session.snapshot();
    if (token !== undefined) this.#storage.setItem(this.#key, token);
  }

  /** The next load of this page begins a new conversation. */
  leave(): void {
    this.#storage.removeItem(this.#key);
  }
}
