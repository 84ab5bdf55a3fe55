// Real time: real servers, which answer within milliseconds.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@backchannel/emulator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relayCommands } from '../src/dev/commands.ts';
import { startPageServer } from '../src/dev/page-server.ts';
import { CollectingOutput } from './support/collecting-io.ts';

let emulator: Awaited<ReturnType<typeof startEmulator>>;
const folder = mkdtempSync(join(tmpdir(), 'backchannel-page-'));

beforeAll(async () => {
  emulator = await startEmulator({ port: 0 });
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

const errors = new CollectingOutput();
const start = () => startPageServer({ folder, host: '127.0.0.1', port: 0, emulator: emulator.info, errors });

test('a page that is not built is an error that names the command', async () => {
  await expect(start()).rejects.toThrow(
    /^page\.not-built: The page is not built: .*\nBuild it and start again: npm start/,
  );
});

test('serves the page, and tells it where the emulator is and how to call the relay', async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'assets/page.js'), 'export {};');
  const page = await start();
  try {
    const html = await fetch(`${page.url}/`);
    expect(html.headers.get('content-type')).toMatch(/^text\/html/);
    expect(html.headers.get('cache-control')).toBe('no-cache');
    expect(await html.text()).toContain('<title>Page</title>');
    expect(await (await fetch(`${page.url}/assets/page.js`)).text()).toBe('export {};');

    const settings = await fetch(`${page.url}/backchannel.json`);
    expect(settings.headers.get('cache-control')).toBe('no-store');
    expect(await settings.json()).toEqual({
      emulatorUrl: emulator.url,
      relay: { clientId: 'demo', clientSecret: 'demo-secret', commands: relayCommands(page.url) },
    });

    expect((await fetch(`${page.url}/assets/missing.js`)).status).toBe(404);
    expect((await fetch(`${page.url}/assets/..%2f..%2fetc%2fpasswd`)).status).toBe(403);
    expect((await fetch(`${page.url}/..%2f..%2fetc%2fpasswd`)).status).toBe(404);
  } finally {
    await page.close();
  }
  await expect(fetch(`${page.url}/`)).rejects.toThrow();
  expect(errors.text).toBe('');
});

describe('the relay beside it', () => {
  const token = (url: string, origin?: string) =>
    fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('demo:demo-secret')}`, ...(origin !== undefined && { origin }) },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

  test('answers programs and this page, by each of its names, and no other page', async () => {
    const page = await start();
    try {
      const { port } = new URL(page.url);
      const status = async (origin?: string) => (await token(page.url, origin)).status;
      expect(await status()).toBe(200);
      expect(await status(page.url)).toBe(200);
      expect(await status(`http://localhost:${port}`)).toBe(200);
      expect(await status('https://evil.example')).toBe(403);
      expect(await status(`http://127.0.0.1:${Number(port) + 1}`)).toBe(403);
    } finally {
      await page.close();
    }
  });

  test('makes a conversation when it is first used, and may act for every agent', async () => {
    const page = await start();
    try {
      const { access_token } = (await (await token(page.url)).json()) as { readonly access_token: string };
      const call = async (path: string, body: object) => {
        const headers = { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' };
        const answer = await fetch(page.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return { status: answer.status, body: await answer.json() };
      };
      const typing = (participant: string) => call('/v1/conversations/new-one/typing', { participant, typing: true });
      expect(await typing('guest')).toMatchObject({ status: 202, body: { outcome: 'sent' } });
      const [ana] = emulator.info.agents;
      await expect.poll(() => typing(`agent:${ana?.id}`)).toMatchObject({ status: 202, body: { outcome: 'sent' } });
      expect(emulator.conversations().map(({ transcript }) => transcript)).toEqual([[]]);
    } finally {
      await page.close();
    }
  });
});
