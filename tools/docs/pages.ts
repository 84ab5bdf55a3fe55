// The generated pages under docs/. `npm run docs` writes them; tools/docs.test.ts fails when one is stale.
import { confidencePage } from './confidence.ts';
import { errorsPage } from './errors.ts';
import { allHoldings } from './held.ts';

/** Path relative to the repository → content. */
export function generatedPages(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/confidence.md', confidencePage(allHoldings())],
    ['docs/errors.md', errorsPage()],
  ]);
}
