// Real time: programs in processes of their own, which wait by the real clock. They are written as outsiders write them, after
// the field documents, and run as they stand.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemPorts } from '@backchannel/client';
import { afterEach, describe, expect, test } from 'vitest';
import { CLIENT, FieldRelay, GUEST, SESSION } from '../packages/client/test/support/field-relay.ts';
import { root } from '../tools/workspaces.ts';
import { PATIENCE_MS } from './support/command.ts';
import { DEMO, startRelayOnEmulator } from './support/relay-on-emulator.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A relay on the emulator, for the programs as they stand, and what the emulator saw. */
async function relayOnEmulator() {
  const running = await startRelayOnEmulator();
  const { relay, genesys: emulator, refused } = running;
  closing.push(() => running[Symbol.asyncDispose]());
  const env = {
    GENESYS_API_BASE_URL: relay.url,
    GENESYS_CLIENT_ID: DEMO.id,
    GENESYS_CLIENT_SECRET: DEMO.secret,
  };
  return { env, refused, conversation: () => emulator.conversations()[0] };
}

const genesys = (url: string) => ({
  GENESYS_API_BASE_URL: url,
  GENESYS_CLIENT_ID: CLIENT.clientId,
  GENESYS_CLIENT_SECRET: CLIENT.clientSecret,
});

/** A program that runs, and what it has printed. */
class Program {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.process = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stdout += chunk;
    });
    this.process.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      this.stderr += chunk;
    });
    closing.push(() => void this.process.kill('SIGKILL'));
  }

  get lines(): readonly string[] {
    return this.stdout.split('\n').filter((line) => line !== '');
  }

  async ended(): Promise<number | null> {
    await once(this.process, 'close');
    return this.process.exitCode;
  }
}

async function fieldRelay(): Promise<{ readonly relay: FieldRelay; readonly url: string }> {
  const relay = new FieldRelay(systemPorts().clock);
  const { url, close } = await relay.listen();
  closing.push(close);
  return { relay, url };
}

