import { CONVERSATIONS, type FidelityArguments } from './arguments.ts';
import { policiesNamed } from './policies/all.ts';
import { GapModel } from './policies/gap-model.ts';
import type { Policy } from './policies/policy.ts';
import { simulate } from './simulate.ts';
import type { Metrics } from './tally.ts';
import { generate } from './traces/generate.ts';
import type { Conversation } from './traces/trace.ts';
import { readTraceFile } from './traces/trace-file.ts';

/** What `--json` prints. Metrics as docs/fidelity.md defines them; rounded, so that it can be read and compared. */
export interface FidelityResult {
  readonly seed: number;
  /** The family, or the file. */
  readonly traces: string;
  readonly channel: string;
  readonly conversations: number;
  readonly budgetPerMinute?: number | undefined;
  readonly policies: readonly ({ readonly name: string } & Metrics)[];
}

/** Conversations on a shared budget are all of this length: the load is steady, and comparable. */
const SHARED_LENGTH_MS = 600_000;

/** The bound learns the population from as many other conversations, under a seed of their own. */
const POPULATION = { count: 1_500, seedOffset: 7_919 } as const;

/** Plays each policy on the same traces in the same world. `progress` hears of each when it is done. */
export async function fidelity(
  args: FidelityArguments,
  progress: (policy: Policy, done: number, of: number) => void = () => undefined,
): Promise<FidelityResult> {
  const { family, channel, budget, seed, traces } = args;
  const fromFile = traces === undefined ? undefined : await readTraceFile(traces);
  const conversations: readonly Conversation[] = fromFile
    ? fromFile.slice(0, args.conversations ?? fromFile.length)
    : [
        ...generate({
          family,
          seed,
          count: args.conversations ?? CONVERSATIONS,
          lengthMs: budget === undefined ? undefined : SHARED_LENGTH_MS,
        }),
      ];
  const population = () =>
    new GapModel(fromFile ?? [...generate({ family, seed: seed + POPULATION.seedOffset, count: POPULATION.count })]);
  const policies = policiesNamed(args.policies, population);
  const shared = budget === undefined ? undefined : ({ perMinute: budget, counts: 'typing' } as const);
  const measured = policies.map((policy, index) => {
    const metrics = simulate({ conversations, policy, channel, seed, shared }).metrics();
    progress(policy, index + 1, policies.length);
    return { name: policy.name, ...rounded(metrics) };
  });
  return {
    seed,
    traces: traces ?? family.name,
    channel: channel.name,
    conversations: conversations.length,
    ...(budget !== undefined && { budgetPerMinute: budget }),
    policies: measured,
  };
}

/** Shares to 4 digits, seconds and counts to 3, milliseconds to whole ones. */
function rounded(metrics: Metrics): Metrics {
  const to = (digits: number, value: number) => Number(value.toFixed(digits));
  return {
    agreement: to(4, metrics.agreement),
    agreementUnsplit: to(4, metrics.agreementUnsplit),
    ghostSecondsPerMessage: to(3, metrics.ghostSecondsPerMessage),
    missedSecondsPerMessage: to(3, metrics.missedSecondsPerMessage),
    showsPerMessage: to(3, metrics.showsPerMessage),
    onsetP50Ms: to(0, metrics.onsetP50Ms),
    onsetP95Ms: to(0, metrics.onsetP95Ms),
    offLagP50Ms: to(0, metrics.offLagP50Ms),
    offLagP95Ms: to(0, metrics.offLagP95Ms),
    framesPerComposingMinute: to(2, metrics.framesPerComposingMinute),
    peakPerMinute: metrics.peakPerMinute,
    refusals: metrics.refusals,
    addedMessageDelayMs: to(0, metrics.addedMessageDelayMs),
  };
}
