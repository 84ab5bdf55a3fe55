import {
  CONVERSATIONS_PER_SEED,
  type Leaderboard,
  SEEDS,
  SHARED_PER_MINUTE,
  SHARED_SIZES,
  type Standing,
} from '../leaderboard.ts';
import type { Policy } from '../policies/policy.ts';
import { metricsOf, sharedRace, targetsOf } from '../targets.ts';
import { FAMILIES } from '../traces/family.ts';
import { CHANNELS, type LabChannel } from '../world/channel.ts';
import { escaped, lines, type Point, scatter } from './chart.ts';
import { COLUMNS, cellsOf } from './columns.ts';
import { STYLE } from './style.ts';

/** One file with everything in it: tables, charts, light and dark. */
export function reportPage(board: Leaderboard): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Typing fidelity</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Is the typing indicator true?</h1>
<p>Agreement is the time in which somebody types and it shows, divided by the time in which somebody types or it shows. Every policy
meets the same ${(SEEDS.length * CONVERSATIONS_PER_SEED).toLocaleString('en')} generated conversations in the same world of latency, loss and limits.</p>
${tiles(board)}
<h2>What a minute of frames buys</h2>
<p>Up is truer, left is cheaper. Guest channel: no “off” exists, a frame carries its duration. Policies of products with an “off” of their own lose it here; see the relay plane below.</p>
${scatterOf(board, 'guest', 45)}
<h2>Where an “off” exists</h2>
<p>Backchannel’s own plane. Here every product plays with the frames it was designed with.</p>
${scatterOf(board, 'relay', 45)}
<h2>Many conversations on one token</h2>
<p>Agents who share ${SHARED_PER_MINUTE} typing frames a minute. <strong>Native</strong> frames are refused and the indicator goes out; ours hold longer the scarcer places get, and none is refused.</p>
${sharedChart(board)}
${sharedTable(board)}
<h2>Targets</h2>
${targetTable(board)}
<h2>Leaderboard</h2>
${CHANNELS.map((channel, index) => leaderboardOf(board, channel, index === 0)).join('\n')}
<h2>Families that no constant was chosen on</h2>
<p>${FAMILIES.map(({ name, about }) => `<strong>${escaped(name)}</strong>: ${escaped(about)}.`).join(' ')}</p>
${familyTable(board)}
<h2>The policies</h2>
${policyTable(board)}
<footer>Synthetic traces: use the ranking, not the third digit. Definitions, worlds and limits: docs/fidelity.md. Made by <code>npm run lab -- report</code>, seeds ${SEEDS.join(', ')}.</footer>
</main>
</body>
</html>
`;
}

function tiles({ standings }: Leaderboard): string {
  const of = (policy: string, channel = 'guest') => metricsOf(standings, 'chat', channel, policy);
  const [ours, native, bound] = [of('backchannel'), of('genesys'), of('causal-bound')];
  const tile = (value: string, what: string, small: string) =>
    `<div class="tile"><b>${value}</b><span>${what}</span><small>${small}</small></div>`;
  return `<div class="tiles">
