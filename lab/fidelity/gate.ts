import { shippedPolicy } from './policies/shipped.ts';
import { simulate } from './simulate.ts';
import { Tally } from './tally.ts';
import { FAMILIES } from './traces/family.ts';
import { generate } from './traces/generate.ts';
import { CHANNELS } from './world/channel.ts';

/** What the gate watches of our policy, in one world. */
export interface GateNumbers {
  readonly agreement: number;
  readonly showsPerMessage: number;
  readonly peakPerMinute: number;
  readonly refusals: number;
}

/** By `family channel`, or `shared N`. */
export type GateRecord = Readonly<Record<string, GateNumbers>>;

/** Agreement may fall by this much: less is noise of the traces that the seeds have chosen. */
export const AGREEMENT_FALL_MAX = 0.005;

const SEEDS = [1, 2, 3] as const;
const CONVERSATIONS = 60;
const SHARED = { perMinute: 300, counts: 'typing' } as const;
const SHARED_SIZES = [60, 200] as const;
const SHARED_LENGTH_MS = 300_000;

/** A short run with fixed seeds, always the same. */
export function measureForGate(): GateRecord {
  const record: Record<string, GateNumbers> = {};
  const policy = shippedPolicy();
  for (const family of FAMILIES) {
    const traces = SEEDS.map((seed) => [...generate({ family, seed, count: CONVERSATIONS })]);
    for (const channel of CHANNELS) {
      const tally = new Tally();
      for (const [index, conversations] of traces.entries())
        tally.merge(simulate({ conversations, policy, channel, seed: SEEDS[index] ?? index }));
      record[`${family.name} ${channel.name}`] = numbers(tally);
    }
  }
  const [family] = FAMILIES;
  const agent = CHANNELS.find(({ name }) => name === 'agent');
  if (!family || !agent) throw new Error('The default family and the agent channel are missing from their lists.');
  for (const count of SHARED_SIZES) {
    const conversations = [...generate({ family, seed: 1, count, lengthMs: SHARED_LENGTH_MS })];
    const tally = simulate({ conversations, policy, channel: agent, seed: 1, shared: SHARED });
    record[`shared ${count}`] = numbers(tally);
  }
  return record;
}

function numbers(tally: Tally): GateNumbers {
  const { agreement, showsPerMessage, peakPerMinute, refusals } = tally.metrics();
  return {
    agreement: Number(agreement.toFixed(4)),
    showsPerMessage: Number(showsPerMessage.toFixed(3)),
    peakPerMinute,
    refusals,
  };
}

/** Everything that is worse than it may be: agreement that fell, a limit that was broken, a world that is missing. */
export function gateProblems(measured: GateRecord, recorded: GateRecord): string[] {
  const problems: string[] = [];
  for (const [world, before] of Object.entries(recorded)) {
    const now = measured[world];
    if (!now) {
      problems.push(`${world}: it was recorded and is not measured any more`);
      continue;
    }
    const fall = before.agreement - now.agreement;
    if (fall > AGREEMENT_FALL_MAX)
      problems.push(
        `${world}: agreement fell from ${before.agreement} to ${now.agreement}, by more than ${AGREEMENT_FALL_MAX}`,
      );
  }
  for (const [world, now] of Object.entries(measured)) {
    const peakMax = world.startsWith('shared')
      ? SHARED.perMinute
      : CHANNELS.find(({ name }) => world.endsWith(` ${name}`))?.peakMax;
    if (!recorded[world]) problems.push(`${world}: it is measured and not recorded; run npm run lab -- gate --record`);
    if (peakMax !== undefined && now.peakPerMinute > peakMax)
      problems.push(`${world}: ${now.peakPerMinute} frames in a minute, and the limit is ${peakMax}`);
    if (now.refusals > 0) problems.push(`${world}: ${now.refusals} frames were refused, and none may be`);
  }
  return problems;
}
