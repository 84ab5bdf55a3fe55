import type { SignalOutcome } from '@backchannel/signals';
import type { BackchannelError } from './error.ts';

/**
 * How a call ended. Every call of this package settles with one of these inside a named time; only mistakes of the caller
 * throw. `outcome` is `sent` when the thing was done, for messages and connections as for signals.
 */
export interface Settled<Value = undefined> {
  readonly outcome: SignalOutcome;
  /** One sentence for a person. */
  readonly reason: string;
  readonly value?: Value | undefined;
  /** How long the platform asked to wait, when it did. */
  readonly retryAfterMs?: number | undefined;
  readonly error?: BackchannelError | undefined;
}
