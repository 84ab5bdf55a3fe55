export {
  type Admission,
  Arbiter,
  FAIRNESS_MEMORY,
  type Grant,
  LENGTHEN_ABOVE,
  LENGTHEN_MAX,
  MESSAGE_HEADROOM,
  MESSAGE_HOLD_MS,
  OFFERS_MAX,
  QUIET_AFTER_REFUSAL_MS,
  RETRY_AFTER_MAX_MS,
  type SignalOffer,
  type SuppressedOffer,
} from './arbiter.ts';
export { type Budget, GUEST_CONNECTION_BUDGET, GUEST_SESSION_BUDGET, TOKEN_BUDGET } from './budget.ts';
export { AGENT_CHANNEL, type ChannelCapabilities, GUEST_CHANNEL, OPEN_CHANNEL, RELAY_CHANNEL } from './channel.ts';
export {
  AWAY_MS,
  Composing,
  type ComposingOptions,
  type ComposingState,
  DECLARED_LIFETIME_MS,
  type Declaration,
  IDLE_MS,
  type IdleReason,
} from './composing.ts';
export { type KeystrokeKind, keystrokeKindOf } from './keystroke.ts';
export type { SignalOutcome } from './outcome.ts';
export {
  defaultPolicyFor,
  HOLD_MAX_MS,
  ON_OFF_POLICY,
  ON_ONLY_POLICY,
  RENEW_AHEAD_MS,
  RENEW_CHANCE,
  type TypingPolicy,
} from './policy.ts';
export {
  type ReconnectCrowd,
  ReconnectTurns,
  reconnectRoundMs,
  TURNS_CHANCE,
  TURNS_MAX,
  TURNS_PER_MINUTE_MIN,
} from './reconnect-turns.ts';
export { ARRIVAL_MARGIN_MS, RollingWindow } from './rolling-window.ts';
export {
  GUEST_RECONNECT_CAP_MS,
  RECONNECT_ATTEMPTS_MAX,
  RECONNECT_BASE_MS,
  RECONNECT_CAP_MS,
  reconnectDelayMs,
} from './session-backoff.ts';
export {
  CONFIGURE_RETRY_MAX_MS,
  HANDSHAKE_TIMEOUT_MS,
  IllegalTransition,
  type SessionCloseReason,
  type SessionEffect,
  type SessionEvent,
  type SessionFailure,
  SessionMachine,
  type SessionState,
  type SessionTransition,
  transition,
} from './session-machine.ts';
export { EXPLAIN_MAX, type TimelineEntry } from './timeline.ts';
export {
  LATE_GUARD_MS,
  MAX_SHOWN_MS,
  SENDERS_MAX,
  type SenderFact,
  SHOWN_DEFAULT_MS,
  TypingDisplay,
  type TypingDisplayOptions,
  type TypingFact,
  type TypingShown,
} from './typing-display.ts';
export {
  DECLARED_RETRY_MS,
  type EmitterPoll,
  INTENT_LIFETIME_MS,
  TypingEmitter,
  type TypingEmitterOptions,
  type TypingIntent,
} from './typing-emitter.ts';
