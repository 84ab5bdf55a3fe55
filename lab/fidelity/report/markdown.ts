import {
  CONVERSATIONS_PER_SEED,
  type Leaderboard,
  SEEDS,
  SHARED_PER_MINUTE,
  SHARED_SIZES,
  type Standing,
} from '../leaderboard.ts';
import { metricsOf, sharedRace, targetsOf } from '../targets.ts';
import { FAMILIES } from '../traces/family.ts';
import { CHANNELS } from '../world/channel.ts';
import { COLUMNS, cellsOf } from './columns.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [row(head), `|${rule.join('|')}|`, ...rows.map(row)].join('\n');
}

/** The generated section of docs/fidelity.md. */
export function markdown(board: Leaderboard): string {
  const { standings, shared } = board;
  const sections = [
    `\`npm run lab -- report --docs\`: seeds ${SEEDS[0]} to ${SEEDS.at(-1)}, ${CONVERSATIONS_PER_SEED} conversations each, every policy on the same traces.`,
    '### Targets',
    table(
      ['world', 'what', 'wanted', 'measured', ''],
      targetsOf(board).map(({ world, what, wanted, measured, met }) => [
        world,
        what,
        wanted,
        measured,
        met ? 'met' : '**missed**',
      ]),
    ),
    ...CHANNELS.filter(({ name }) => !name.startsWith('agent')).flatMap(({ name, about }) => [
      `### ${name}: ${about}`,
      table(
        ['policy', ...COLUMNS.map(({ title }) => title), '± seeds'],
        best(standings.filter(({ family, channel }) => family.name === 'chat' && channel.name === name)).map(
          ({ policy, metrics, spread }) => [label(policy.name), ...cellsOf(metrics), spread.toFixed(3)],
        ),
      ),
    ]),
    '### Families that no constant was chosen on',
    table(
      [
        'family, channel',
        'ours T1',
        'native',
        'fixed-5/6',
        'causal bound',
        'ours / bound',
        'oracle',
        'shows',
        'native shows',
        'peak',
      ],
      FAMILIES.filter(({ name }) => name !== 'chat').flatMap(({ name: family }) =>
        CHANNELS.map(({ name: channel }) => {
          const of = (policy: string) => metricsOf(standings, family, channel, policy);
          const [ours, bound] = [of('backchannel'), of('causal-bound')];
          return [
            `${family}, ${channel}`,
            `**${ours.agreement.toFixed(3)}**`,
            of('genesys').agreement.toFixed(3),
            of('fixed-5/6').agreement.toFixed(3),
            bound.agreement.toFixed(3),
            (ours.agreement / bound.agreement).toFixed(3),
            of('oracle').agreement.toFixed(3),
            ours.showsPerMessage.toFixed(2),
            of('genesys').showsPerMessage.toFixed(2),
            String(ours.peakPerMinute),
          ];
        }),
      ),
    ),
    `### Conversations that share ${SHARED_PER_MINUTE} typing frames a minute`,
    table(
      [
        'conversations',
        'ours',
        'best fixed without a refusal',
        '',
        'ours / fixed',
        'causal bound',
        'oracle',
        'refusals of ours',
        'native',
        'refusals of native',
      ],
      SHARED_SIZES.map((size) => {
        const { ours, fixed, bound, oracle } = sharedRace(shared, size);
        const native = shared.find(
          ({ conversations, policy, otherMessages }) =>
            conversations === size && policy.name === 'genesys' && !otherMessages,
        )?.metrics;
        return [
          String(size),
          `**${ours.agreement.toFixed(3)}**`,
          fixed.metrics.agreement.toFixed(3),
          fixed.policy.name,
          (ours.agreement / fixed.metrics.agreement).toFixed(3),
          bound.agreement.toFixed(3),
          oracle.agreement.toFixed(3),
          String(ours.refusals),
          native?.agreement.toFixed(3) ?? '',
          String(native?.refusals ?? ''),
        ];
      }),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}

const label = (name: string): string => (name === 'backchannel' ? `**${name}**` : name);

const best = (standings: readonly Standing[]): Standing[] =>
  standings.toSorted((a, b) => b.metrics.agreement - a.metrics.agreement);
