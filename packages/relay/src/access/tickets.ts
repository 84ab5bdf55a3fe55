import type { Clock, IdSource } from '@backchannel/client';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';

/** A ticket is made for the socket that is opened next. */
export const TICKET_LIFETIME_MS = 30_000;
/** Tickets that nobody has used yet. */
export const TICKETS_MAX = 10_000;

/** Stands for a principal once, for a short time: what may appear in an address, where a token may not. */
export class Tickets {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  /** In the order in which they expire: all live equally long. */
  readonly #waiting = new Map<string, { readonly principal: Principal; readonly expiresAtMs: number }>();

  constructor({ clock, ids }: { readonly clock: Clock; readonly ids: IdSource }) {
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(principal: Principal): string {
    this.#forgetExpired();
    if (this.#waiting.size >= TICKETS_MAX) {
      throw new RelayProblem('rate.limited', 429, `${TICKETS_MAX} tickets wait to be used.`, {
        fix: 'Ask for a ticket when the socket is about to be opened, not before.',
        retryAfterMs: TICKET_LIFETIME_MS,
      });
    }
    const ticket = this.#ids.uuid();
    this.#waiting.set(ticket, { principal, expiresAtMs: this.#clock.now() + TICKET_LIFETIME_MS });
    return ticket;
  }

  /** Whose it is, once. */
  redeem(ticket: string): Principal | undefined {
    this.#forgetExpired();
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    return waiting?.principal;
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.now();
    for (const [ticket, { expiresAtMs }] of this.#waiting) {
      if (expiresAtMs > nowMs) return;
      this.#waiting.delete(ticket);
    }
  }
}
