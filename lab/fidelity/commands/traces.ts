import { CONVERSATIONS, named, parsed, whole } from '../arguments.ts';
import { FAMILIES } from '../traces/family.ts';
import { generate } from '../traces/generate.ts';
import { traceLine } from '../traces/trace-file.ts';

/** Generated conversations, as the files that `--traces` reads. */
export async function tracesCommand(args: readonly string[]): Promise<void> {
  const values = parsed(args, {
    family: { type: 'string' },
    conversations: { type: 'string' },
    seed: { type: 'string' },
  });
  const family = named('--family', FAMILIES, values.family ?? 'chat');
  const count = whole('--conversations', values.conversations, 100_000) ?? CONVERSATIONS;
  const seed = whole('--seed', values.seed, Number.MAX_SAFE_INTEGER) ?? 1;
  for (const conversation of generate({ family, seed, count })) process.stdout.write(`${traceLine(conversation)}\n`);
}
