import { hostsAt, hostsIn } from '@backchannel/client';
import { hashSecret } from '../access/secret-hash.ts';
import { randomBytes } from '../adapters/chance.ts';
import { ConfigError, type ConfigProblem } from './config-problem.ts';
import type { Config } from './config-schema.ts';
import { clientSecretVariable, GENESYS_SECRET_VARIABLE } from './overrides.ts';
import { type ConfigSources, readConfig } from './read-config.ts';
import type { RelaySettings } from './settings.ts';

const DAY_MS = 86_400_000;
const KEY_BYTES = 32;

/** What a relay is started with, and what its operator should know. */
export interface LoadedConfig {
  readonly settings: RelaySettings;
  readonly notices: readonly string[];
}

/** Everything that is wrong with a configuration, with line and column; nothing when it can be started. */
export const checkConfig = (sources: ConfigSources): readonly ConfigProblem[] => readConfig(sources).problems;

/**
 * The settings that file, environment and flags make together. Secrets of clients that stand in the environment are hashed
 * here and not kept.
 *
 * @throws ConfigError with every problem at once.
 */
export async function loadConfig(
  sources: ConfigSources & { readonly file?: string | undefined },
): Promise<LoadedConfig> {
  const { config, problems } = readConfig(sources);
  if (config === undefined) throw new ConfigError(problems, sources.file);
  const env = sources.env ?? {};
  const { genesys, listen, tokens, store } = config;
  const secret = env[GENESYS_SECRET_VARIABLE];
  const settings: RelaySettings = {
    listen,
    genesys: {
      hosts: hostsOf(genesys),
      deploymentId: genesys.deploymentId,
      client: genesys.client && secret ? { id: genesys.client.id, secret } : undefined,
      agents: genesys.agents,
      linkAttribute: genesys.linkAttribute === false ? undefined : genesys.linkAttribute,
      requestsPerMinute: genesys.requestsPerMinute,
      connectionsPerMinute: genesys.connectionsPerMinute,
    },
    provisioning: config.provisioning,
    store: { file: store.file, retentionMs: store.retentionDays * DAY_MS },
    clients: await Promise.all(
      config.clients.map(async (client) => {
        const plain = env[clientSecretVariable(client.id)];
        return { ...client, secretHashes: [...client.secretHashes, ...(plain ? [await hashSecret(plain)] : [])] };
      }),
    ),
    tokens: {
      lifetimeSeconds: tokens.lifetimeSeconds,
      keys: tokens.keys.length > 0 ? tokens.keys : [randomBytes(KEY_BYTES).toString('hex')],
    },
    allowedOrigins: config.allowedOrigins,
    limits: config.limits,
    passThrough: config.passThrough,
    log: config.log,
  };
  return { settings, notices: [...noticesOf(config)] };
}

function hostsOf({ hosts, baseUrl, region = '' }: Config['genesys']) {
  return hosts ?? (baseUrl === undefined ? hostsIn(region) : hostsAt(baseUrl));
}

function* noticesOf({ tokens, provisioning, listen, store }: Config) {
  if (tokens.keys.length === 0) {
    yield 'No key signs tokens beyond this run: every token ends with a restart. Set BACKCHANNEL_RELAY_TOKEN_KEYS (openssl rand -hex 32).';
  }
  if (provisioning === 'automatic' && !/^(?:127\.|localhost$|::1$)/.test(listen.host)) {
    yield 'provisioning is automatic and the relay is reachable from the network: any mistyped id opens a conversation on Genesys.';
  }
  if (store.file === ':memory:') {
    yield 'store.file is ":memory:": accepted messages and receipts are lost when the process ends.';
  }
}
