import { hostsAt } from '@backchannel/client';
import { startEmulator } from '@backchannel/emulator';
import { hashSecret, startRelay } from '@backchannel/relay';

/** The client of `npm start`. */
export const DEMO = { id: 'demo', secret: 'demo-secret' } as const;

/** A relay on the emulator as `npm start` has it, on ports of their own and without the page. */
export async function startRelayOnEmulator() {
  const genesys = await startEmulator({ port: 0, seed: 1 });
  const { deploymentId, oauth, agents } = genesys.info;
  const relay = await startRelay({
    listen: { host: '127.0.0.1', port: 0 },
    genesys: {
      hosts: hostsAt(genesys.url),
      deploymentId,
      client: { id: oauth.clientId, secret: oauth.clientSecret },
      agents: agents.map(({ id }) => id),
      linkAttribute: 'backchannel.binding',
      requestsPerMinute: 300,
      connectionsPerMinute: 1_000,
    },
    provisioning: 'automatic',
    store: { file: ':memory:', retentionMs: 3_600_000 },
    clients: [
      {
        id: DEMO.id,
        secretHashes: [await hashSecret(DEMO.secret)],
        scopes: ['signals:read', 'signals:write', 'messages:write'],
        actAs: { guest: true, agents: 'everyone' },
      },
    ],
    tokens: { lifetimeSeconds: 3_600, keys: ['00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'] },
    allowedOrigins: [],
    limits: {
      bodyBytesMax: 65_536,
      requestsPerMinutePerClient: 6_000,
      laneMax: 100,
      conversationsMax: 1_000,
      streamsPerClient: 100,
    },
    passThrough: false,
    log: { level: 'silent' },
  });
  return {
    genesys,
    relay,
    /** What Genesys would have refused; the relay must never cause any. */
    refused: () => genesys.journal.entries({ noted: true }).filter(({ status = 0 }) => status >= 400),
    async [Symbol.asyncDispose]() {
      await relay.close();
      await genesys.close();
    },
  };
}
