/**
 * What became of a signal. Every signal ends with exactly one of these; there is no silence.
 *
 * The values are stable: they are recorded, shown by `explain()` and returned to callers.
 */
export type SignalOutcome =
  /** It left for the platform (which acknowledges no typing frame, so nothing more can be known). */
  | 'sent'
  /** An earlier signal still says the same, so this one was not needed. */
  | 'coalesced'
  /** A rate limit, or the share that is reserved for messages, had no room for it. */
  | 'suppressed:budget'
  /** Its moment had passed before it could be sent; a late signal would be untrue. */
  | 'suppressed:stale'
  /** The least time between two signals of its channel had not passed. */
  | 'suppressed:gap'
  /** The platform refused for its rate recently, so signals are silent for a while. */
  | 'suppressed:quiet'
  /** The participant, or the integrator, does not want it known. */
  | 'suppressed:privacy'
  /** No conversation exists, and a signal never opens one. */
  | 'suppressed:no-conversation'
  /** The deployment has typing indicators switched off. */
  | 'suppressed:disabled'
  /** There is no connection, and a signal never waits for one. */
  | 'offline'
  /** The channel cannot carry this kind of signal. */
  | 'unsupported'
  /** The platform answered with an error. */
  | 'refused'
  /** The platform did not answer in time; whether it took the signal is unknown. */
  | 'timeout'
  /** The caller gave up; whether the signal had left is unknown. */
  | 'aborted';
