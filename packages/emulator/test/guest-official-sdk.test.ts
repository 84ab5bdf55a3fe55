// Genesys's own JavaScript SDK against what the emulator serves to guests over REST.
import type { Emulator } from '@backchannel/emulator';
import platformClient from 'purecloud-platform-client-v2';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { configured, frames, start, TOKEN } from './support/emulator.ts';

const client = platformClient.ApiClient.instance;
// Otherwise it watches a configuration file in the home directory.
client.config.live_reload_config = false;

let genesys: Emulator;

beforeEach(async () => {
  genesys = await start();
  const { hostname, port } = new URL(genesys.url);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) } as never);
});
afterAll(() => client.setGateway(undefined as never));

// holds: op:postWebdeploymentsTokenOauthcodegrantjwtexchange, op:postWebdeploymentsTokenRefresh, op:deleteWebdeploymentsTokenRevoke
test('the official SDK exchanges a code, refreshes the JWT and revokes the sign-in', async () => {
  const deployments = new platformClient.WebDeploymentsApi();
  const { deploymentId, customers } = genesys.info;
  const oauth = { code: customers[0]?.code ?? '', redirectUri: 'https://shop.example/back' };
  const tokens = await deployments.postWebdeploymentsTokenOauthcodegrantjwtexchange({ deploymentId, oauth });
  const refreshed = await deployments.postWebdeploymentsTokenRefresh({
    body: { deploymentId, refreshToken: tokens.refreshToken ?? '' },
  });
  const guest = await configured(genesys, { token: 'before' });
  guest.send(frames.configure(genesys, { action: 'configureAuthenticatedSession', data: { code: refreshed.jwt } }));
  expect(await guest.next()).toMatchObject({ class: 'SessionResponse' });
  client.setAccessToken(refreshed.jwt ?? '');
  await deployments.deleteWebdeploymentsTokenRevoke();
  expect((await guest.next()).class).toBe('LogoutEvent');
  await expect(deployments.deleteWebdeploymentsTokenRevoke()).rejects.toMatchObject({
    status: 401,
    code: 'credentials.expired',
  });
});

// holds: op:postWebmessagingDeploymentPushdevice, op:patchWebmessagingDeploymentPushdevice, op:deleteWebmessagingDeploymentPushdevice
test('the official SDK sees push devices refused', async () => {
  const messaging = new platformClient.WebMessagingApi();
  const { deploymentId } = genesys.info;
  const body = { deviceToken: 'device', notificationProvider: 'FCM', language: 'en', deviceType: 'android' };
  const refused = { status: 403, code: 'feature.toggle.disabled' };
  await expect(messaging.postWebmessagingDeploymentPushdevice(deploymentId, TOKEN, body)).rejects.toMatchObject(
    refused,
  );
  await expect(messaging.patchWebmessagingDeploymentPushdevice(deploymentId, TOKEN, body)).rejects.toMatchObject(
    refused,
  );
  await expect(messaging.deleteWebmessagingDeploymentPushdevice(deploymentId, TOKEN)).rejects.toMatchObject(refused);
});
