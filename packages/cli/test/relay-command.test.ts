// Real time: the command starts a real relay in this process; the test looks every few milliseconds whether it is there.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '@backchannel/emulator';
import { configJsonSchema, exampleConfig, OVERRIDES } from '@backchannel/relay';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

import { damageStore } from '../../../tools/test/damage-store.ts';
import { parseCommandLine } from '../src/command-line.ts';
import { main } from '../src/main.ts';
import { flagsGiven, RELAY_FLAGS } from '../src/relay/relay-options.ts';
import { CollectingIo } from './support/collecting-io.ts';

const PATIENCE = { timeout: 20_000 };

const folder = mkdtempSync(join(tmpdir(), 'backchannel-relay-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, text: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const parse = (...words: string[]) => parseCommandLine(words, { env: {}, program: 'npx backchannel' }, '1.2.3');

/** A command that ends by itself: its exit code, and what it wrote. */
async function ran(words: readonly string[], given: { env?: Record<string, string>; stdin?: string } = {}) {
  const io = new CollectingIo(given);
  const code = await main(['relay', ...words], io);
  return { code, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe('the words', () => {
  test('name a configuration file, and members of it as flags', () => {
    expect(
      parse('relay', '--config', 'relay.jsonc', '--port=4301', '--genesys-base-url', 'http://x', '--pass-through'),
    ).toEqual({
      kind: 'relay',
      options: {
        action: 'run',
        config: {
          file: 'relay.jsonc',
          flags: { '--port': '4301', '--genesys-base-url': 'http://x', '--pass-through': 'true' },
        },
      },
    });
    expect(parse('relay', 'config', 'check', 'a.jsonc', '--port', '1')).toEqual({
      kind: 'relay',
      options: { action: 'check', config: { file: 'a.jsonc', flags: { '--port': '1' } } },
    });
  });

  test('have exactly the flags that the relay reads', () => {
    expect(RELAY_FLAGS.map(({ flag }) => flag)).toEqual(OVERRIDES.flatMap(({ flag }) => flag ?? []));
    expect(flagsGiven({ storeFile: 'a', config: 'b' })).toEqual({ '--store-file': 'a' });
  });

  test.each([
    ['relay foo', 'backchannel relay takes options, or one of config and hash-secret, and got "foo".'],
    ['relay config foo', 'backchannel relay config takes one of check, example and schema, and got "foo".'],
    ['relay config check a b', 'backchannel relay config check takes one file, and got "a", "b".'],
    ['relay --prot 1', 'Did you mean: npx backchannel relay --port 1'],
    ['relay config check --hots x', 'Did you mean: npx backchannel relay config check --host x'],
  ])('%s is refused with what works', (words, text) => {
    expect(() => parse(...words.split(' '))).toThrow(text);
  });

  test.each([['relay'], ['relay', 'config'], ['relay', 'config', 'check'], ['relay', 'hash-secret']])(
    'the help of %s %s %s fits 80 columns',
    async (...words) => {
      const io = new CollectingIo();
      expect(await main([...words.filter(Boolean), '--help'], io)).toBe(0);
      expect(io.stdout.text).toContain('Usage: npx backchannel relay');
      for (const line of io.stdout.text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    },
  );
});

describe('relay config', () => {
  test('check says everything that is wrong at once: where, what and what to do', async () => {
    const file = written(
      'wrong.jsonc',
      '{\n  "genesys": { "region": "eu-west-1", "deploymentID": "x" },\n  "clients": []\n}',
    );
    const { code, stdout, stderr } = await ran(['config', 'check', file, '--port', 'ninety'], {
      env: { BACKCHANNEL_RELAY_LOG_LEVEL: 'loud' },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^\d things are wrong with .*wrong\.jsonc\.\n/);
    expect(stderr).toContain(
      `${file}:2:39  genesys.deploymentID\n  nobody reads this member\n  Fix: write "deploymentId"`,
    );
    expect(stderr).toContain(`${file}:3:3  clients\n  must have at least one client`);
    expect(stderr).toContain('--port  listen.port\n');
    expect(stderr).toContain('BACKCHANNEL_RELAY_LOG_LEVEL  log.level\n');
    expect(stderr.match(/ {2}Fix: /g)?.length).toBe(Number(stderr[0]));
  });

  test('without a file it is said that one was expected, and how to give or begin it', async () => {
    const { code, stderr } = await ran([]);
    expect(code).toBe(1);
    expect(stderr).toContain('npx backchannel relay --config relay.jsonc\n');
    expect(stderr).toContain('npx backchannel relay config example > relay.jsonc\n');
  });

  test('check says of a good one what the relay would be, and what its operator should know', async () => {
    const file = written('example.jsonc', exampleConfig());
    const { code, stdout, stderr } = await ran(['config', 'check', file], {
      env: { BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 'a', BACKCHANNEL_RELAY_CLIENT_SECRET_CRM: 'never-printed' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/example\.jsonc is complete\. The relay that it makes:\n/);
    expect(stdout).toMatch(/ {2}Genesys +https:\/\/api\.mypurecloud\.ie\n/);
    expect(stdout).toMatch(/ {2}clients +crm\n/);
    expect(stdout).toContain('Note: No key signs tokens beyond this run');
    expect(stdout).not.toContain('never-printed');
  });

  test('a file that is not there is an error with the way to begin one', async () => {
    const { code, stderr } = await ran(['config', 'check', join(folder, 'none.jsonc')]);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no file');
    expect(stderr).toContain('npx backchannel relay config example > relay.jsonc');
    expect((await ran(['config', 'check', folder])).stderr).toContain('it is a folder');
  });

  test.each([
    ['Windows PowerShell writes it', Buffer.from(`\uFEFF${exampleConfig()}`, 'utf16le')],
    ['the other UTF-16 has it', Buffer.from(`\uFEFF${exampleConfig()}`, 'utf16le').swap16()],
    ['editors of Windows write it', Buffer.from(`\uFEFF${exampleConfig()}`)],
  ])('a file is read as %s', async (name, bytes) => {
    const secrets = { BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 'a', BACKCHANNEL_RELAY_CLIENT_SECRET_CRM: 'b' };
    const { code, stderr } = await ran(['config', 'check', written(`${name}.jsonc`, bytes)], { env: secrets });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test('the place of a mistake is the same with a byte order mark before it', async () => {
    const file = written('marked.jsonc', '\uFEFF{ "clients" [] }');
    expect((await ran(['config', 'check', file])).stderr).toContain(
      `${file}:1:13\n  the file is no JSON: colon expected`,
    );
  });

  test('example and schema print what the relay reads, and nothing else', async () => {
    expect(await ran(['config', 'example'])).toEqual({ code: 0, stdout: exampleConfig(), stderr: '' });
    expect(JSON.parse((await ran(['config', 'schema'])).stdout)).toEqual(configJsonSchema());
  });
});

describe('relay hash-secret', () => {
  test('hashes what comes by standard input, without the line break at its end', async () => {
    const { code, stdout } = await ran(['hash-secret'], { stdin: 'correct horse\n' });
    expect(code).toBe(0);
    const file = written(
      'hashed.jsonc',
      JSON.stringify({
        genesys: { region: 'eu-west-1', deploymentId: 'd' },
        clients: [{ id: 'crm', secretHashes: [stdout.trim()] }],
      }),
    );
    expect((await ran(['config', 'check', file])).code).toBe(0);
  });

  test.each([
    ['', 'Nothing came from standard input'],
    ['\n', 'Nothing came from standard input'],
    ['one\ntwo\n', 'more than one line'],
  ])('refuses %j', async (stdin, text) => {
    const { code, stdout, stderr } = await ran(['hash-secret'], { stdin });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(text);
  });
});

describe('the running relay', PATIENCE, () => {
  const running: { io: CollectingIo; ended: Promise<number> }[] = [];

  afterEach(async () => {
    for (const { io } of running) io.stop();
    await Promise.all(running.splice(0).map(({ ended }) => ended));
  });

  const env = { BACKCHANNEL_RELAY_CLIENT_SECRET_CRM: 'secret' };
  const config = (members: object) =>
    written('relay.jsonc', JSON.stringify({ clients: [{ id: 'crm' }], store: { file: ':memory:' }, ...members }));

  function start(file: string, ...words: string[]) {
    const io = new CollectingIo({ env });
    const ended = main(['relay', '--config', file, '--port', '0', ...words], io);
    running.push({ io, ended });
    return { io, ended };
  }

  async function urlOf({ io, ended }: ReturnType<typeof start>): Promise<string> {
    const over = ended.then((code) => {
      throw new Error(`It ended with ${code}: ${io.stderr.text}`);
    });
    const started = expect.poll(() => io.stderr.text, PATIENCE).toContain('Ctrl-C');
    await Promise.race([started, over]);
    return /http:\S+/.exec(io.stderr.text)?.[0] ?? '';
  }

  test('answers, logs JSON on stdout and speaks to people on stderr, and stops with words', async () => {
    await using genesys = await startEmulator({ port: 0 });
    const { deploymentId } = genesys.info;
    const relay = start(config({ genesys: { baseUrl: genesys.url, deploymentId } }));
    const url = await urlOf(relay);
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready', reasons: [], warnings: [] });
    expect(relay.io.stderr.text).toMatch(/speaks for +guests only/);
    relay.io.stop();
    expect(await relay.ended).toBe(0);
    expect(relay.io.stderr.text).toMatch(/Stopping: .*\n.*Stopped\.\n$/);
    const lines = relay.io.stdout.text.trimEnd().split('\n');
    const said = lines.map((line) => (JSON.parse(line) as { readonly msg: string }).msg);
    expect(said).toContain('relay started');
    expect(said.at(-1)).toBe('relay stopped');
    await expect(fetch(`${url}/readyz`)).rejects.toThrow();
  });

  test('without Genesys it starts, and /readyz says what is missing', async () => {
    const io = new CollectingIo({ env: { ...env, BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 'unused' } });
    const genesys = { baseUrl: 'http://127.0.0.1:9', deploymentId: 'd', client: { id: 'c' }, agents: ['ana'] };
    const ended = main(['relay', '--config', config({ genesys }), '--port', '0'], io);
    running.push({ io, ended });
    const url = await urlOf({ io, ended });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const ready = async () => {
      const answer = await fetch(`${url}/readyz`);
      return { status: answer.status, ...((await answer.json()) as { readonly reasons: readonly string[] }) };
    };
    await expect
      .poll(ready, PATIENCE)
      .toMatchObject({ reasons: [expect.stringMatching(/^1 of 1 agents can't be spoken for/)] });
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    io.stop();
    expect(await ended).toBe(0);
  });

  test('a taken port names the flag, and the command with another one', async () => {
    const occupier = createServer().listen(0, '127.0.0.1');
    await expect.poll(() => occupier.listening).toBe(true);
    const { port } = occupier.address() as { readonly port: number };
    try {
      const file = config({ genesys: { baseUrl: 'http://127.0.0.1:9', deploymentId: 'd' } });
      const io = new CollectingIo({ env });
      expect(await main(['relay', '--config', file, '--port', String(port)], io)).toBe(1);
      expect(io.stderr.text).toBe(
        `Port ${port} is taken: another program listens there, perhaps another backchannel relay.\n` +
          `Choose another: npx backchannel relay --config ${file} --port ${port + 1}\n`,
      );
    } finally {
      occupier.close();
    }
  });

  test('a store that another relay has open is an error that says so', async () => {
    const store = join(folder, 'store.sqlite');
    const file = config({ genesys: { baseUrl: 'http://127.0.0.1:9', deploymentId: 'd' } });
    const first = start(file, '--store-file', store);
    await urlOf(first);
    const second = start(file, '--store-file', store);
    expect(await second.ended).toBe(1);
    expect(second.io.stderr.text).toContain('is in use by another process');
    expect(second.io.stderr.text).not.toContain('fault of backchannel');
    first.io.stop();
    expect(await first.ended).toBe(0);
    expect(first.io.stderr.text).toContain('What was accepted is in the store');
  });

  test('a store that fails for good ends it with a sentence and exit code 1, so that somebody starts it again', async () => {
    const store = join(folder, 'failing.sqlite');
    const file = config({ genesys: { baseUrl: 'http://127.0.0.1:9', deploymentId: 'd' } });
    const relay = start(file, '--store-file', store);
    const url = await urlOf(relay);
    const basic = { authorization: `Basic ${btoa('crm:secret')}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: basic, body });
    const { access_token: token } = (await answer.json()) as { readonly access_token: string };
    damageStore(store);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const made = await fetch(`${url}/v1/conversations/c1`, { method: 'PUT', headers, body: '{}' });
    expect(await made.json()).toMatchObject({ status: 503, code: 'store.failed' });
    expect(await relay.ended).toBe(1);
    expect(relay.io.stderr.text).toMatch(
      /The relay had to end\. The store ".*failing\.sqlite" cannot be read: .*malformed.*\. Put a backup in its place.*\n$/,
    );
    expect(relay.io.stderr.text).not.toContain('fault of backchannel');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  test('a wrong configuration is explained as by "config check", and nothing is started', async () => {
    const { io, ended } = start(config({ genesys: { deploymentId: 'd' } }));
    expect(await ended).toBe(1);
    expect(io.stderr.text).toContain('nothing says where Genesys is\n  Fix: add "region": "eu-west-1"');
    expect(io.stdout.text).toBe('');
  });
});
