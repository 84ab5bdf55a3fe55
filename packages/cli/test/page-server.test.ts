import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startPageServer } from '../src/dev/page-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'backchannel-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const start = () =>
  startPageServer({ folder, host: '127.0.0.1', port: 0, emulatorUrl: async () => 'http://127.0.0.1:4100' });

test('a page that is not built is an error that names the command', async () => {
  await expect(start()).rejects.toThrow(
    /^page\.not-built: The page is not built: .*\nBuild it and start again: npm start/,
  );
});

test('serves the page, and tells it where the emulator is', async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  const page = await start();
  try {
    const html = await fetch(`${page.url}/`);
    expect(html.headers.get('content-type')).toMatch(/^text\/html/);
    expect(html.headers.get('cache-control')).toBe('no-cache');
    expect(await html.text()).toContain('<title>Page</title>');

    const settings = await fetch(`${page.url}/backchannel.json`);
    expect(settings.headers.get('cache-control')).toBe('no-store');
    expect(await settings.json()).toEqual({ emulatorUrl: 'http://127.0.0.1:4100' });

    expect((await fetch(`${page.url}/missing.js`)).status).toBe(404);
    expect((await fetch(`${page.url}/..%2f..%2fetc%2fpasswd`)).status).toBeGreaterThanOrEqual(400);
  } finally {
    await page.close();
  }
  await expect(fetch(`${page.url}/`)).rejects.toThrow();
});
