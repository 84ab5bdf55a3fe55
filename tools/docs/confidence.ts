// docs/confidence.md: what the code claims of the platform, how far each claim can be trusted, and the test that holds it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FACTS, GUEST_ACTIONS, GUEST_SIDE_CLASSES, LIMITS, type Mark } from '@backchannel/protocol';
import { UNSEEN_ACTIONS } from '../../packages/emulator/src/guest/unserved.ts';
import { GUEST_OPERATIONS } from '../../packages/emulator/src/platform/guest-operations.ts';
import { OPERATIONS } from '../../packages/emulator/src/platform/operations.ts';
import { OTHER_OPERATIONS } from '../../packages/emulator/src/served-routes.ts';
import { SWITCHES } from '../../packages/emulator/src/switches.ts';
import { root } from '../workspaces.ts';
import type { Holding } from './held.ts';

/** A claim of the code. `id` is what a test names to hold it. */
export interface Row {
  readonly id: string;
  readonly says: string;
  readonly mark: Mark;
  readonly source: string;
}

interface Section {
  readonly title: string;
  readonly about: string;
  readonly rows: readonly Row[];
}

const SDK = 'purecloud-platform-client-v2';
const readText = (file: string): string => readFileSync(join(root, file), 'utf8');

/** An operation is documented when the official SDK has a method of its name; otherwise the row names the fact behind it. */
function operationRows(): Row[] {
  const methods = readText(`node_modules/${SDK}/index.d.ts`);
  const { version } = JSON.parse(readText(`node_modules/${SDK}/package.json`)) as { version: string };
  return [...OPERATIONS, ...GUEST_OPERATIONS].map((operation) => {
    const row = { id: `op:${operation.id}`, says: `\`${operation.method} ${operation.path}\`` };
    if (new RegExp(`^\\s+${operation.id}\\(`, 'm').test(methods))
      return { ...row, mark: 'documented', source: `${SDK} ${version}` };
    throw new Error(`The operation ${operation.id} has the name of no method of ${SDK}: name it as the SDK does.`);
  });
}

/** What is served beside the platform's API, with the fact behind it. The sockets and webhooks have no operation of their own. */
const ENDPOINTS: readonly { readonly id: string; readonly says: string; readonly fact: keyof typeof FACTS }[] = [
  ...OTHER_OPERATIONS.map(({ id, method, path, fact }) => ({ id: `op:${id}`, says: `\`${method} ${path}\``, fact })),
  { id: 'socket:guest', says: 'WebSocket `/v1?deploymentId={deploymentId}`', fact: 'GUEST-SOCKET' },
  { id: 'socket:notifications', says: 'WebSocket `/channels/{channelId}`', fact: 'NOTIFY-CHANNEL' },
  { id: 'webhook:open', says: '`POST` to the URL of an open messaging integration', fact: 'OPEN-WEBHOOK' },
];

/** The classes of the frames of the service, as the guards of the protocol package know them. */
function guestClasses(): string[] {
  const text = readText('packages/protocol/src/guest-responses.ts');
  const read = [...text.matchAll(/\| Framed<'(\w+)'/g)].map(([, name = '']) => name);
  return [...read.filter((name) => name !== 'unrecognised'), ...GUEST_SIDE_CLASSES];
}

function limitRow({ id, limit, scope, mark, source, ...more }: (typeof LIMITS)[keyof typeof LIMITS]): Row {
  const per = 'windowMs' in more ? ` in ${more.windowMs / 1_000} s` : '';
  const note = 'note' in more ? ` ${more.note}` : '';
  return { id, says: `${limit.toLocaleString('en')}${per}: ${scope}.${note}`, mark, source };
}

