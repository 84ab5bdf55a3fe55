import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Customer } from './customers.ts';
import type { Session } from './entities.ts';

/**
 * The guest sessions, ordered by how long they have been quiet. All live equally long, so that is also the order in which they
 * expire: one look at the first tells whether any is due, whatever their number.
 */
export class Sessions {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #durationMs: number;
  readonly #byToken = new Map<string, Session>();
  readonly #byId = new Map<string, Session>();

  constructor(ids: SeededIds, timeline: Timeline, durationSeconds: number) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#durationMs = durationSeconds * 1_000;
  }

  find(token: string): Session | undefined {
    return this.#byToken.get(token);
  }

  /** The sessions of a customer who has signed in. */
  *listOf(customer: Customer): Generator<Session> {
    for (const session of this.#byToken.values()) if (session.customer?.id === customer.id) yield session;
  }

  findById(id: string): Session | undefined {
    return this.#byId.get(id);
  }

  /** `undefined` when the emulator is full and every session has a connection. */
  create(token: string): { readonly session: Session; readonly forgotten?: Session | undefined } | undefined {
    let forgotten: Session | undefined;
    if (this.#byToken.size >= BOUNDS.sessions) {
      forgotten = this.#quietestWithoutLink();
      if (forgotten === undefined) return undefined;
      this.remove(forgotten);
    }
    const session: Session = {
      id: this.#ids.uuid('session'),
      token,
      links: [],
      past: [],
      readOnly: false,
      expiresAtMs: this.#timeline.nowMs() + this.#durationMs,
      windows: {},
    };
    this.#byToken.set(token, session);
    this.#byId.set(session.id, session);
    return { session, forgotten };
  }

  /** A message prolongs the session (third-party, GUEST-SESSION-LIFE), unless it is over. */
  touch(session: Session): void {
    if (this.#byToken.get(session.token) !== session) return;
    session.expiresAtMs = this.#timeline.nowMs() + this.#durationMs;
    this.#byToken.delete(session.token);
    this.#byToken.set(session.token, session);
  }

  remove(session: Session): void {
    this.#byToken.delete(session.token);
    this.#byId.delete(session.id);
  }

  get nextExpiryMs(): number | undefined {
    return this.#byToken.values().next().value?.expiresAtMs;
  }

  /** Removes and returns the sessions whose time is over. */
  takeExpired(): readonly Session[] {
    const now = this.#timeline.nowMs();
    const expired: Session[] = [];
    for (const session of this.#byToken.values()) {
      if (session.expiresAtMs > now) break;
      expired.push(session);
    }
    for (const session of expired) this.remove(session);
    return expired;
  }

  #quietestWithoutLink(): Session | undefined {
    for (const session of this.#byToken.values()) {
      if (session.links.length === 0) return session;
    }
    return undefined;
  }
}
