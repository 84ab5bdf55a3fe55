import type { Settled } from '../settled.ts';
import { declareTyping } from '../typing/declare-typing.ts';
import type { Typing } from '../typing/typing.ts';
import type { ChannelSignal, TypingChannel } from './typing-channel.ts';

/** Options of a `HeldSessionsChannel`. */
export interface HeldSessionsChannelOptions {
  /** The `typing` of the session that this process holds under that id; `undefined` when it holds none. */
  readonly typingOf: (sessionId: string) => Typing | undefined;
}

/**
 * Typing without a relay, for a process that holds its sessions itself: `GuestSession.typing`, `OpenGuest.typing` or
 * `AgentConversation.typing`. Their own limits and policies decide what goes out, and their outcomes come back; the guest's
 * id is not looked at.
 *
 * ```ts
 * const sessions = new Map([['ada-7', guest]]);
 * const channel = new HeldSessionsChannel({ typingOf: (id) => sessions.get(id)?.typing });
 * await using broadcaster = new TypingBroadcaster({ channel });
 * await broadcaster.broadcastTyping('ada-7', 'ada', 'typing');
 * ```
 */
export class HeldSessionsChannel implements TypingChannel {
  readonly #typingOf: (sessionId: string) => Typing | undefined;

  constructor({ typingOf }: HeldSessionsChannelOptions) {
    this.#typingOf = typingOf;
  }

  /** Whether a session is held. */
  async isActive(sessionId: string): Promise<Settled<boolean>> {
    const value = this.#typingOf(sessionId) !== undefined;
    return {
      outcome: 'sent',
      reason: value ? 'The session is held here.' : 'No session is held under this id.',
      value,
    };
  }

  /** What the session says became of it. Typing that was declared is not taken back by an abort: it ends by itself. */
  async typing({ sessionId, type, durationMs }: ChannelSignal): Promise<Settled> {
    const typing = this.#typingOf(sessionId);
    if (!typing) return { outcome: 'suppressed:no-conversation', reason: 'No session is held under this id.' };
    if (type === 'typing') return declareTyping(typing, durationMs);
    const settled = await declareTyping(typing, 0);
    // Without an Off, renewing ends and the indicator with it: there is nothing more to pass on.
    return settled.outcome === 'unsupported' ? { ...settled, outcome: 'coalesced' } : settled;
  }
}
