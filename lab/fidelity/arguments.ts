import { parseArgs } from 'node:util';
import { FAMILIES, type Family } from './traces/family.ts';
import { CHANNELS, type LabChannel } from './world/channel.ts';

/** A command line that can't be run: what is wrong and what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface FidelityArguments {
  /** A trace file; absent: generated. */
  readonly traces: string | undefined;
  readonly family: Family;
  readonly channel: LabChannel;
  /** Names, or `all`. */
  readonly policies: readonly string[] | 'all';
  /** Absent: as many as the file has, or {@link CONVERSATIONS}. */
  readonly conversations: number | undefined;
  /** Typing frames per minute that all conversations share. */
  readonly budget: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

export const CONVERSATIONS = 400;
const CONVERSATIONS_MAX = 100_000;
const BUDGET_MAX = 1_000_000;

export const USAGE = `npm run lab -- fidelity [options]   agreement of every policy with the truth
  --traces FILE         conversations from a file (one JSON object per line; docs/fidelity.md); default: generated
  --family NAME         ${FAMILIES.map(({ name }) => name).join(', ')}; default chat
  --channel NAME        ${CHANNELS.map(({ name }) => name).join(', ')}; default guest
  --policies all|A,B    default all
  --conversations N     default ${CONVERSATIONS}, or all of the file
  --budget R            all conversations at the same time, sharing R typing frames per minute
  --seed S              default 1
  --json                the numbers as JSON on stdout
npm run lab -- traces [--family NAME] [--conversations N] [--seed S]   generated traces on stdout
npm run lab -- report [--out FILE] [--docs]   the page with tables and charts; --docs: also the tables of docs/fidelity.md
npm run lab -- gate [--record]        fails when agreement fell or a limit broke`;

export function fidelityArguments(args: readonly string[]): FidelityArguments {
  const values = parsed(args, {
    traces: { type: 'string' },
    family: { type: 'string' },
    channel: { type: 'string' },
    policies: { type: 'string' },
    conversations: { type: 'string' },
    budget: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (values.traces !== undefined && values.family !== undefined)
    throw new UsageError(
      '--traces and --family exclude each other: a file brings its own conversations. Leave one out.',
    );
  return {
    traces: values.traces,
    family: named('--family', FAMILIES, values.family ?? 'chat'),
    channel: named('--channel', CHANNELS, values.channel ?? 'guest'),
    policies: values.policies === undefined || values.policies === 'all' ? 'all' : values.policies.split(','),
    conversations: whole('--conversations', values.conversations, CONVERSATIONS_MAX),
    budget: whole('--budget', values.budget, BUDGET_MAX),
    seed: whole('--seed', values.seed, Number.MAX_SAFE_INTEGER) ?? 1,
    json: values.json ?? false,
  };
}

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>;
type Values<Given extends Options> = {
  readonly [Name in keyof Given]?: Given[Name]['type'] extends 'string' ? string : boolean;
};

export function parsed<Given extends Options>(args: readonly string[], options: Given): Values<Given> {
  try {
    return parseArgs({ args: [...args], options, strict: true }).values as Values<Given>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export function named<Thing extends { readonly name: string }>(
  option: string,
  things: readonly Thing[],
  name: string,
): Thing {
  const thing = things.find((each) => each.name === name);
  if (!thing)
    throw new UsageError(
      `${option} ${JSON.stringify(name)} is not known. It is one of: ${things.map((each) => each.name).join(', ')}.`,
    );
  return thing;
}

export function whole(option: string, value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > most)
    throw new UsageError(`${option} ${JSON.stringify(value)} is not a whole number from 1 to ${most}.`);
  return number;
}
