import { RollingWindow, type SignalOutcome } from '@backchannel/signals';
import type { Clock } from '../ports.ts';
import type { TypingArbiter } from '../typing/shared-arbiter.ts';

/** Agent typing of one conversation; protocol's LIMITS and the emitters say the same (third-party, LIMIT-AGENT-TYPING). */
export const TYPING_LIMIT = { limit: 12, windowMs: 60_000 } as const;

/** Above this many conversations, those that have been silent for a whole window are forgotten: they are as good as new. */
const WINDOWS_KEPT = 1_024;

/**
 * The platform counts agent typing by conversation (third-party, LIMIT-AGENT-TYPING), and an emitter only its own agent's: when
 * two agents are in a conversation, or one hands it to the next, both spend the same 12 a minute.
 *
 * Bounded by the token: what it lets through in one window are the only conversations that can't be forgotten.
 */
export class TypingQuota {
  readonly #clock: Clock;
  readonly #windows = new Map<string, RollingWindow>();
  /** So many are kept before it is looked which can be forgotten: at least twice as many as could not be the last time. */
  #windowsMax = WINDOWS_KEPT;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same line, with the conversation's own limit in front of it. */
  limit(line: TypingArbiter, conversationId: string): TypingArbiter {
    return {
      offer: (intent, decided) => {
        if (this.#isFull(conversationId)) {
          decided('suppressed:budget');
          return;
        }
        line.offer(intent, (suppressed?: SignalOutcome) => {
          const outcome = suppressed ?? (this.#isFull(conversationId) ? 'suppressed:budget' : undefined);
          if (outcome === undefined) this.#windowOf(conversationId).use(this.#clock.now());
          decided(outcome);
        });
      },
      withdraw: (intent) => line.withdraw(intent),
    };
  }

  #isFull(conversationId: string): boolean {
    return (this.#windows.get(conversationId)?.freeAtMs() ?? -Infinity) > this.#clock.now();
  }

  #windowOf(conversationId: string): RollingWindow {
    const known = this.#windows.get(conversationId);
    if (known) return known;
    if (this.#windows.size >= this.#windowsMax) {
      const now = this.#clock.now();
      for (const [id, window] of this.#windows) {
        if (window.freeAtMs(TYPING_LIMIT.limit - 1) <= now) this.#windows.delete(id);
      }
      this.#windowsMax = Math.max(WINDOWS_KEPT, 2 * this.#windows.size);
    }
    const window = new RollingWindow(TYPING_LIMIT);
    this.#windows.set(conversationId, window);
    return window;
  }
}
