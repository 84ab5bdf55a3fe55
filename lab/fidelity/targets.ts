import type { Leaderboard, SharedStanding, Standing } from './leaderboard.ts';
import type { Metrics } from './tally.ts';

/** One thing that the project promised, and how it came out. */
export interface Target {
  readonly world: string;
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

const OURS = 'backchannel';
const NATIVE = 'genesys';
const BOUND = 'causal-bound';
const ORACLE = 'oracle';
const HONOURED = ['guest', 'agent'];

const three = (value: number): string => value.toFixed(3);

/** The targets of the default family; the held-out families have their own table. */
export function targetsOf({ standings, shared }: Leaderboard): Target[] {
  const of = (channel: string, policy: string) => metricsOf(standings, 'chat', channel, policy);
  const targets: Target[] = [];
  const atLeast = (world: string, what: string, value: number, least: number) =>
    targets.push({ world, what, wanted: `≥ ${least}`, measured: three(value), met: round(value) >= least });
  const atMost = (world: string, what: string, value: number, most: number, digits = 2) =>
    targets.push({
      world,
      what,
      wanted: `≤ ${most}`,
      measured: value.toFixed(digits),
      met: Number(value.toFixed(digits)) <= most,
    });
  for (const channel of HONOURED) {
    const ours = of(channel, OURS);
    atLeast(channel, 'agreement T1', ours.agreement, 0.93);
    atLeast(channel, 'share of the causal bound', ours.agreement / of(channel, BOUND).agreement, 0.975);
    atMost(channel, 'shows per message', ours.showsPerMessage, 1.2);
    atMost(channel, 'peak in 60 s', ours.peakPerMinute, 12, 0);
  }
  for (const channel of HONOURED.map((each) => `${each}-ignored`)) {
    const ours = of(channel, OURS);
    const native = of(channel, NATIVE);
    atLeast(channel, 'agreement T1, never below native', ours.agreement, Number(three(native.agreement)));
    atMost(
      channel,
      'shows per message, never above native',
      ours.showsPerMessage,
      Number(native.showsPerMessage.toFixed(2)),
    );
    atMost(channel, 'peak in 60 s', ours.peakPerMinute, 12, 0);
  }
  const open = of('open', OURS);
  atLeast('open', 'agreement T1', open.agreement, 0.925);
  atMost('open', 'shows per message', open.showsPerMessage, 1.4);
  atMost('open', 'peak in 60 s', open.peakPerMinute, 30, 0);
  const relay = of('relay', OURS);
  atLeast('relay', 'agreement T1', relay.agreement, 0.945);
  atLeast('relay', 'share of the causal bound', relay.agreement / of('relay', BOUND).agreement, 0.985);
  atMost('relay', 'shows per message', relay.showsPerMessage, 1.2);
  atMost('relay', 'peak in 60 s', relay.peakPerMinute, 20, 0);
  for (const size of [60, 200]) {
    const { ours, fixed } = sharedRace(shared, size);
    const world = `${size} conversations on one token`;
    atLeast(
      world,
      `agreement over the best fixed policy (${fixed.policy.name})`,
      ours.agreement / fixed.metrics.agreement,
      1.15,
    );
    atMost(world, 'refusals', ours.refusals, 0, 0);
  }
  for (const full of shared.filter(({ otherMessages, policy }) => otherMessages && policy.name === OURS)) {
    const world = `${full.conversations} conversations, messages use the whole token`;
    atMost(world, 'delay added to messages, ms', full.metrics.addedMessageDelayMs, 0, 0);
    atMost(world, 'refusals', full.metrics.refusals, 0, 0);
  }
  return targets;
}

/** Ours on a shared budget, and the best fixed policy that no limit ever refused anything. */
export function sharedRace(
  shared: readonly SharedStanding[],
  size: number,
): { ours: Metrics; fixed: SharedStanding; bound: Metrics; oracle: Metrics } {
  const here = shared.filter(({ conversations, otherMessages }) => conversations === size && !otherMessages);
  const named = (name: string) => {
    const found = here.find(({ policy }) => policy.name === name);
    if (!found) throw new Error(`The leaderboard has no ${name} for ${size} conversations.`);
    return found.metrics;
  };
  const [fixed] = here
    .filter(({ policy, metrics }) => (policy.group === 'known' || policy.group === 'field') && metrics.refusals === 0)
    .toSorted((a, b) => b.metrics.agreement - a.metrics.agreement);
  if (!fixed) throw new Error(`No fixed policy is within the budget of ${size} conversations.`);
  return { ours: named(OURS), fixed, bound: named(BOUND), oracle: named(ORACLE) };
}

export function metricsOf(standings: readonly Standing[], family: string, channel: string, policy: string): Metrics {
  const found = standings.find(
    (each) => each.family.name === family && each.channel.name === channel && each.policy.name === policy,
  );
  if (!found) throw new Error(`The leaderboard has no ${policy} on ${channel} of ${family}.`);
  return found.metrics;
}

const round = (value: number): number => Number(three(value));
