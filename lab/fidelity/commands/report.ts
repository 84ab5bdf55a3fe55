import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parsed } from '../arguments.ts';
import { leaderboard } from '../leaderboard.ts';
import { markdown } from '../report/markdown.ts';
import { reportPage } from '../report/page.ts';

const OUT = 'artifacts/fidelity.html';
const DOCS = join(import.meta.dirname, '../../../docs/fidelity.md');
const BEGIN = '<!-- leaderboard: written by `npm run lab -- report --docs`, not by hand -->';
const END = '<!-- end of leaderboard -->';

/** The page with tables and charts: one file that needs nothing else. `--docs` also writes its tables into the docs. */
export async function reportCommand(args: readonly string[]): Promise<void> {
  const { out = OUT, docs } = parsed(args, { out: { type: 'string' }, docs: { type: 'boolean' } });
  const board = leaderboard((what) => process.stderr.write(`${what}\n`));
  const path = resolve(out);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, reportPage(board));
  if (docs) await writeDocs(markdown(board));
  process.stdout.write(`${path}\n`);
}

async function writeDocs(section: string): Promise<void> {
  const page = await readFile(DOCS, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(
      `The leaderboard can't be written: ${DOCS} has no lines ${BEGIN} … ${END}. Put them where it belongs.`,
    );
  await writeFile(DOCS, `${page.slice(0, begin + BEGIN.length)}\n\n${section}\n${page.slice(end)}`);
}
