import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { fingerprint } from './build-console.ts';

const home = mkdtempSync(join(tmpdir(), 'build-console-'));
afterAll(() => rmSync(home, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), text);
}

const lock = (vite: string) => JSON.stringify({ packages: { 'node_modules/vite': { version: vite } } });
write('package-lock.json', lock('8.0.0'));

test.each([
  'apps/console/index.html',
  'apps/console/vite.config.ts',
  'apps/console/src/main.tsx',
  'apps/console/src/shared/chat.css',
  'apps/console/public/icon.svg',
  'packages/client/package.json',
  'packages/client/src/guest/session.ts',
  'packages/signals/src/index.ts',
  'packages/protocol/src/index.ts',
])('the page is stale when %s is added or changed', (file) => {
  const before = fingerprint(home);
  write(file, 'one');
  const added = fingerprint(home);
  write(file, 'two');
  expect(new Set([before, added, fingerprint(home)]).size).toBe(3);
});

test('the page is stale when vite changes', () => {
  const before = fingerprint(home);
  write('package-lock.json', lock('8.0.1'));
  expect(fingerprint(home)).not.toBe(before);
});

test.each([
  'apps/console/dist/index.html',
  'apps/console/test/page.test.ts',
  'packages/client/test/guest.test.ts',
  'packages/client/dist/index.js',
  'packages/emulator/src/index.ts',
])('the page stays fresh when %s changes', (file) => {
  const before = fingerprint(home);
  write(file, 'one');
  expect(fingerprint(home)).toBe(before);
});
