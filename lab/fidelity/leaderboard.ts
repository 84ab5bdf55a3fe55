import { causalBound } from './policies/causal-bound.ts';
import { GapModel } from './policies/gap-model.ts';
import { FIXED_POLICIES, fixedPolicy, KNOWN_POLICIES } from './policies/known.ts';
import { ORACLE } from './policies/oracle.ts';
import type { Policy } from './policies/policy.ts';
import { SILENT, shippedPolicy } from './policies/shipped.ts';
import { simulate } from './simulate.ts';
import { type Metrics, Tally } from './tally.ts';
import { FAMILIES, type Family } from './traces/family.ts';
import { generate } from './traces/generate.ts';
import type { Conversation } from './traces/trace.ts';
import { CHANNELS, type LabChannel } from './world/channel.ts';

/** Every published number is the sum over these. */
export const SEEDS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8];
export const CONVERSATIONS_PER_SEED = 120;

/** The population that the causal bound has counted: other conversations of the family. */
const POPULATION = { seed: 7_920, count: 1_500 } as const;

export const SHARED_PER_MINUTE = 300;
export const SHARED_SIZES: readonly number[] = [10, 20, 30, 40, 60, 80, 100, 150, 200, 300];
const SHARED_LENGTH_MS = 600_000;
const SHARED_SEED = 1;
const FULL_TOKEN_SIZES: readonly number[] = [60, 200];
/** The arbiter counts a window a quarter of a second longer than the platform does. */
const FULL_TOKEN_SLACK = 2;

export interface Standing {
  readonly family: Family;
  readonly channel: LabChannel;
  readonly policy: Policy;
  readonly metrics: Metrics;
  /** Standard deviation of the agreement between seeds. */
  readonly spread: number;
}

export interface SharedStanding {
  readonly conversations: number;
  readonly policy: Policy;
  readonly metrics: Metrics;
  readonly otherMessages: boolean;
}

export interface Leaderboard {
  readonly standings: readonly Standing[];
  readonly shared: readonly SharedStanding[];
}

export function leaderboard(progress: (what: string) => void): Leaderboard {
  const standings: Standing[] = [];
  for (const family of FAMILIES) {
    const traces = SEEDS.map((seed) => [...generate({ family, seed, count: CONVERSATIONS_PER_SEED })]);
    const bound = causalBound(populationOf(family));
    for (const channel of CHANNELS) {
      progress(`${family.name} on ${channel.name}`);
      for (const policy of [shippedPolicy(), ...FIXED_POLICIES, ...KNOWN_POLICIES, bound, ORACLE])
        standings.push(standing(family, channel, policy, traces));
    }
  }
  return { standings, shared: sharedStandings(progress) };
}

const populationOf = (family: Family): GapModel => new GapModel([...generate({ family, ...POPULATION })]);

function standing(
  family: Family,
  channel: LabChannel,
  policy: Policy,
  traces: readonly (readonly Conversation[])[],
): Standing {
  const all = new Tally();
  const agreements: number[] = [];
  for (const [index, conversations] of traces.entries()) {
    const tally = simulate({ conversations, policy, channel, seed: SEEDS[index] ?? index });
    agreements.push(tally.metrics().agreement);
    all.merge(tally);
  }
  return { family, channel, policy, metrics: all.metrics(), spread: deviation(agreements) };
}

/** Fixed policies that could be chosen for a shared budget: renewed by the first key after one time, holding for another. */
const SHARED_SWEEP: readonly Policy[] = [
  ...[7, 8, 10, 12, 15, 20, 25].map((renew) => fixedPolicy(renew * 1_000, (renew + 1) * 1_000)),
  ...[10, 15, 20, 25, 30, 35, 40, 50, 65, 80].map((renew) =>
    fixedPolicy(renew * 1_000, Math.min(30, renew + 2) * 1_000, false),
  ),
];

/** Agents on one token. Fixed policies that were refused anything are kept: the table says so. */
function sharedStandings(progress: (what: string) => void): SharedStanding[] {
  const [family] = FAMILIES;
  const channel = CHANNELS.find(({ name }) => name === 'agent');
  if (!family || !channel) throw new Error('The default family and the agent channel are missing from their lists.');
  const bound = causalBound(populationOf(family));
  const found: SharedStanding[] = [];
  for (const count of SHARED_SIZES) {
    progress(`${count} conversations on one token`);
    const conversations = [...generate({ family, seed: SHARED_SEED, count, lengthMs: SHARED_LENGTH_MS })];
    for (const policy of [shippedPolicy(), ...FIXED_POLICIES, ...KNOWN_POLICIES, ...SHARED_SWEEP, bound, ORACLE]) {
      const shared = { perMinute: SHARED_PER_MINUTE, counts: 'typing' } as const;
      const tally = simulate({ conversations, policy, channel, seed: SHARED_SEED, shared });
      found.push({ conversations: count, policy, metrics: tally.metrics(), otherMessages: false });
    }
  }
  for (const count of FULL_TOKEN_SIZES) {
    progress(`${count} conversations on a token that messages use whole`);
    const conversations = [...generate({ family, seed: SHARED_SEED, count, lengthMs: SHARED_LENGTH_MS })];
    const shared = {
      perMinute: SHARED_PER_MINUTE,
      counts: 'all',
      otherMessagesPerMinute: SHARED_PER_MINUTE - FULL_TOKEN_SLACK,
    } as const;
    const play = (policy: Policy) => simulate({ conversations, policy, channel, seed: SHARED_SEED, shared });
    const withoutSignalsMs = play(SILENT).messageDelayMs;
    for (const policy of [shippedPolicy(), ...KNOWN_POLICIES]) {
      const metrics = play(policy).metrics(withoutSignalsMs);
      found.push({ conversations: count, policy, metrics, otherMessages: true });
    }
  }
  return found;
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
