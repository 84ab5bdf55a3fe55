/** What a way to the other side can carry, and how often. The emitter decides by these facts alone. */
export type ChannelCapabilities = {
  /** An explicit "stopped typing" exists. */
  readonly hasOff: boolean;
  /** A typing frame can say how long it holds. */
  readonly hasDuration: boolean;
  /** How long a typing frame holds when it does not say, in ms. */
  readonly defaultDurationMs: number;
  /** Least time between two Ons, in ms; forgotten at the sender's own message. */
  readonly minGapMs: number;
  /** At most `limit` signals, On and Off, in any `windowMs`. Nothing lifts it. */
  readonly perWindow?: { readonly limit: number; readonly windowMs: number } | undefined;
};

/**
 * Guest to Genesys, over the messenger's WebSocket. On only (documented: `GUEST-TYPING-ON-ONLY`) with an optional
 * duration, 5 s when none is given (documented: `GUEST-TYPING-DURATION`); one frame per 5 s (documented:
 * `LIMIT-GUEST-TYPING`, a rule of the official clients). The minute's limit is the same rule seen over a minute, so
 * that the resets at messages don't add up (assumed).
 */
export const GUEST_CHANNEL: ChannelCapabilities = {
  hasOff: false,
  hasDuration: true,
  defaultDurationMs: 5_000,
  minGapMs: 5_000,
  perWindow: { limit: 12, windowMs: 60_000 },
};

/**
 * Agent to guest, over the platform's REST resource `…/communications/{communicationId}/typing`. On only (documented:
 * `AGENT-TYPING-ON-ONLY`) with an optional duration (documented: `AGENT-TYPING`), 5 s when none is given (documented:
 * `GUEST-TYPING-DURATION`); 12 per conversation and minute (third-party: `LIMIT-AGENT-TYPING`). The gap of 5 s spreads
 * these twelve evenly; it is our choice.
 */
export const AGENT_CHANNEL: ChannelCapabilities = {
  hasOff: false,
  hasDuration: true,
  defaultDurationMs: 5_000,
  minGapMs: 5_000,
  perWindow: { limit: 12, windowMs: 60_000 },
};

/**
 * A customer's own channel to Genesys, over the inbound event of open messaging. An event says Typing and nothing else: no
 * Off, no duration (documented: `OPEN-EVENT`); that it holds for the 5 s that a typing frame without a duration holds
 * elsewhere is assumed (`GUEST-TYPING-DURATION`). No limit of its own is in any source: the gap, which lets a renewal
 * arrive before the 5 s are over, and the 30 a minute, which bound the resets at messages, are our choice.
 */
export const OPEN_CHANNEL: ChannelCapabilities = {
  hasOff: false,
  hasDuration: false,
  defaultDurationMs: 5_000,
  minGapMs: 4_500,
  perWindow: { limit: 30, windowMs: 60_000 },
};

/**
 * Backchannel's own plane, where On and Off both exist and every frame carries its duration. The numbers are ours: one
 * second between two Ons lets a cleared draft that is begun again show at once; that and 20 frames a minute bound a
 * flapping sender.
 */
export const RELAY_CHANNEL: ChannelCapabilities = {
  hasOff: true,
  hasDuration: true,
  defaultDurationMs: 6_000,
  minGapMs: 1_000,
  perWindow: { limit: 20, windowMs: 60_000 },
};
