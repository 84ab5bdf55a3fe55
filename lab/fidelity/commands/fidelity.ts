import { fidelityArguments } from '../arguments.ts';
import { type FidelityResult, fidelity } from '../study.ts';

export async function fidelityCommand(args: readonly string[]): Promise<void> {
  const asked = fidelityArguments(args);
  const started = performance.now();
  const result = await fidelity(asked, (policy, done, of) => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    process.stderr.write(`${String(done).padStart(3)}/${of}  ${policy.name}  (${seconds} s)\n`);
  });
  process.stdout.write(asked.json ? `${JSON.stringify(result)}\n` : table(result));
}

const COLUMNS = [
  ['agree T1', 'agreement', 3],
  ['T2', 'agreementUnsplit', 3],
  ['ghost s', 'ghostSecondsPerMessage', 2],
  ['missed s', 'missedSecondsPerMessage', 2],
  ['shows', 'showsPerMessage', 2],
  ['onset p95', 'onsetP95Ms', 0],
  ['off p95', 'offLagP95Ms', 0],
  ['frames/min', 'framesPerComposingMinute', 1],
  ['peak', 'peakPerMinute', 0],
  ['refused', 'refusals', 0],
  ['delay ms', 'addedMessageDelayMs', 0],
] as const;

/** Best first. */
function table({ policies, seed, traces, channel, conversations, budgetPerMinute }: FidelityResult): string {
  const width = Math.max(...policies.map(({ name }) => name.length));
  const budget = budgetPerMinute === undefined ? '' : ` sharing ${budgetPerMinute} frames a minute`;
  const lines = [
    `${conversations} conversations (${traces}, seed ${seed}) on channel ${channel}${budget}; per message where not said otherwise`,
    '',
    `${'policy'.padEnd(width)}  ${COLUMNS.map(([title]) => title.padStart(10)).join('')}`,
    ...policies
      .toSorted((a, b) => b.agreement - a.agreement)
      .map(
        (policy) =>
          `${policy.name.padEnd(width)}  ${COLUMNS.map(([, field, digits]) => policy[field].toFixed(digits).padStart(10)).join('')}`,
      ),
  ];
  return `${lines.join('\n')}\n`;
}
