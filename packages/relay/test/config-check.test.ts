import { checkConfig, configJsonSchema, exampleConfig, hashSecret, loadConfig, problemLine } from '@backchannel/relay';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';

const HASH = await hashSecret('test-secret');

const valid = (changes: object = {}) =>
  JSON.stringify({
    genesys: { region: 'eu-west-1', deploymentId: 'd1' },
    clients: [{ id: 'crm', secretHashes: [HASH] }],
    ...changes,
  });

const lines = (text: string, env: Record<string, string> = {}, flags: Record<string, string> = {}) =>
  checkConfig({ text, env, flags }).map((problem) => problemLine(problem, 'relay.jsonc'));

describe('a configuration that is wrong', () => {
  it('is told everything at once, each with line and column, what is wrong and how to fix it', () => {
    const text = `{
  // The relay of the test.
  "listen": { "port": "4300" },
  "genesys": { "deploymentId": "d1", "agent": [] },
  "clients": [
    { "id": "crm", "secretHashes": ["hunter2"], "scopes": ["signals:wrte"] },
  ],
  "limits": { "laneMax": 0 },
}`;
    expect(lines(text)).toEqual([
      expect.stringMatching(
        /^relay\.jsonc:3:15 listen\.port: must be a whole number from 0 to 65535; it is "4300"\. Fix: /,
      ),
      expect.stringMatching(/^relay\.jsonc:4:38 genesys\.agent: nobody reads this member\. Fix: write "agents"/),
      expect.stringMatching(/^relay\.jsonc:6:37 clients\[0\]\.secretHashes\[0\]: is no hash/),
      expect.stringMatching(/^relay\.jsonc:6:60 clients\[0\]\.scopes\[0\]: /),
      expect.stringMatching(/^relay\.jsonc:8:15 limits\.laneMax: /),
      expect.stringMatching(/^relay\.jsonc:4:3 genesys: nothing says where Genesys is\. Fix: add "region"/),
    ]);
  });

  it('never repeats a secret that was written where none belongs', () => {
    const text = valid({
      clients: [{ id: 'crm', secret: 'planted-secret', secretHashes: ['planted-hash'] }],
      tokens: { keys: ['planted-key'] },
    });
    const said = lines(text).join('\n');
    expect(said).toContain('backchannel relay hash-secret');
    expect(said).toContain('BACKCHANNEL_RELAY_CLIENT_SECRET_CRM');
    expect(said).toContain('openssl rand -hex 32');
    expect(said).not.toContain('planted');
  });

  it('names the place of a syntax error', () => {
    expect(lines('{\n  "listen" {}\n}')).toEqual([
      expect.stringMatching(/^relay\.jsonc:2:12: the file is no JSON: colon expected/),
    ]);
    expect(lines('[]')).toEqual([expect.stringMatching(/^relay\.jsonc:1:1: the file is no JSON object/)]);
  });

  it('names the variable or the flag that a wrong value came from', () => {
    expect(lines(valid(), { BACKCHANNEL_RELAY_PORT: 'abc' })).toEqual([
      expect.stringMatching(/^BACKCHANNEL_RELAY_PORT listen\.port: .*it is "abc"/),
    ]);
    expect(lines(valid(), {}, { '--port': '99999' })).toEqual([expect.stringMatching(/^--port listen\.port: /)]);
  });

  it('names a variable that nobody reads, and the one that was meant', () => {
    expect(lines(valid(), { BACKCHANNEL_RELAY_PROT: '1' })).toEqual([
      expect.stringMatching(
        /^BACKCHANNEL_RELAY_PROT: nobody reads this variable\. Fix: did you mean BACKCHANNEL_RELAY_PORT\?/,
      ),
    ]);
  });

  it.each([
    [
      'a client that there is not',
      'CLIENT_SECRET_X',
      'there is no client "x"; clients: crm. Fix: take it out, or add the client',
    ],
    [
      'a client with a slip',
      'CLIENT_SECRET_CMR',
      'there is no client "cmr"; clients: crm. Fix: did you mean BACKCHANNEL_RELAY_CLIENT_SECRET_CRM?',
    ],
    ['another word', 'GENESYS_CLIENT_TIMEOUT', 'nobody reads this variable. Fix: take it out'],
  ])('a variable that nobody reads is told what is near, and nothing else: %s', (_name, variable, said) => {
    expect(lines(valid(), { [`BACKCHANNEL_RELAY_${variable}`]: '1' })).toEqual([
      `BACKCHANNEL_RELAY_${variable}: ${said}`,
    ]);
  });

  it('names the nearest of the regions for one that there is not, and takes a domain as it is given', () => {
    const region = (name: string) => lines(valid({ genesys: { region: name, deploymentId: 'd1' } }));
    expect(region('eu-west-99')).toEqual([
      'relay.jsonc:1:13 genesys.region: "eu-west-99" is no region that Genesys Cloud is known to run in. Fix: write "eu-west-1" if that was meant, or the domain of your org ("mypurecloud.ie")',
    ]);
    expect(region('somewhere-else-1')).toEqual([
      expect.stringMatching(/Fix: write an AWS region \("eu-west-1"\), or the domain of your org/),
    ]);
    expect(region('constructor')).toHaveLength(1);
    expect(region('sau1.pure.cloud')).toEqual([]);
    expect(region('euc2.pure.cloud')).toEqual([]);
  });

  it.each([
    [
      'two ways to Genesys',
      { genesys: { region: 'eu-west-1', baseUrl: 'http://127.0.0.1:4100', deploymentId: 'd1' } },
      /region and baseUrl/,
    ],
    [
      'agents without a client',
      { genesys: { region: 'eu-west-1', deploymentId: 'd1', agents: ['u1'] } },
      /without an OAuth client/,
    ],
    [
      'a client without its secret',
      { genesys: { region: 'eu-west-1', deploymentId: 'd1', client: { id: 'c' } } },
      /BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET/,
    ],
    [
      'Genesys’s secret in the file',
      { genesys: { region: 'eu-west-1', deploymentId: 'd1', client: { id: 'c', secret: 'x' } } },
      /a secret does not stand in the file/,
    ],
    ['no clients', { clients: [] }, /at least one client/],
    [
      'the same client twice',
      {
        clients: [
          { id: 'a', secretHashes: [HASH] },
          { id: 'a', secretHashes: [HASH] },
        ],
      },
      /are the same client/,
    ],
    ['a client without any secret', { clients: [{ id: 'a' }] }, /has no secret/],
    ['an origin with a path', { allowedOrigins: ['https://chat.example/page'] }, /must be an origin/],
    ['a proxy that is none', { listen: { trustedProxies: ['10.0.0.0/33'] } }, /must be an address or a network/],
    ['a URL that is none', { genesys: { baseUrl: 'localhost', deploymentId: 'd1' } }, /must be a URL/],
  ])('%s', (_name, changes, expected) => {
    expect(lines(valid(changes)).join('\n')).toMatch(expected);
  });

  it('is refused with all of it in one error', async () => {
    await expect(loadConfig({ text: '{"listen": {"port": -1}}', file: 'relay.jsonc' })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/3 things are wrong[\s\S]*relay\.jsonc:1:13 listen\.port/),
    });
  });
});

