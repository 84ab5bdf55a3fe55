// docs/errors.md, from the tables of @backchannel/client/errors; and what those tables lack.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLIENT_CODES,
  type Explanation,
  GUEST_SOCKET_CODES,
  OUTCOMES,
  PLATFORM_CODES,
} from '@backchannel/client/errors';
import { GUEST_CODES, PLATFORM_ERRORS } from '@backchannel/protocol';
import ts from 'typescript';
import { root } from '../workspaces.ts';

/** `frame.unreadable`: how codes of errors and notices look. Some errors have a single word, where they are made. */
const CODE = /^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$/;

/** Every code of an error or a notice that a source mentions: texts of that shape, and the first argument of errors. */
export function codesIn(file: string, text: string): ReadonlySet<string> {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const codes = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) && CODE.test(node.text)) codes.add(node.text);
    if (ts.isNewExpression(node) && node.expression.getText(source) === 'BackchannelError') {
      const [code] = node.arguments ?? [];
      if (code !== undefined && ts.isStringLiteralLike(code)) codes.add(code.text);
    }
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) ts.forEachChild(node, visit);
  };
  visit(source);
  return codes;
}

/** Every code of an error or a notice that the client can give. `unexpected` is a default, and no literal of its own shape. */
export function clientCodes(): ReadonlySet<string> {
  const files = globSync('packages/client/src/**/*.ts', { cwd: root }).filter(
    (file) => !file.replaceAll('\\', '/').includes('/errors/'),
  );
  const codes = files.flatMap((file) => [...codesIn(file, readFileSync(join(root, file), 'utf8'))]);
  // Codes of the platform are compared with, not given.
  return new Set(['unexpected', ...codes.filter((code) => !Object.hasOwn(PLATFORM_ERRORS, code))]);
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

const table = (head: string, rows: Iterable<readonly [code: string, explanation: Explanation]>): string =>
  [
    `| ${head} | cause | fix |`,
    '|---|---|---|',
    ...[...rows].map(([code, { cause, fix }]) => `| ${code} | ${cell(cause)} | ${cell(fix)} |`),
  ].join('\n');

const byCode = (codes: Readonly<Record<string, Explanation>>): [string, Explanation][] =>
  Object.entries(codes)
    .toSorted(([left], [right]) => left.localeCompare(right, 'en'))
    .map(([code, explanation]) => [`\`${code}\``, explanation]);

/** The page. */
export function errorsPage(): string {
  const platform = Object.entries(PLATFORM_CODES).map(
    ([code, explanation]) =>
      [`${PLATFORM_ERRORS[code as keyof typeof PLATFORM_ERRORS][0]} \`${code}\``, explanation] as const,
  );
  const socket = Object.entries(GUEST_SOCKET_CODES).map(
    ([code, explanation]) => [`${code} ${GUEST_CODES[Number(code) as keyof typeof GUEST_CODES]}`, explanation] as const,
  );
  return [
    '<!-- Written by `npm run docs` from packages/client/src/errors/error-table.ts. -->',
    '# Errors, notices and outcomes',
    '',
    'Only mistakes of the caller throw; everything else settles with an `outcome` and a `reason`, and often with an `error`. The same tables are at hand in code:',
    '',
    '```ts',
    "import { explainCode } from '@backchannel/client/errors';",
    '',
    "explainCode('platform.not.a.user')?.fix;",
    '```',
    '',
    '## Outcomes',
    '',
    table('outcome', byCode(OUTCOMES)),
    '',
    '## Errors and notices of the SDK',
    '',
    'The `code` of a `BackchannelError` or of a notice.',
    '',
    table('code', byCode(CLIENT_CODES)),
    '',
    '## Errors of the platform',
    '',
    'The `code` in the body of an answer; on a `BackchannelError` it has the prefix `platform.`, and `error.platform` has status and context id. A code that is not here becomes `platform.` and that code, or its status where it has none.',
    '',
    table('status and code', platform),
    '',
    '## Codes of the guest socket',
    '',
    'The `code` of a frame of class `string` (documented, GUEST-CODES).',
    '',
    table('code', socket),
    '',
  ].join('\n');
}
