import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './workspaces.ts';

const folder = join(root, 'docs/decisions');
const records = readdirSync(folder).filter((name) => name !== 'README.md');
const index = readFileSync(join(folder, 'README.md'), 'utf8');

test('the index lists every decision record once, and nothing else', () => {
  const listed = [...index.matchAll(/^\| \[\d{4}\]\((\S+)\) \|/gm)].map(([, name]) => name);
  expect(listed).toEqual(records.toSorted());
});

test.each(records)('%s has the number of its name and the sections of the template', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
  expect(text).toMatch(new RegExp(`^# ${name.slice(0, 4)}: `));
  expect(text).toMatch(/^Status: (accepted|superseded by \[\d{4}\]\(\S+\))$/m);
  expect([...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual(['Context', 'Decision', 'Consequences']);
});
