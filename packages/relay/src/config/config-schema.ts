import { isIP } from 'node:net';
import * as z from 'zod';
import { SCOPES } from '../access/scopes.ts';
import { isSecretHash } from '../access/secret-hash.ts';
import { keyBytes } from '../access/token-signer.ts';

/** What a member is, what an example of it looks like, and what the file may say. Descriptions become the comments of the example. */
const member = <Schema extends z.ZodType>(schema: Schema, description: string, example?: unknown): Schema =>
  schema.meta({ description, ...(example !== undefined && { examples: [example] }) });

const count = (min: number, max: number) => z.int(`must be a whole number from ${min} to ${max}`).min(min).max(max);

const url = (protocols: RegExp, names: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.test(new URL(text).protocol),
      `must be a URL that begins with ${names}`,
    );

const hostsSchema = z.strictObject({
  api: member(url(/^https?:$/, 'http: or https:'), 'REST API, without /api/v2.', 'https://api.mypurecloud.ie'),
  login: member(url(/^https?:$/, 'http: or https:'), 'OAuth.', 'https://login.mypurecloud.ie'),
  guestSocket: member(
    url(/^wss?:$/, 'ws: or wss:'),
    'Guest WebSocket, with its path.',
    'wss://webmessaging.mypurecloud.ie/v1',
  ),
  cdn: member(url(/^https?:$/, 'http: or https:'), 'Configuration of deployments.', 'https://api-cdn.mypurecloud.ie'),
});

const clientSchema = z.strictObject({
  id: member(
    z.string().regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"'),
    'Its client_id. Conversations belong to the client that made them.',
    'crm',
  ),
  secretHashes: member(
    z
      .array(
        z
          .string()
          .refine(
            isSecretHash,
            'is no hash: a secret is never written into the file as it is, only what `npx backchannel relay hash-secret` prints',
          ),
      )
      .max(4)
      .default([]),
    'Hashes of its secret, from `npx backchannel relay hash-secret`; two while a secret is being changed. Instead, the secret itself may stand in the environment: BACKCHANNEL_RELAY_CLIENT_SECRET_<ID>.',
    [],
  ),
  scopes: member(
    z
      .array(z.enum(SCOPES))
      .min(1)
      .default([...SCOPES]),
    'What it may do at all: signals:read (streams, looking), signals:write (typing, receipts, making conversations), messages:write.',
    [...SCOPES],
  ),
  actAs: member(
    z
      .strictObject({
        guest: member(z.boolean().default(true), 'For the guests of its conversations.', true),
        agents: member(
          z
            .union(
              [z.literal('everyone'), z.array(z.string().min(1).max(200))],
              'must be "everyone" or a list of ids of users',
            )
            .default([]),
          'For these agents: ids of Genesys users, or "everyone".',
          ['0f4b1f2e-8d8e-4d2c-9a44-a0a8e2b9f1c7'],
        ),
      })
      .prefault({}),
    'For whom it may act.',
  ),
});

