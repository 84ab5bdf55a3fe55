import { expect, test, vi } from 'vitest';
import { chromiumLaunch } from './chromium.ts';

test('a browser that is not there is an error with its remedy, so that browser tests fail and are never skipped', async () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  await expect(chromiumLaunch()).rejects.toThrow(/\/nowhere\/chromium.*set CHROMIUM_PATH to the executable/);
  vi.unstubAllEnvs();
});

test('CHROMIUM_PATH decides where it is set', async () => {
  vi.stubEnv('CHROMIUM_PATH', process.execPath);
  expect((await chromiumLaunch()).executablePath).toBe(process.execPath);
  vi.unstubAllEnvs();
});
