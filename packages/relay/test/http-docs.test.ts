// Real time: every example of the page is really run, by sh and by ruby, against a relay that listens.
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { type RunningRelay, startRelay } from '@backchannel/relay';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROBLEM_TEXTS } from '../src/http/problem-texts.ts';
import { relaySettings } from './support/relay-settings.ts';
import { ScriptedLegs } from './support/scripted-legs.ts';
import { servedDouble } from './support/served-double.ts';

const run = promisify(execFile);
const PROGRAM_MS_MAX = 20_000;

let relay: RunningRelay;
let page: string;
let env: Record<string, string | undefined>;

/** A relay of its own, and the environment that the examples read. */
async function relayToCall() {
  const running = await startRelay(relaySettings({ provisioning: 'automatic' }), { legs: new ScriptedLegs() });
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'main',
    client_secret: 'test-secret',
  });
  const granted = await (await fetch(`${running.url}/oauth/token`, { method: 'POST', body })).json();
  const variables = {
    RELAY: running.url,
    TOKEN: granted.access_token,
    CLIENT_ID: 'main',
    CLIENT_SECRET: 'test-secret',
  };
  return { running, env: { ...process.env, ...variables }, [Symbol.asyncDispose]: () => running.close() };
}

beforeAll(async () => {
  ({ running: relay, env } = await relayToCall());
  page = await (await fetch(`${relay.url}/docs`)).text();
});
afterAll(() => relay.close());

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
const unescaped = (html: string) => html.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);

/** Code blocks of a language inside a part of the page. */
const codes = (html: string, language: string): string[] =>
  [...html.matchAll(new RegExp(`<pre class="in-${language}"><code>([\\s\\S]*?)</code></pre>`, 'g'))].map(
    ([, code = '']) => unescaped(code),
  );

const sectionOf = (id: string): string => {
  const from = page.indexOf(`<section class="operation" id="${id}">`);
  return page.slice(from, page.indexOf('</section>', from));
};

const sh = async (code: string, own = env) =>
  (await run('sh', ['-euc', code], { env: own, timeout: PROGRAM_MS_MAX })).stdout;
const ruby = async (code: string, own = env) =>
  (await run('ruby', ['-e', code], { env: own, timeout: PROGRAM_MS_MAX })).stdout;

/** Debian: apt-get install ruby. `.ci/run` installs it and says so; then these are red without it. */
const hasRuby = spawnSync('ruby', ['--version']).status === 0;
const withRuby = it.skipIf(!hasRuby && process.env.BACKCHANNEL_NEEDS_RUBY === undefined);

