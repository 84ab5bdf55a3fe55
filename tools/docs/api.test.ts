import { expect, test } from 'vitest';
import { apiReference } from './api.ts';

test('every public symbol has a doc comment, and every link in one leads somewhere', async () => {
  const { complaints, symbols } = await apiReference();
  expect(complaints).toEqual([]);
  expect(symbols).toBeGreaterThan(300);
}, 120_000);