/** Takes whatever is posted, and answers each with the next status. */
async function receiver(...statuses: readonly number[]) {
  const bodies: unknown[] = [];
  const left = [...statuses];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
    bodies.push(JSON.parse(body));
    response.writeHead(left.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { bodies, url: `http://127.0.0.1:${port}/hook` };
}

describe('the Node.js broadcaster of the field document', () => {
  const run = (env: Readonly<Record<string, string>>, ...steps: readonly string[]) =>
    new Program(
      process.execPath,
      [join(root, 'e2e/programs/node-broadcaster/program.mjs'), SESSION, GUEST, ...steps],
      env,
    );

  test(
    'asks for a token, checks the session, broadcasts, and tells its webhook',
    async () => {
      const { relay, url } = await fieldRelay();
      const hook = await receiver();
      const program = run({ ...genesys(url), WEBHOOK_URL: hook.url }, 'typing:5000', 'paused', 'typing_stopped');
      expect(await program.ended(), program.stderr).toBe(0);
      expect(relay.posted.map(({ type, duration, status }) => [type, duration, status])).toEqual([
        ['typing', 5_000, 202],
        ['paused', 3_000, 202],
        ['typing_stopped', 3_000, 202],
      ]);
      expect(hook.bodies).toHaveLength(3);
      expect(JSON.parse(program.lines.at(-1) ?? '')).toMatchObject({ total: 3, successful: 3 });
    },
    PATIENCE_MS,
  );

  test(
    'waits as long as Retry-After says, and does not mind a webhook that fails',
    async () => {
      const { relay, url } = await fieldRelay();
      const hook = await receiver(500);
      relay.next.push({ status: 429, headers: { 'retry-after': '1' }, body: {} });
      const program = run({ ...genesys(url), WEBHOOK_URL: hook.url }, 'typing');
      expect(await program.ended(), program.stderr).toBe(0);
      const [first, second] = relay.posted;
      expect([first?.status, second?.status]).toEqual([429, 202]);
      expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(1_000);
      expect(program.stderr).toContain('Webhook failed');
    },
    PATIENCE_MS,
  );
});

describe('the Node.js broadcaster on the relay', () => {
  test(
    'shows the agent that the guest types, and leaves nothing in the transcript',
    async () => {
      const { env, refused, conversation } = await relayOnEmulator();
      const hook = await receiver();
      const program = new Program(
        process.execPath,
        [
          join(root, 'e2e/programs/node-broadcaster/program.mjs'),
          SESSION,
          GUEST,
          'typing:5000',
          'paused',
          'typing_stopped',
        ],
        { ...env, WEBHOOK_URL: hook.url },
      );
      expect(await program.ended(), program.stderr).toBe(0);
      expect(JSON.parse(program.lines.at(-1) ?? '')).toMatchObject({ total: 3, successful: 3 });
      expect(conversation()?.typing[0]).toMatchObject({ from: 'guest', to: 'agent' });
      expect(conversation()?.transcript).toEqual([]);
      expect(refused()).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});

/** Debian: apt-get install ruby ruby-faraday. `.ci/run` installs them and says so; then this is red without them. */
const hasRuby = spawnSync('ruby', ['-e', 'require "faraday"']).status === 0;
const skipRuby = !hasRuby && process.env.BACKCHANNEL_NEEDS_RUBY === undefined;

describe.skipIf(skipRuby)('the Rails bridge of the field document', () => {
  /** What the bridge posts to Genesys, with the statuses to answer. */
  async function platform(...statuses: readonly number[]) {
    const calls: { readonly path: string; readonly body: unknown; readonly token: string }[] = [];
    const left = [...statuses];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += String(chunk);
      if (request.url === '/oauth/token') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ access_token: 'bridge-token', token_type: 'bearer', expires_in: 3_600 }));
        return;
      }
      calls.push({ path: request.url ?? '', body: JSON.parse(body), token: request.headers.authorization ?? '' });
      response.writeHead(left.shift() ?? 202, { 'content-type': 'application/json' }).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => void server.close());
    return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  async function bridge(url: string, env: Readonly<Record<string, string>> = genesys(url)) {
    const program = new Program('ruby', [join(root, 'e2e/programs/ruby-bridge/bridge.rb')], env);
    const port = async () => /listening on (\d+)/.exec(program.stdout)?.[1];
    await expect.poll(port, { timeout: PATIENCE_MS }).toBeDefined();
    const hook = `http://127.0.0.1:${await port()}/webhooks/chat`;
    const chat = async (event: unknown) =>
      (await fetch(hook, { method: 'POST', body: typeof event === 'string' ? event : JSON.stringify(event) })).status;
    return { program, chat };
  }

  const C = 'c-1';

  test(
    'turns the chat’s webhooks into Genesys’s calls, in their order',
    async () => {
      const { calls, url } = await platform();
      const { program, chat } = await bridge(url);
      expect(await chat({ event: 'typing', conversation_id: C, user_id: 'ada' })).toBe(202);
      expect(await chat({ event: 'message', conversation_id: C, user_id: 'ada', text: 'Grüße' })).toBe(202);
      expect(await chat({ event: 'read', conversation_id: C, message_id: 'm-1' })).toBe(202);
      expect(await chat('no json')).toBe(400);
      await expect.poll(() => program.lines.length, { timeout: PATIENCE_MS }).toBe(4);
      const guests = `/api/v2/webmessaging/guests/conversations/${C}/events`;
      expect(calls.map(({ path, body }) => [path, body])).toEqual([
        [guests, { eventType: 'typing', conversationId: C, userId: 'ada' }],
        [guests, { eventType: 'message', conversationId: C, userId: 'ada', text: 'Grüße' }],
        [`/api/v2/conversations/messaging/conversations/${C}/events`, { type: 'read-receipt', messageId: 'm-1' }],
      ]);
      expect(new Set(calls.map(({ token }) => token))).toEqual(new Set(['Bearer bridge-token']));
    },
    2 * PATIENCE_MS,
  );

  test(
    'backs off after a 429, and finishes its jobs before it stops',
    async () => {
      const { calls, url } = await platform(429, 429);
      const { program, chat } = await bridge(url);
      await chat({ event: 'typing', conversation_id: C, user_id: 'ada' });
      await expect.poll(() => calls.length, { timeout: PATIENCE_MS }).toBeGreaterThan(0);
      program.process.kill('SIGTERM');
      expect(await program.ended(), program.stderr).toBe(0);
      expect(calls).toHaveLength(3);
      expect(JSON.parse(program.lines[1] ?? '')).toMatchObject({ event: 'typing', status: 202 });
    },
    2 * PATIENCE_MS,
  );

  test(
    'on the relay: the agent sees typing and messages, and what was read is taken',
    async () => {
      const { env, refused, conversation } = await relayOnEmulator();
      const { program, chat } = await bridge(env.GENESYS_API_BASE_URL, env);
      await chat({ event: 'typing', conversation_id: C, user_id: 'ada' });
      await chat({ event: 'message', conversation_id: C, user_id: 'ada', text: 'Grüße' });
      await chat({ event: 'read', conversation_id: C });
      await expect.poll(() => program.lines.length, { timeout: PATIENCE_MS }).toBe(4);
      expect(program.lines.slice(1).map((line) => JSON.parse(line).status)).toEqual([202, 202, 202]);
      await expect.poll(() => conversation()?.transcript, { timeout: PATIENCE_MS }).toMatchObject([{ text: 'Grüße' }]);
      expect(conversation()?.typing[0]).toMatchObject({ from: 'guest', to: 'agent' });
      expect(refused()).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});
