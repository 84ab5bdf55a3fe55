import type { ChannelCapabilities } from './channel.ts';

/** When to renew an On, and how long one holds. When to stop is `Composing`'s idle time. */
export type TypingPolicy = {
  /** An On is renewed no earlier than this after it, in ms. Never below the channel's `minGapMs`. */
  readonly renewMs: number;
  /** How long an On says it holds, in ms. Channels without a duration use their default. */
  readonly durationMs: number;
};

/**
 * A renewal leaves this much before the indicator would go out, and no earlier: whatever is decided late is decided
 * with more known. Covers the jitter of two frames (latency median 90 ms: 95 % of differences are below 200 ms).
 */
export const RENEW_AHEAD_MS = 250;

/**
 * An On is renewed while composing goes on with at least this chance. A wrong renewal shows five untrue seconds, a
 * missing one hides about two true ones. The lab's sweep is flat from 0.6 to 0.8, within 0.001 of agreement.
 */
export const RENEW_CHANCE = 0.7;

/** The longest that an On holds when a limit leaves no place for its renewal. */
export const HOLD_MAX_MS = 15_000;

/**
 * For channels without an Off. An On holds one gap and {@link RENEW_AHEAD_MS}, and the decision to renew is made when
 * the gap is over: at a key, or without one while the next is likely. Where a platform ignores the duration and shows
 * 5 s, the renewals arrive as the indicator goes out, and earlier than its own clients' (docs/fidelity.md).
 */
export const ON_ONLY_POLICY: TypingPolicy = { renewMs: 4_750, durationMs: 5_250 };

/** For channels with an Off, together with an idle time. */
export const ON_OFF_POLICY: TypingPolicy = { renewMs: 4_000, durationMs: 6_000 };

/** The policy for a channel: with or without an Off. */
export function defaultPolicyFor(channel: ChannelCapabilities): TypingPolicy {
  return channel.hasOff ? ON_OFF_POLICY : ON_ONLY_POLICY;
}