/** Every row, in the order of the page. */
function confidenceSections(): Section[] {
  const { mark, source } = FACTS['GUEST-ACTIONS'];
  return [
    {
      title: 'Operations of the platform',
      about: 'Served by the emulator under their real paths, and driven by the official SDK in tests.',
      rows: operationRows(),
    },
    {
      title: 'Other endpoints',
      about:
        'Served on the same port: the login host, the CDN, the store behind presigned URLs, the sockets; and what is sent.',
      rows: ENDPOINTS.map(({ id, says, fact }) => ({ id, says, mark: FACTS[fact].mark, source: fact })),
    },
    {
      title: 'Actions of the guest socket',
      about: 'Frames of a guest: served, or refused by name as not available.',
      rows: GUEST_ACTIONS.map((name) =>
        UNSEEN_ACTIONS.has(name)
          ? {
              id: `action:${name}`,
              says: `\`${name}\`: ${FACTS['GUEST-NOT-SERVED'].says}`,
              mark: FACTS['GUEST-NOT-SERVED'].mark,
              source: 'named in the schema, its shape is in no source; switch answerToUnserved',
            }
          : { id: `action:${name}`, says: `\`${name}\``, mark, source },
      ),
    },
    {
      title: 'Classes of the guest socket',
      about: 'Frames of the service.',
      rows: guestClasses().map((name) => ({
        id: `class:${name}`,
        says: `\`${name}\``,
        mark: FACTS['GUEST-DISPATCH-ON-CLASS'].mark,
        source: FACTS['GUEST-DISPATCH-ON-CLASS'].source,
      })),
    },
    {
      title: 'Behaviour',
      about: 'Statements about the platform ([`facts.ts`](../packages/protocol/src/facts.ts)).',
      rows: Object.entries(FACTS).map(([id, fact]) => ({ id, ...fact })),
    },
    {
      title: 'Limits',
      about: 'Obeyed by the SDK, enforced by the emulator ([`limits.ts`](../packages/protocol/src/limits.ts)).',
      rows: Object.values(LIMITS).map(limitRow),
    },
    {
      title: 'Switches',
      about: 'What the emulator can be told to do the other way round, because nobody outside Genesys knows.',
      rows: Object.entries(SWITCHES).map(([name, { fact, default: standard, values }]) => ({
        id: `switch:${name}`,
        says: `${values.join(' or ')}; default ${standard}. ${FACTS[fact].says}`,
        mark: FACTS[fact].mark,
        source: fact,
      })),
    },
  ];
}

/** `switch:*` holds every row of that kind: for a test that walks the whole table. */
const holds = ({ ids }: Holding, id: string): boolean =>
  ids.some((named) => named === id || (named.endsWith(':*') && id.startsWith(named.slice(0, -1))));

/** Rows that no test names, and names that are no row. */
export function confidenceGaps(holdings: readonly Holding[]): { readonly unheld: Row[]; readonly unknown: string[] } {
  const rows = confidenceSections().flatMap((section) => section.rows);
  const ids = new Set(rows.map(({ id }) => id));
  return {
    unheld: rows.filter(({ id }) => !holdings.some((holding) => holds(holding, id))),
    unknown: holdings.flatMap((holding) =>
      holding.ids
        .filter((named) => ![...ids].some((id) => holds({ ...holding, ids: [named] }, id)))
        .map((named) => `${named} (${holding.file}: ${holding.title})`),
    ),
  };
}

/** Tests shown per row; the others are counted. */
const TESTS_SHOWN = 2;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function testsOf(id: string, holdings: readonly Holding[]): string {
  const tests = holdings.filter((holding) => holds(holding, id));
  const shown = tests.slice(0, TESTS_SHOWN).map(({ file, title }) => `[${cell(title)}](../${file})`);
  const more = tests.length - shown.length;
  return `${shown.join('; ') || 'none'}${more > 0 ? `; ${more} more` : ''}`;
}

/** The page. */
export function confidencePage(holdings: readonly Holding[]): string {
  const sections = confidenceSections();
  const rows = sections.flatMap((section) => section.rows);
  const count = (mark: Mark): string => `${rows.filter((row) => row.mark === mark).length} ${mark}`;
  const marks = (['documented', 'observed', 'third-party', 'assumed'] as const).map(count).join(', ');
  const tables = sections.map(({ title, about, rows: own }) =>
    [
      `## ${title}`,
      '',
      about,
      '',
      '| id | what | mark | source | held by |',
      '|---|---|---|---|---|',
      ...own.map(
        ({ id, says, mark, source }) =>
          `| \`${id}\` | ${cell(says)} | ${mark} | ${cell(source)} | ${testsOf(id, holdings)} |`,
      ),
    ].join('\n'),
  );
  return [
    '<!-- Written by `npm run docs`. Change facts.ts, limits.ts, switches.ts, the operations, or the tests. -->',
    '# How sure we are',
    '',
    `Everything that this code claims of Genesys Cloud: ${rows.length} rows, ${marks}.`,
    'Nothing here was measured on a live organisation by us. *Documented*: official code, schema, documentation or staff says so. *Observed*: the source that is named saw it on the live service. *Third-party*: somebody’s report of one of these. *Assumed*: no source; we had to choose.',
    'A row without a test fails the build.',
    '',
    tables.join('\n\n'),
    '',
  ].join('\n');
}
