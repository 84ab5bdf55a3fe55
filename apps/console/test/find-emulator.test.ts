import { afterEach, expect, test, vi } from 'vitest';
import { findEmulator, Trouble } from '../src/shared/emulator.ts';

const info = { baseUrl: 'http://127.0.0.1:4100', deploymentId: 'deployment', agents: [] };

afterEach(() => vi.unstubAllGlobals());

/** Answers by path; what is not there cannot be reached. */
function serve(routes: Readonly<Record<string, () => Response>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(url);
    const answer = routes[url];
    if (answer === undefined) throw new TypeError('Failed to fetch');
    return answer();
  });
  return asked;
}

test('the page’s own server says where the emulator is', async () => {
  serve({
    'http://127.0.0.1:4200/backchannel.json': () => Response.json({ emulatorUrl: 'http://127.0.0.1:4100/' }),
    'http://127.0.0.1:4100/_emulator/info': () => Response.json(info),
  });
  const emulator = await findEmulator(new URL('http://127.0.0.1:4200/'));
  expect(emulator.url).toBe('http://127.0.0.1:4100');
  expect(emulator.info).toEqual(info);
});

test('the address line overrides it', async () => {
  const asked = serve({ 'http://127.0.0.1:9/_emulator/info': () => Response.json(info) });
  await findEmulator(new URL('http://127.0.0.1:5173/?emulator=http://127.0.0.1:9/'));
  expect(asked).toEqual(['http://127.0.0.1:9/_emulator/info']);
});

test.each([
  ['nothing answers', {}, 'The emulator does not answer at http://127.0.0.1:9.'],
  [
    'something else answers',
    { 'http://127.0.0.1:9/_emulator/info': () => new Response('<html>', { status: 404 }) },
    'The emulator does not answer at http://127.0.0.1:9: http://127.0.0.1:9/_emulator/info answered 404.',
  ],
  [
    'the answer is no JSON',
    { 'http://127.0.0.1:9/_emulator/info': () => new Response('<html>') },
    'The emulator does not answer at http://127.0.0.1:9: http://127.0.0.1:9/_emulator/info did not answer with JSON.',
  ],
])('when %s, the trouble says so, and what to run', async (_name, routes, message) => {
  serve(routes);
  const trouble = await findEmulator(new URL('http://127.0.0.1:4200/?emulator=http://127.0.0.1:9')).catch(
    (error: unknown) => error,
  );
  expect(trouble).toBeInstanceOf(Trouble);
  expect(trouble).toMatchObject({ message, command: 'npm start' });
});

test('a page without a pointer to the emulator says that, not that the emulator is down', async () => {
  serve({ 'http://127.0.0.1:4200/backchannel.json': () => Response.json({}) });
  await expect(findEmulator(new URL('http://127.0.0.1:4200/'))).rejects.toThrow('has no emulatorUrl');
});