describe('/docs', () => {
  it('loads, runs and frames nothing', async () => {
    const answer = await fetch(`${relay.url}/docs`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'unsafe-inline'/);
    expect(page).not.toMatch(/<script|<img|<iframe|<link|javascript:|url\(|@import/i);
  });

  it('names the relay that was asked, and the client of npm start where there is one', async () => {
    expect(page).toContain(`export RELAY=${relay.url}\nexport CLIENT_ID=crm\n`);
    const [main] = relaySettings().clients;
    if (main === undefined) throw new Error('The settings of the tests have no client.');
    const settings = relaySettings({ clients: [{ ...main, id: 'demo' }] });
    await using served = await servedDouble({ settings });
    const asked = async (host: string) =>
      (await served.app.inject({ url: '/docs', headers: { host } })).body.match(/export RELAY=[\s\S]*?<\/code>/)?.[0];
    const demo = 'export CLIENT_ID=demo\nexport CLIENT_SECRET=demo-secret</code>';
    expect(await asked('relay.example.com:8443')).toBe(`export RELAY=http://relay.example.com:8443\n${demo}`);
    expect(await asked('$(reboot)')).toBe(`export RELAY=http://127.0.0.1:4300\n${demo}`);
  });

  it('has examples of answers that do not contradict their calls', () => {
    for (const id of ['postReceipt', 'postMessage', 'postGuest']) {
      expect(sectionOf(id)).not.toMatch(/delivered&quot;\n|repeated&quot;: true|expiresIn&quot;: 0/);
    }
    expect(sectionOf('postReceipt')).toMatch(/<pre class="answer">[\s\S]*watermark&quot;: &quot;seen&quot;/);
  });

  it('says which bodies may be left out, and shows as an answer only what is JSON', () => {
    expect(sectionOf('putConversation')).toContain('<h4>Body <small>may be left out</small></h4>');
    expect(sectionOf('postMessage')).toContain('<h4>Body</h4>');
    for (const id of ['getEvents', 'getMetrics', 'stream', 'deleteConversation', 'postAgentTyping']) {
      expect([id, sectionOf(id)]).toEqual([id, expect.not.stringContaining('class="answer"')]);
    }
    expect(sectionOf('stream')).toMatch(/<h4>101 <small>[\s\S]*<h4>426 <small>/);
    expect(sectionOf('deleteConversation')).toContain('<h4>204 <small>');
  });

  it('has no link that leads nowhere, and no name twice', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('explains every code where its type leads', () => {
    for (const code of Object.keys(PROBLEM_TEXTS)) expect(page).toContain(`id="${code}"`);
  });

  it('shows every operation in every language', async () => {
    const { paths } = (await (await fetch(`${relay.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    for (const { operationId } of Object.values(paths).flatMap((item) => Object.values(item))) {
      for (const language of ['curl', 'ruby', 'csharp']) {
        expect([operationId, language, codes(sectionOf(operationId), language).length]).toEqual([
          operationId,
          language,
          1,
        ]);
      }
    }
  });

  it('has a C# program whose brackets and quotes fit', () => {
    // No compiler for C# is at hand here: what can be wrong by a slip of the generator is looked for.
    for (const code of codes(page, 'csharp')) {
      const bare = code.replace(/"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"/g, '""').replace(/\/\/.*$/gm, '');
      for (const [open, close] of ['()', '{}', '[]']) {
        expect(bare.split(open ?? '').length).toBe(bare.split(close ?? '').length);
      }
      expect(code).toMatch(/[;}]$/);
    }
  });
});

describe('the examples of /docs', () => {
  /** In the order of a conversation; those of streams and of what ends it are run elsewhere. */
  const CALLS: readonly (readonly [id: string, status: number])[] = [
    ['putConversation', 201],
    ['getConversation', 200],
    ['getConversations', 200],
    ['postTyping', 202],
    ['postMessage', 202],
    ['postReceipt', 202],
    ['explainConversation', 200],
    ['postConversationToken', 201],
    ['postTicket', 201],
    ['getCaller', 200],
    ['getHealth', 200],
    ['getReadiness', 200],
    ['getMetrics', 200],
    ['postGuestEvent', 202],
    ['postGuestTyping', 202],
    ['postConversationEvent', 202],
    ['getSession', 200],
    ['postSessionTyping', 202],
    ['postGuestToken', 200],
    ['postGuestMessage', 200],
    ['postGuest', 201],
    ['postParticipantState', 202],
    ['postTypingFlag', 202],
    ['postParticipantTyping', 202],
    ['getFieldConversation', 200],
    ['deleteConversation', 204],
    // What needs a message or an agent of its own answers that it is not there.
    ['putMessageRead', 404],
    ['postAgentMessage', 409],
    ['postAgentTyping', 404],
    ['postAgentCommunicationMessage', 404],
  ];

  it('are all run, but for those of sockets and streams', () => {
    const shown = [...page.matchAll(/<section class="operation" id="(\w+)">/g)].map(([, id]) => id);
    const elsewhere = ['getToken', 'getEvents', 'stream', 'eventSocket', 'guestSocket'];
    expect(shown.sort()).toEqual([...CALLS.map(([id]) => id), ...elsewhere].sort());
  });

  withRuby('work in Ruby as they stand', async () => {
    await using own = await relayToCall();
    for (const [id, status] of CALLS) {
      const [code = ''] = codes(sectionOf(id), 'ruby');
      const [answered] = (await ruby(code, own.env)).split('\n');
      expect([id, answered]).toEqual([id, String(status)]);
    }
  });

  it('work with curl as they stand', async () => {
    await using own = await relayToCall();
    for (const [id, status] of CALLS) {
      const [code = ''] = codes(sectionOf(id), 'curl');
      const answered = await sh(`${code} -o /dev/null -w '%{http_code}'`, own.env);
      expect([id, answered]).toEqual([id, String(status)]);
    }
  });

  it('get a token with credentials of the caller’s own', async () => {
    const own = (code: string) => code.replace('demo-secret', 'test-secret').replace('demo', 'main');
    for (const [language, start] of hasRuby
      ? ([
          ['curl', sh],
          ['ruby', ruby],
        ] as const)
      : ([['curl', sh]] as const)) {
      const [code = ''] = codes(sectionOf('getToken'), language);
      expect(await start(own(code))).toContain('access_token');
    }
  });

  it('open their sockets with Node.js as they stand', async () => {
    for (const id of ['stream', 'eventSocket']) {
      const [code = ''] = codes(sectionOf(id), 'curl');
      const soonOver = code.replace('socket.onmessage', 'setTimeout(() => socket.close(), 500); socket.onmessage');
      expect([id, await sh(soonOver)]).toEqual([id, expect.stringMatching(/1005\s*$/)]);
    }
  });

  withRuby('make a first conversation in Ruby, with the client that is to be copied', async () => {
    const [first = '', client = ''] = codes(page, 'ruby');
    const told = await ruby(`${client}\n${first}`);
    expect(told).toMatch(/"outcome"\s*=>\s*"sent"/);
    expect(told).toMatch(/"kind"\s*=>\s*"message"[\s\S]*Where is my parcel\?/);
    expect(told).toMatch(/"kind"\s*=>\s*"message-status"/);
  });

  it('make a first conversation with curl', async () => {
    const [first = ''] = codes(page, 'curl');
    const forThisRelay = first.replace('-sSN', '-sSN --max-time 2');
    const told = await sh(`set +e\n${forThisRelay}\ntrue`);
    expect(told).toMatch(/"outcome":"(?:sent|coalesced)"/);
    expect(told).toMatch(/^id: 1\ndata: \{.*Where is my parcel\?/m);
  });

  withRuby('the Ruby client waits when it is told to, and says why something can’t be done', async () => {
    const [, client = ''] = codes(page, 'ruby');
    const told = await ruby(`${client}
      relay = Relay.new(ENV.fetch("RELAY"), ENV.fetch("CLIENT_ID"), ENV.fetch("CLIENT_SECRET"))
      begin
        relay.message("order-4711", "agent:nobody", "Hello")
      rescue Relay::Problem => problem
        puts problem.status, problem.code, problem.message
      end`);
    expect(told).toMatch(/^409\nagent\.absent\n.*accepted the conversation/);
  });
});