/** The configuration file: what people write. `RelaySettings` is what the relay is started with. */
export const configSchema = z
  .strictObject({
    $schema: member(
      z.string().optional(),
      'For editors that complete and check: npx backchannel relay config schema > relay.schema.json',
      './relay.schema.json',
    ),
    listen: member(
      z
        .strictObject({
          host: member(
            z.string().min(1).max(255).default('127.0.0.1'),
            'Address. 0.0.0.0: every network; put TLS in front of it.',
            '127.0.0.1',
          ),
          port: member(count(0, 65_535).default(4_300), 'Port; 0 takes any free one.', 4_300),
          trustedProxies: member(
            z.array(z.string().refine(isNetwork, 'must be an address or a network (10.0.0.0/8)')).max(100).default([]),
            'Proxies in front of the relay, whose X-Forwarded-For, -Proto and -Host are believed: addresses or networks, ["127.0.0.1"] for one on the same machine. A proxy that is not named makes all callers one address.',
            [],
          ),
        })
        .prefault({}),
      'Where the relay answers.',
    ),
    genesys: member(
      z.strictObject({
        region: member(
          z.string().min(2).max(100).optional(),
          'Region of your org, by AWS name or domain. Or give `baseUrl`, or `hosts`.',
          'eu-west-1',
        ),
        baseUrl: member(
          url(/^https?:$/, 'http: or https:').optional(),
          'One server that plays every host, such as `npx backchannel emulator`.',
        ),
        hosts: member(hostsSchema.optional(), 'Every host by itself.'),
        deploymentId: member(
          z.string().min(1).max(200),
          'The guests’ Messenger deployment.',
          '5b5b6b0e-3f7a-4f53-a7a2-5a0cb8a1c111',
        ),
        client: member(
          z
            .strictObject({ id: member(z.string().min(1).max(200), 'Its id.', 'd2b2c1b4-0000-4000-8000-000000000000') })
            .optional(),
          'OAuth client (client credentials) with which the relay speaks for agents; leave it out if there are only guests. Its secret stands in the environment: BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET.',
        ),
        agents: member(
          z.array(z.string().min(1).max(200)).max(1_000).default([]),
          'Users whose conversations are followed, so that their side of a conversation is heard and can be spoken for.',
          [],
        ),
        linkAttribute: member(
          z.union([z.string().min(1).max(100), z.literal(false)]).default('backchannel.binding'),
          'Custom attribute by which an agent’s conversation is recognised as one of the relay’s. false: only the integrator’s word links them.',
          'backchannel.binding',
        ),
        requestsPerMinute: member(
          count(20, 100_000).default(300),
          'Requests a minute that the token may make; Genesys raises it on request.',
          300,
        ),
        connectionsPerMinute: member(
          count(1, 100_000).default(1_000),
          'Guest connections a minute that the deployment takes.',
          1_000,
        ),
      }),
      'The way to Genesys Cloud.',
    ),
    provisioning: member(
      z.enum(['off', 'automatic']).default('off'),
      'automatic: an unknown conversation is made when it is first used, by a signal, a message, a listener or a token. For development only: a typing mistake then opens a conversation.',
      'off',
    ),
    store: member(
      z
        .strictObject({
          file: member(
            z.string().min(1).max(1_000).default('backchannel-relay.sqlite'),
            'Database file; ":memory:" keeps nothing.',
            'backchannel-relay.sqlite',
          ),
          retentionDays: member(
            z.number().min(0.01).max(3_650).default(30),
            'Events, settled messages and ended conversations are forgotten after this. Of messages in a conversation that is still open the text goes and the ids stay.',
            30,
          ),
        })
        .prefault({}),
      'Where messages, receipts and events are kept.',
    ),
    clients: member(
      z.array(clientSchema).min(1, 'must have at least one client: nobody could call').max(1_000),
      'The programs that may call the relay.',
    ),
    tokens: member(
      z
        .strictObject({
          lifetimeSeconds: member(count(60, 86_400).default(3_600), 'How long a token lives.', 3_600),
          keys: member(
            z
              .array(
                z
                  .string()
                  .refine(
                    (key) => keyBytes(key) !== undefined,
                    'must be at least 32 bytes as hex or base64: `openssl rand -hex 32`',
                  ),
              )
              .max(8)
              .default([]),
            'Keys that sign tokens, newest first: put a new one in front, and drop the old one when its tokens have expired. Better: in the environment, BACKCHANNEL_RELAY_TOKEN_KEYS. None: a new one at each start, which ends every token.',
            [],
          ),
        })
        .prefault({}),
      'The relay’s own tokens.',
    ),
    allowedOrigins: member(
      z
        .array(
          z
            .string()
            .refine(isOrigin, 'must be an origin: scheme, host and port, nothing behind (https://chat.example.com)'),
        )
        .max(100)
        .default([]),
      'Origins of web pages that may call, over HTTP and WebSocket. Servers need none.',
      ['https://chat.example.com'],
    ),
    limits: member(
      z
        .strictObject({
          bodyBytesMax: member(count(1_024, 10_000_000).default(65_536), 'Bytes of a request’s body.', 65_536),
          requestsPerMinutePerClient: member(
            count(1, 100_000_000).default(60_000),
            'Calls a minute of one client.',
            60_000,
          ),
          laneMax: member(count(1, 100_000).default(1_000), 'Messages that wait in one conversation.', 1_000),
          conversationsMax: member(count(1, 1_000_000).default(10_000), 'Conversations that are open.', 10_000),
          streamsPerClient: member(
            count(1, 1_000_000).default(1_000),
            'Streams (WebSocket and SSE) that one client has open with its own token. Tokens for one conversation do not count: each participant has 10 of its own.',
            1_000,
          ),
        })
        .prefault({}),
      'Bounds; reaching one is answered, never silent.',
    ),
    passThrough: member(
      z.boolean().default(false),
      'Other /api/v2 calls go on to Genesys, with the caller’s own Genesys token.',
      false,
    ),
    log: member(
      z
        .strictObject({
          level: member(
            z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
            'Lines are JSON on standard output; no level logs texts or secrets.',
            'info',
          ),
        })
        .prefault({}),
      'What is logged.',
    ),
  })
  .meta({ title: 'Backchannel relay', description: 'Configuration of `backchannel relay`.' });

/** The file's content once it is valid, defaults filled in. */
export type Config = z.output<typeof configSchema>;

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const family = isIP(address);
  return family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)));
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** The JSON Schema of the file, for `$schema`. */
export const configJsonSchema = (): Record<string, unknown> => z.toJSONSchema(configSchema, { io: 'input' });
