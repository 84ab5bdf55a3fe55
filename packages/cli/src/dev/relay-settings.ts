import type { EmulatorInfo } from '@backchannel/emulator';
import { type LoadedConfig, loadConfig } from '@backchannel/relay';
import { DEMO_CLIENT } from './demo-client.ts';

/**
 * What `dev` would have in its configuration file: the emulator is Genesys, its seeded agents are followed, one client may act
 * for everybody, and an unknown conversation is made when it is first used.
 */
export function relaySettings(
  info: EmulatorInfo,
  listen: { readonly host: string; readonly port: number },
): Promise<LoadedConfig> {
  const config = {
    listen,
    genesys: {
      baseUrl: info.baseUrl,
      deploymentId: info.deploymentId,
      client: { id: info.oauth.clientId },
      agents: info.agents.map(({ id }) => id),
    },
    provisioning: 'automatic',
    store: { file: ':memory:' },
    clients: [{ id: DEMO_CLIENT.id, actAs: { guest: true, agents: 'everyone' } }],
    log: { level: 'error' },
  };
  return loadConfig({
    text: JSON.stringify(config),
    env: {
      BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET: info.oauth.clientSecret,
      BACKCHANNEL_RELAY_CLIENT_SECRET_DEMO: DEMO_CLIENT.secret,
    },
  });
}
