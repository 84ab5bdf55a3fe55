import { hostsAt, systemPorts } from '@backchannel/client';
import { GuestSession } from '@backchannel/client/guest';
import type { Emulator } from '../shared/emulator.ts';

/** The custom attribute by which the agent's side of this page knows this page's guest. */
export const SEAT_ATTRIBUTE = 'backchannel.seat';

/**
 * The guest of this browser tab. Its token stays in the tab's storage, so that a reload goes on with the same
 * conversation.
 */
export class GuestSeat {
  readonly session: GuestSession;
  /** What the conversation's first frame carries as `SEAT_ATTRIBUTE`. */
  readonly id: string;
  readonly #storage: Storage;
  readonly #key: string;

  constructor({ url, info }: Emulator, storage: Storage) {
    this.#storage = storage;
    this.#key = `backchannel.guest.${url}.${info.deploymentId}`;
    const token = storage.getItem(this.#key) ?? undefined;
    this.id = storage.getItem(this.#idKey) ?? systemPorts().ids.uuid();
    storage.setItem(this.#idKey, this.id);
    this.session = new GuestSession({
      hosts: hostsAt(url),
      deploymentId: info.deploymentId,
      token,
      attributes: { [SEAT_ATTRIBUTE]: this.id },
    });
    this.session.subscribe(() => this.#keepToken());
  }

  get #idKey(): string {
    return `${this.#key}.id`;
  }

  #keepToken(): void {
    const { token } = this.session.snapshot();
    if (token !== undefined) this.#storage.setItem(this.#key, token);
  }

  /** The next load of this page begins a new conversation. */
  leave(): void {
    this.#storage.removeItem(this.#key);
    this.#storage.removeItem(this.#idKey);
  }
}
