import type { Party } from '../policies/policy.ts';
import { MessageQueue } from './message-queue.ts';
import type { Platform } from './platform.ts';

/** Messages of other conversations on the same token, evenly spaced. */
export class OtherMessages {
  readonly #everyMs: number;
  readonly #queue: MessageQueue;
  #nextMs = 0;

  constructor(everyMs: number, platform: Platform, party: Party) {
    this.#everyMs = everyMs;
    this.#queue = new MessageQueue({
      admit: (nowMs) => {
        const admission = party.message?.(nowMs) ?? { granted: true };
        if (!admission.granted) return { waitUntilMs: admission.retryAtMs, because: 'limit' };
        const freeAtMs = platform.request('message', OTHERS, nowMs);
        return freeAtMs === undefined ? undefined : { waitUntilMs: freeAtMs, because: 'limit' };
      },
      left: () => undefined,
    });
  }

  get dueMs(): number {
    return Math.min(this.#nextMs, this.#queue.dueMs);
  }

  get messageDelayMs(): number {
    return this.#queue.limitDelayMs;
  }

  step(nowMs: number): void {
    if (this.#queue.dueMs <= nowMs) this.#queue.flush(nowMs);
    else {
      this.#nextMs += this.#everyMs;
      this.#queue.add(nowMs);
    }
  }
}

/** They have no conversation of their own here; a number that none has. */
const OTHERS = 1_000_000;
