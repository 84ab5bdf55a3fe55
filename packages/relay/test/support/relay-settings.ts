import { hostsAt } from '@backchannel/client';
import type { RelaySettings } from '@backchannel/relay';
import { hashSecret } from '../../src/access/secret-hash.ts';

/** Made once: a hash is slow on purpose. */
const SECRET_HASH = await hashSecret('test-secret');

export const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';

/** A relay that speaks to nobody until a test says where Genesys is. `main` may do all, `other` has things of its own. */
export function relaySettings(changes: Partial<RelaySettings> = {}): RelaySettings {
  const client = (id: string): RelaySettings['clients'][number] => ({
    id,
    secretHashes: [SECRET_HASH],
    scopes: ['signals:read', 'signals:write', 'messages:write'],
    actAs: { guest: true, agents: 'everyone' },
  });
  return {
    listen: { host: '127.0.0.1', port: 0 },
    genesys: {
      hosts: hostsAt('http://127.0.0.1:9'),
      deploymentId: 'test-deployment',
      agents: [],
      linkAttribute: 'backchannel.binding',
      requestsPerMinute: 300,
      connectionsPerMinute: 1_000,
    },
    provisioning: 'off',
    store: { file: ':memory:', retentionMs: 86_400_000 },
    clients: [
      client('main'),
      client('other'),
      { ...client('reader'), scopes: ['signals:read'] },
      { ...client('guests'), actAs: { guest: true, agents: [] } },
    ],
    tokens: { lifetimeSeconds: 3_600, keys: [KEY] },
    allowedOrigins: ['https://chat.example'],
    limits: {
      bodyBytesMax: 65_536,
      requestsPerMinutePerClient: 6_000,
      laneMax: 100,
      conversationsMax: 1_000,
      streamsPerClient: 1_000,
    },
    passThrough: false,
    log: { level: 'silent' },
    ...changes,
  };
}
