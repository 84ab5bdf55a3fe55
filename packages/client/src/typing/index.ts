export {
  AGENT_CHANNEL,
  type ChannelCapabilities,
  GUEST_CHANNEL,
  type KeystrokeKind,
  keystrokeKindOf,
  OPEN_CHANNEL,
  RELAY_CHANNEL,
  type SignalOutcome,
  type TimelineEntry,
  type TypingPolicy,
} from '@backchannel/signals';
export type { Settled } from '../settled.ts';
export type { TypingArbiter } from './shared-arbiter.ts';
export { type SendTyping, Typing, type TypingOptions, type TypingSignal } from './typing.ts';