describe('a configuration that is right', () => {
  it('is completed by the environment, and a flag wins over the environment', async () => {
    const env = {
      BACKCHANNEL_RELAY_PORT: '4301',
      BACKCHANNEL_RELAY_HOST: '0.0.0.0',
      BACKCHANNEL_RELAY_ALLOWED_ORIGINS: 'https://a.example, https://b.example',
      BACKCHANNEL_RELAY_PASS_THROUGH: 'true',
    };
    const { settings } = await loadConfig({ text: valid(), env, flags: { '--port': '0' } });
    expect(settings).toMatchObject({
      listen: { host: '0.0.0.0', port: 0 },
      allowedOrigins: ['https://a.example', 'https://b.example'],
      passThrough: true,
      genesys: { hosts: { api: 'https://api.mypurecloud.ie' }, linkAttribute: 'backchannel.binding' },
    });
  });

  it('takes secrets from the environment: the client’s is hashed, Genesys’s is kept for Genesys', async () => {
    const { settings } = await loadConfig({
      text: valid({
        clients: [{ id: 'crm-1' }],
        genesys: { region: 'eu-west-1', deploymentId: 'd1', client: { id: 'c' } },
      }),
      env: { BACKCHANNEL_RELAY_CLIENT_SECRET_CRM_1: 'plain', BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 'for-genesys' },
    });
    expect(settings.clients[0]?.secretHashes).toEqual([expect.stringMatching(/^scrypt:/)]);
    expect(settings.genesys.client).toEqual({ id: 'c', secret: 'for-genesys' });
  });

  it('says what its operator should know', async () => {
    const { settings, notices } = await loadConfig({ text: valid({ store: { file: ':memory:' } }) });
    expect(settings.tokens.keys[0]).toMatch(/^[\da-f]{64}$/);
    expect(notices.join('\n')).toMatch(/BACKCHANNEL_RELAY_TOKEN_KEYS[\s\S]*:memory:/);
  });

  it('is what the example says, once its secrets are there', () => {
    const text = exampleConfig();
    expect(text.match(/^ *\/\/ /gm)?.length).toBeGreaterThan(40);
    // A file that nobody has made yet: the line is there to be taken in, and above it what makes the file.
    expect(text).toMatch(/\/\/ .*: npx backchannel relay config schema > relay\.schema\.json\n {2}\/\/ "\$schema":/);
    expect(parse(text)).not.toHaveProperty('$schema');
    const env = {
      BACKCHANNEL_RELAY_CLIENT_SECRET_CRM: 's',
      BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: 's',
    };
    expect(checkConfig({ text, env })).toEqual([]);
  });

  it('has a JSON schema in which every member says what it is for', () => {
    const nameless: string[] = [];
    const walk = (schema: Record<string, never>, path: string): void => {
      for (const [name, member] of Object.entries((schema.properties ?? {}) as Record<string, Record<string, never>>)) {
        if (!member.description) nameless.push(`${path}.${name}`);
        walk(member, `${path}.${name}`);
        if (member.items) walk(member.items, `${path}.${name}[]`);
      }
    };
    const schema = configJsonSchema();
    walk(schema as Record<string, never>, '');
    expect(nameless).toEqual([]);
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    });
  });
});
