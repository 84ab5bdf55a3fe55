// Real time: the Ruby client of /docs really runs, against a server that says what a relay and the proxies before it say on a
// bad day, and waits by the real clock. No compiler for C# is at hand: its client is the same, written beside it.
import { execFile, spawnSync } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { CLIENT_CLASSES } from '../src/http/docs/programs.ts';
import { STREAM_EXAMPLES } from '../src/http/docs/stream-examples.ts';

const run = promisify(execFile);
const PROGRAM_MS_MAX = 20_000;
const PATIENCE = { timeout: PROGRAM_MS_MAX + 5_000 };

/** Debian: apt-get install ruby. `.ci/run` installs it and says so; then these are red without it. */
const hasRuby = spawnSync('ruby', ['--version']).status === 0;
const skipRuby = !hasRuby && process.env.BACKCHANNEL_NEEDS_RUBY === undefined;

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ended: (() => void)[] = [];
afterEach(() => {
  for (const end of ended.splice(0)) end();
});

/** Answers token requests and all others, each with the next of its list; the last of a list answers the rest. */
async function relayThat({ tokens = [granted], calls }: { readonly tokens?: Answer[]; readonly calls: Answer[] }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const isToken = request.url === '/oauth/token';
    const { method, url, headers } = request;
    asked.push([isToken ? 'token' : `${method} ${url}`, headers['idempotency-key']].filter(Boolean).join(' '));
    const answers = isToken ? tokens : calls;
    (answers.length > 1 ? answers.shift() : answers[0])?.(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ended.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const env = {
    ...process.env,
    RELAY: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    CLIENT_ID: 'main',
    CLIENT_SECRET: 'test-secret',
    TOKEN: 'a-token',
  };
  const ruby = async (code: string) => (await run('ruby', ['-e', code], { env, timeout: PROGRAM_MS_MAX })).stdout;
  const withClient = (code: string) =>
    ruby(`${CLIENT_CLASSES.ruby}
      relay = Relay.new(ENV.fetch("RELAY"), ENV.fetch("CLIENT_ID"), ENV.fetch("CLIENT_SECRET"))
      ${code}`);
  return { asked, ruby, withClient };
}

const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const granted = json(200, { access_token: 'a-token', token_type: 'bearer', expires_in: 3_600, scope: '' });
const problem = (status: number, code: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { code, status, detail: `It is ${code}.`, fix: 'Mend it.' }, headers);
const stopping = problem(503, 'stopping', { 'retry-after': '1' });
const ofProxy =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Größer als der Proxy</html>');
const broken: Answer = (response) => response.destroy();

const event = (sequence: number, text: string) =>
  Buffer.from(`id: ${sequence}\ndata: ${JSON.stringify({ type: 'event', sequence, text })}\n\n`);
/** Events as a stream that stays open, or breaks off after them: each buffer is one part of the reading program. */
const stream =
  (parts: readonly (Buffer | string)[], { breaks = false } = {}): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    for (const part of parts) response.write(part);
    if (breaks) setTimeout(() => response.destroy(), 200);
  };

const SAID = 'Größe? Ça va? 你好 👋';
const inBytes = (whole: Buffer) => [...whole].map((_, at) => whole.subarray(at, at + 1));

describe.skipIf(skipRuby)('the Ruby client of /docs', () => {
  it('hears every character, wherever a part of the stream ends', PATIENCE, async () => {
    const { withClient } = await relayThat({ calls: [stream(['retry: 2000\n\n', ...inBytes(event(1, SAID))])] });
    expect(await withClient('relay.events("c") { |event| puts event["text"]; break }')).toBe(`${SAID}\n`);
  });

  it('goes on with its stream after whatever passes, and tells nothing twice', PATIENCE, async () => {
    const { asked, withClient } = await relayThat({
      tokens: [broken, stopping, granted],
      calls: [
        stopping,
        ofProxy(502),
        stream([event(1, 'one'), event(2, 'two'), 'data: {"type":"ev'], { breaks: true }),
        // A restarted relay no longer knows its tokens.
        problem(401, 'credential.invalid'),
        stream([event(3, 'three')]),
      ],
    });
    expect(await withClient('relay.events("c") { |event| puts event["text"]; break if event["sequence"] == 3 }')).toBe(
      'one\ntwo\nthree\n',
    );
    const from = (after: number) => `GET /v1/conversations/c/events?after=${after}`;
    expect(asked).toEqual(['token', 'token', 'token', from(0), from(0), from(0), from(2), 'token', from(2)]);
  });

  it.each<[string, { tokens?: Answer[]; calls: Answer[] }, string]>([
    ['a call that it may not make', { calls: [problem(403, 'scope.missing')] }, '403 scope.missing 2'],
    ['a wrong secret', { tokens: [json(401, { error: 'invalid_client' })], calls: [broken] }, '401 invalid_client 1'],
    ['a new token that is refused', { calls: [problem(401, 'credential.invalid')] }, '401 credential.invalid 2'],
  ])('gives up on %s', PATIENCE, async (_name, answers, told) => {
    const { asked, withClient } = await relayThat(answers);
    const said = await withClient(
      'begin; relay.events("c") { }; rescue Relay::Problem => e; puts "#{e.status} #{e.code}"; end',
    );
    expect(`${said.trim()} ${asked.length}`).toBe(told);
  });

  it('leaves to its caller what the caller’s block raises', PATIENCE, async () => {
    const { asked, withClient } = await relayThat({ calls: [stream([event(1, 'one')])] });
    const said = await withClient(`
      begin
        relay.events("c") { |event| raise Errno::ECONNREFUSED, "the caller's own database" }
      rescue SystemCallError => error
        puts error.message
      end`);
    expect(said).toContain("the caller's own database");
    expect(asked).toHaveLength(2);
  });

  it('repeats a message whose answer was lost, or was a proxy’s, with the same key', PATIENCE, async () => {
    const { asked, withClient } = await relayThat({
      calls: [broken, ofProxy(504), json(202, { messageId: 'm-1' })],
    });
    expect(await withClient('puts relay.message("c", "guest", "Hello", key: "k-1")["messageId"]')).toBe('m-1\n');
    expect(asked.slice(1)).toEqual(Array(3).fill('POST /v1/conversations/c/messages k-1'));
  });

  it('does not tell late that somebody types', PATIENCE, async () => {
    const { asked, withClient } = await relayThat({ calls: [problem(429, 'rate.limited', { 'retry-after': '60' })] });
    const said = await withClient(
      'begin; relay.typing("c", "guest", true); rescue Relay::Problem => e; puts e.message; end',
    );
    expect(said).toBe('It is rate.limited. Mend it.\n');
    expect(asked).toHaveLength(2);
  });
});

describe.skipIf(skipRuby)('the Ruby example of a stream', () => {
  it('hears every character, and does not begin again by itself', PATIENCE, async () => {
    const { asked, ruby } = await relayThat({ calls: [stream(inBytes(event(1, SAID)), { breaks: true })] });
    const said = await ruby(`begin\n${STREAM_EXAMPLES.getEvents?.ruby}\nrescue IOError\nend`);
    expect(said.match(/你好 👋/g)).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});
