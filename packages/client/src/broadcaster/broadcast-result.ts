import type { SignalOutcome } from '@backchannel/signals';
import type { BackchannelError } from '../error.ts';

interface AnyResult {
  /** One sentence for a person. */
  readonly reason: string;
  /** From the call to its end, in milliseconds: waiting, checking and retrying included, the webhook not. */
  readonly latencyMs: number;
  /** UUID of the audit entry. */
  readonly auditId: string;
  /** How often the channel was given the signal: 0 to `ATTEMPTS_MAX`. */
  readonly attempts: number;
}

/** The channel took the broadcast. */
export interface BroadcastDone extends AnyResult {
  readonly success: true;
  /** `coalesced`: what it says is shown, or ended, already, so the channel had nothing to pass on. */
  readonly outcome: 'sent' | 'coalesced';
}

/** The channel did not take the broadcast, or nobody knows whether it did (`timeout`, `aborted`). */
export interface BroadcastFailed extends AnyResult {
  readonly success: false;
  /**
   * - `refused`: a value is wrong (`broadcast.invalid`), or the other side said no; `error` knows which.
   * - `suppressed:gap`: the session had a `typing` less than 2 s ago; `retryAfterMs` says when the next may go.
   * - `suppressed:quiet`: the other side asked for a pause in this session; `retryAfterMs` says how long it still is.
   * - `suppressed:stale`: it could not leave while it was true.
   * - `coalesced`: a newer broadcast of the session that says the same took its place before it left.
   * - `suppressed:no-conversation`: the session is not active.
   * - `suppressed:budget`: more sessions at once than are kept.
   * - `aborted`: by its signal, or by `deactivate()`.
   */
  readonly outcome: Exclude<SignalOutcome, 'sent'>;
  readonly retryAfterMs?: number | undefined;
  readonly error?: BackchannelError | undefined;
}

/** How a broadcast ended. */
export type BroadcastResult = BroadcastDone | BroadcastFailed;
