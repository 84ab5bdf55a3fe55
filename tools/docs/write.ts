// `npm run docs`: writes the generated pages, and says which rows no test holds.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../workspaces.ts';
import { confidenceGaps } from './confidence.ts';
import { allHoldings } from './held.ts';
import { generatedPages } from './pages.ts';

for (const [file, content] of generatedPages()) {
  writeFileSync(join(root, file), content);
  process.stdout.write(`wrote ${file}\n`);
}
const { unheld, unknown } = confidenceGaps(allHoldings());
for (const { id, says } of unheld) process.stdout.write(`no test holds ${id}: ${says}\n`);
for (const name of unknown) process.stdout.write(`a test holds what is no row: ${name}\n`);
process.exitCode = unheld.length + unknown.length > 0 ? 1 : 0;
