import {
  AGENT_CHANNEL,
  type ChannelCapabilities,
  GUEST_CHANNEL,
  OPEN_CHANNEL,
  RELAY_CHANNEL,
} from '@backchannel/signals';

/** What the platform refuses, in rolling windows. */
export interface PlatformLimit {
  readonly id: string;
  /** `typing`: typing frames alone. `all`: messages too. */
  readonly counts: 'typing' | 'all';
  /** Whether each conversation has its own, or all conversations of a token share it. */
  readonly per: 'conversation' | 'token';
  readonly limit: number;
  readonly windowMs: number;
}

/** A way from the writer to the viewer, as the lab plays it. */
export interface LabChannel {
  readonly name: string;
  readonly about: string;
  /** What our policy is told. */
  readonly capabilities: ChannelCapabilities;
  /** A declared duration arrives; otherwise the viewer's default of 5 s holds, whatever was declared. */
  readonly honoursDuration: boolean;
  readonly limits: readonly PlatformLimit[];
  /** The worst that a policy may send in any 60 s to be called within the channel's limits. */
  readonly peakMax: number;
}

const MINUTE_MS = 60_000;
const TOKEN: PlatformLimit = { id: 'LIMIT-TOKEN', counts: 'all', per: 'token', limit: 300, windowMs: MINUTE_MS };
const GUEST_LIMITS: readonly PlatformLimit[] = [
  { id: 'LIMIT-GUEST-REQUESTS', counts: 'all', per: 'conversation', limit: 60, windowMs: MINUTE_MS },
];
const AGENT_LIMITS: readonly PlatformLimit[] = [
  { id: 'LIMIT-AGENT-TYPING', counts: 'typing', per: 'conversation', limit: 12, windowMs: MINUTE_MS },
  TOKEN,
];

export const CHANNELS: readonly LabChannel[] = [
  {
    name: 'guest',
    about: 'guest to agent over the messenger’s socket, duration honoured',
    capabilities: GUEST_CHANNEL,
    honoursDuration: true,
    limits: GUEST_LIMITS,
    peakMax: 12,
  },
  {
    name: 'guest-ignored',
    about: 'the same where the platform ignores the duration: every frame holds 5 s',
    capabilities: GUEST_CHANNEL,
    honoursDuration: false,
    limits: GUEST_LIMITS,
    peakMax: 12,
  },
  {
    name: 'agent',
    about: 'agent to guest over REST, duration honoured',
    capabilities: AGENT_CHANNEL,
    honoursDuration: true,
    limits: AGENT_LIMITS,
    peakMax: 12,
  },
  {
    name: 'agent-ignored',
    about: 'the same where the platform ignores the duration',
    capabilities: AGENT_CHANNEL,
    honoursDuration: false,
    limits: AGENT_LIMITS,
    peakMax: 12,
  },
  {
    name: 'open',
    about: 'an open messaging integration: On only, every frame holds 5 s',
    capabilities: OPEN_CHANNEL,
    honoursDuration: false,
    limits: [TOKEN],
    peakMax: 30,
  },
  {
    name: 'relay',
    about: 'Backchannel’s own plane: On and Off, each frame carries its duration',
    capabilities: RELAY_CHANNEL,
    honoursDuration: true,
    limits: [],
    peakMax: 20,
  },
];