${tile(ours.agreement.toFixed(3), 'agreement, guest', `native ${native.agreement.toFixed(3)} · causal bound ${bound.agreement.toFixed(3)}`)}
${tile(ours.showsPerMessage.toFixed(2), 'shows per message', `native ${native.showsPerMessage.toFixed(2)}: it flickers`)}
${tile(ours.peakPerMinute.toFixed(0), 'most frames in a minute', `the limit is 12 · native ${native.peakPerMinute}`)}
${tile(of('backchannel', 'guest-ignored').agreement.toFixed(3), 'if the duration is ignored', `native ${native.agreement.toFixed(3)}`)}
</div>`;
}

function kindOf({ name, group }: Policy): string {
  if (name === 'genesys') return 'native';
  if (name.startsWith('fixed-')) return 'fixed';
  return group === 'field' ? 'known' : group;
}

function scatterOf({ standings }: Leaderboard, channel: string, framesMax: number): string {
  const here = standings.filter((each) => each.family.name === 'chat' && each.channel.name === channel);
  const points = here.map(
    ({ policy, metrics }): Point => ({
      x: metrics.framesPerComposingMinute,
      y: metrics.agreement,
      label: policy.name,
      kind: kindOf(policy),
      title: `${policy.name}: agreement ${metrics.agreement.toFixed(3)}, ${metrics.framesPerComposingMinute.toFixed(1)} frames per composing minute, ${metrics.showsPerMessage.toFixed(2)} shows per message`,
    }),
  );
  const lowest = Math.min(...points.map(({ y }) => y));
  const y = { title: 'agreement T1', from: Math.floor(lowest * 20) / 20, to: 1, step: 0.05, digits: 2 };
  const x = { title: 'frames per composing minute', from: 0, to: framesMax, step: 5, digits: 0 };
  return `<figure>${scatter(`Agreement against frames per minute, ${channel}`, points, x, y)}<figcaption>One point per policy, channel ${channel}. Blue: references that know the future (oracle) or the true distribution (causal bound).</figcaption></figure>`;
}

const SHARED_LINES: readonly (readonly [policy: string, label: string, kind: string])[] = [
  ['oracle', 'oracle', 'reference'],
  ['causal-bound', 'causal bound', 'reference'],
  ['backchannel', 'backchannel', 'ours'],
  ['genesys', 'native', 'native'],
  ['amazon-connect', 'amazon-connect', 'known'],
  ['ably', 'ably', 'known'],
  ['stream', 'stream', 'known'],
];

function sharedChart({ shared }: Leaderboard): string {
  const here = shared.filter(({ otherMessages }) => !otherMessages);
  const known = SHARED_LINES.map(([name, label, kind]) => ({
    label,
    kind,
    points: here
      .filter(({ policy }) => policy.name === name)
      .map(({ conversations, metrics }) => ({ x: conversations, y: metrics.agreement })),
  }));
  const fixed = {
    label: 'best fixed, unrefused',
    kind: 'fixed',
    points: SHARED_SIZES.map((size) => ({ x: size, y: sharedRace(shared, size).fixed.metrics.agreement })),
  };
  const x = { title: 'conversations on one token', from: 0, to: Math.max(...SHARED_SIZES), step: 50, digits: 0 };
  const y = { title: 'agreement T1', from: 0, to: 1, step: 0.2, digits: 1 };
  return `<figure>${lines('Agreement against conversations per token', [...known, fixed], x, y)}<figcaption>Violet: for each size the best policy of two fixed numbers that was refused nothing, chosen afterwards. It is another one at each size; ours is always the same.</figcaption></figure>`;
}

function sharedTable({ shared }: Leaderboard): string {
  return table(
    ['conversations', 'ours', 'best fixed', 'which', 'ours / fixed', 'causal bound', 'oracle', 'refused, ours'],
    SHARED_SIZES.map((size) => {
      const { ours, fixed, bound, oracle } = sharedRace(shared, size);
      return {
        cells: [
          String(size),
          ours.agreement.toFixed(3),
          fixed.metrics.agreement.toFixed(3),
          fixed.policy.name,
          (ours.agreement / fixed.metrics.agreement).toFixed(3),
          bound.agreement.toFixed(3),
          oracle.agreement.toFixed(3),
          String(ours.refusals),
        ],
      };
    }),
  );
}

function targetTable(board: Leaderboard): string {
  const rows = targetsOf(board).map(
    ({ world, what, wanted, measured, met }) =>
      `<tr><td>${escaped(world)}</td><td class="text">${escaped(what)}</td><td>${escaped(wanted)}</td><td>${measured}</td><td class="${met ? 'met' : 'missed'}">${met ? 'met' : 'missed'}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>world</th><th style="text-align:left">what</th><th>wanted</th><th>measured</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function leaderboardOf({ standings }: Leaderboard, { name, about }: LabChannel, open: boolean): string {
  const here: Standing[] = standings
    .filter(({ family, channel }) => family.name === 'chat' && channel.name === name)
    .toSorted((a, b) => b.metrics.agreement - a.metrics.agreement);
  const rows = here.map(({ policy, metrics, spread }) => ({
    kind: kindOf(policy),
    cells: [policy.name, ...cellsOf(metrics), spread.toFixed(3)],
  }));
  const head = ['policy', ...COLUMNS.map(({ title }) => title), '± seeds'];
  return `<details${open ? ' open' : ''}><summary>${escaped(name)}: ${escaped(about)}</summary>${table(head, rows)}</details>`;
}

function familyTable({ standings }: Leaderboard): string {
  const rows = FAMILIES.flatMap(({ name: family }) =>
    CHANNELS.map(({ name: channel }) => {
      const of = (policy: string) => metricsOf(standings, family, channel, policy);
      const [ours, bound] = [of('backchannel'), of('causal-bound')];
      const cells = [ours, of('genesys'), of('fixed-5/6'), bound, of('oracle')].map((each) =>
        each.agreement.toFixed(3),
      );
      const ratio = (ours.agreement / bound.agreement).toFixed(3);
      return {
        cells: [`${family}, ${channel}`, ...cells, ratio, ours.showsPerMessage.toFixed(2), String(ours.peakPerMinute)],
      };
    }),
  );
  const head = [
    'family, channel',
    'ours',
    'native',
    'fixed-5/6',
    'causal bound',
    'oracle',
    'ours / bound',
    'shows',
    'peak',
  ];
  return table(head, rows);
}

function policyTable({ standings }: Leaderboard): string {
  const policies = new Map(standings.map(({ policy }) => [policy.name, policy]));
  const rows = [...policies.values()].map(
    (policy) =>
      `<tr class="${kindOf(policy)}"><td>${escaped(policy.name)}</td><td class="text">${escaped(policy.source)}</td><td class="text">${escaped(policy.approximation ?? '')}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>policy</th><th style="text-align:left">after</th><th style="text-align:left">not played</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function table(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly kind?: string }[],
): string {
  const body = rows.map(
    ({ cells, kind }) =>
      `<tr${kind ? ` class="${kind}"` : ''}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.map((each) => `<th>${escaped(each)}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
