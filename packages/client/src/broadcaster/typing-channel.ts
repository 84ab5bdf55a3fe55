import type { Settled } from '../settled.ts';
import type { Indicator } from './broadcast.ts';

/** What a channel carries: one indicator of one session. */
export interface ChannelSignal {
  readonly sessionId: string;
  readonly guestId: string;
  readonly type: Indicator;
  /** For `typing`: how long it is still true. For the others: how long they are worth sending. */
  readonly durationMs: number;
}

/**
 * The way of a broadcast to Genesys. Implemented by `RelayTypingChannel` and `HeldSessionsChannel`, or by the application.
 *
 * A channel tries once. A result with `retryAfterMs` is tried again after that time while the signal is still true; every
 * other one is final.
 */
export interface TypingChannel {
  /** Whether the session has a conversation that typing can be shown in. */
  isActive(sessionId: string, options: { readonly signal: AbortSignal }): Promise<Settled<boolean>>;
  /**
   * Gets ready what a request needs, such as a token, so that `typing` leaves at once: how long an indicator is still true,
   * and the rate limit, are counted from then. `sent` means ready.
   */
  prepare?(sessionId: string, options: { readonly signal: AbortSignal }): Promise<Settled>;
  /** Passes one indicator on. The signal is aborted when its moment has passed, or the caller gave up. */
  typing(signal: ChannelSignal, options: { readonly signal: AbortSignal }): Promise<Settled>;
}
