// Which test holds what: a test names the rows that it holds in the comment above it, `// holds: GUEST-ECHO, switch:routeToFirstAgent`.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../workspaces.ts';

/** A test that says what it holds. */
export interface Holding {
  /** Relative to the repository, with slashes. */
  readonly file: string;
  readonly title: string;
  readonly ids: readonly string[];
}

/** Where tests are; the same folders as in vitest.config.ts. */
const TEST_FILES = ['packages/*/test/**/*.test.ts', 'apps/*/test/**/*.test.ts', '{e2e,tools,lab}/**/*.test.ts'];

const HOLDS = /\bholds:\s*(.*)$/;

/** `test`, `it`, `test.each([…])`, … : the name at the very left of what is called. */
function calledName(callee: ts.Expression): string | undefined {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee)) {
    return calledName(ts.isTaggedTemplateExpression(callee) ? callee.tag : callee.expression);
  }
  return undefined;
}

function titleOf(argument: ts.Expression | undefined, source: ts.SourceFile): string {
  if (argument === undefined) return '';
  return ts.isStringLiteralLike(argument) ? argument.text : argument.getText(source).replace(/^`|`$/g, '');
}

/** The ids in the comment lines above a statement; a `holds:` may go on in the lines below it. */
function idsAbove(statement: ts.Node, text: string): string[] {
  const lines = (ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []).map(({ pos, end }) =>
    text.slice(pos, end).replace(/^\/\/\s?/, ''),
  );
  const first = lines.findIndex((line) => HOLDS.test(line));
  if (first < 0) return [];
  const named = [HOLDS.exec(lines[first] ?? '')?.[1] ?? '', ...lines.slice(first + 1)];
  return named
    .join(' ')
    .split(/[\s,]+/)
    .filter((id) => id !== '');
}

/** Every test of a file that says what it holds. Throws for a `holds:` that stands above something else. */
export function holdingsIn(file: string, text: string): Holding[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const holdings: Holding[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
      const ids = idsAbove(node, text);
      const { expression: callee, arguments: given } = node.expression;
      if (ids.length > 0 && ['test', 'it'].includes(calledName(callee) ?? '')) {
        holdings.push({ file, title: titleOf(given[0], source), ids });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const written = text.match(/^\s*\/\/ holds:/gm)?.length ?? 0;
  if (written !== holdings.length) {
    throw new Error(
      `${file} has ${written} "// holds:" lines and ${holdings.length} tests below one. Put each right above its test.`,
    );
  }
  return holdings;
}

/** Every test of the repository that says what it holds, by file and place. */
export function allHoldings(): Holding[] {
  return TEST_FILES.flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.includes('node_modules/'))
    .toSorted()
    .flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return text.includes('// holds:') ? holdingsIn(file, text) : [];
    });
}
