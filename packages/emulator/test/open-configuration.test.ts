import { expect, test } from 'vitest';
import { onlyConversation, rest, start } from './support/emulator.ts';
import { middleware } from './support/open.ts';

const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/open';
const SETTINGS = '/api/v2/conversations/messaging/settings';
const REQUEST = {
  name: 'Our app',
  outboundNotificationWebhookUrl: 'http://127.0.0.1:9/genesys',
  outboundNotificationWebhookSignatureSecretToken: 'sixteen-letters!',
};
const typing = (inbound: string, outbound: string) => ({ event: { typing: { on: { inbound, outbound } } } });

// holds: OPEN-INTEGRATION, OPEN-INTEGRATION-AT-ONCE, op:getConversationsMessagingIntegrationsOpen,
// op:postConversationsMessagingIntegrationsOpen, op:getConversationsMessagingIntegrationsOpenIntegrationId,
// op:patchConversationsMessagingIntegrationsOpenIntegrationId, op:deleteConversationsMessagingIntegrationsOpenIntegrationId
test('an integration is created, read, changed, listed and deleted', async () => {
  const genesys = await start();
  const created = await rest(genesys, 'POST', INTEGRATIONS, {
    body: { ...REQUEST, webhookHeaders: { 'X-Tenant': 'a' } },
  });
  expect(created).toMatchObject({ status: 200, body: { ...REQUEST, createStatus: 'Completed', status: 'Active' } });
  const path = `${INTEGRATIONS}/${created.body.id}`;
  const name = 'Renamed';
  expect((await rest(genesys, 'PATCH', path, { body: { name } })).body).toMatchObject({ ...REQUEST, name });
  expect((await rest(genesys, 'GET', path)).body).toMatchObject({ name, webhookHeaders: { 'X-Tenant': 'a' } });
  expect((await rest(genesys, 'GET', INTEGRATIONS)).body).toMatchObject({
    total: 2,
    entities: [{ id: genesys.info.integrationId, name: 'Demo open channel' }, { name }],
  });
  expect((await rest(genesys, 'DELETE', path)).status).toBe(204);
  expect((await rest(genesys, 'GET', path)).status).toBe(404);
});

// holds: OPEN-SECRET, LIMIT-WEBHOOK-SECRET
test('a secret of 15 characters is too short, one of 16 is not', async () => {
  const genesys = await start();
  const create = (outboundNotificationWebhookSignatureSecretToken: string) =>
    rest(genesys, 'POST', INTEGRATIONS, { body: { ...REQUEST, outboundNotificationWebhookSignatureSecretToken } });
  expect((await create('x'.repeat(15))).status).toBe(400);
  expect((await create('x'.repeat(16))).status).toBe(200);
});

test('a setting that does not exist cannot be attached, and a body without its required fields is refused', async () => {
  const genesys = await start();
  const body = { ...REQUEST, messagingSetting: { id: 'none' } };
  expect((await rest(genesys, 'POST', INTEGRATIONS, { body })).status).toBe(404);
  expect((await rest(genesys, 'POST', INTEGRATIONS, { body: { name: 'x' } })).status).toBe(400);
  expect((await rest(genesys, 'POST', SETTINGS, { body: { name: 'x', ...typing('On', 'Off') } })).status).toBe(400);
});

// holds: OPEN-SETTINGS, OPEN-TYPING-DISABLED, op:getConversationsMessagingSettings, op:postConversationsMessagingSettings,
// op:getConversationsMessagingSetting, op:patchConversationsMessagingSetting, op:deleteConversationsMessagingSetting,
// op:getConversationsMessagingSettingsDefault, op:putConversationsMessagingSettingsDefault,
// op:deleteConversationsMessagingSettingsDefault
test('a new setting has typing disabled both ways; it is changed, made the default, and deleted', async () => {
  const genesys = await start({ defaults: 'platform' });
  expect((await rest(genesys, 'GET', `${SETTINGS}/default`)).status).toBe(404);
  const created = await rest(genesys, 'POST', SETTINGS, { body: { name: 'plain' } });
  expect(created.body).toMatchObject({ name: 'plain', ...typing('Disabled', 'Disabled') });
  const path = `${SETTINGS}/${created.body.id}`;
  const changed = await rest(genesys, 'PATCH', path, { body: { event: { typing: { on: { inbound: 'Enabled' } } } } });
  expect(changed.body).toMatchObject(typing('Enabled', 'Disabled'));
  expect((await rest(genesys, 'GET', path)).body).toMatchObject(typing('Enabled', 'Disabled'));
  expect((await rest(genesys, 'PUT', `${SETTINGS}/default`, { body: { settingId: created.body.id } })).status).toBe(
    200,
  );
  expect((await rest(genesys, 'GET', `${SETTINGS}/default`)).body.id).toBe(created.body.id);
  expect((await rest(genesys, 'GET', SETTINGS)).body).toMatchObject({ total: 1 });
  expect((await rest(genesys, 'DELETE', `${SETTINGS}/default`)).status).toBe(204);
  expect((await rest(genesys, 'DELETE', path)).status).toBe(204);
  expect((await rest(genesys, 'GET', path)).status).toBe(404);
});

// holds: OPEN-SETTINGS
test('the integration’s own setting goes before the default', async () => {
  const genesys = await start();
  const { says, types } = await middleware(genesys);
  await says('Hello');
  await types();
  const off = await rest(genesys, 'POST', SETTINGS, { body: { name: 'off' } });
  const path = `${INTEGRATIONS}/${genesys.info.integrationId}`;
  await rest(genesys, 'PATCH', path, { body: { name: 'x', messagingSetting: { id: off.body.id } } });
  await types();
  expect(onlyConversation(genesys).conversation.typing).toHaveLength(1);
});

test('no secret of an integration stands whole in the journal', async () => {
  const genesys = await start();
  const body = {
    ...REQUEST,
    webhookHeaders: { Authorization: 'Bearer our-own-token-000', 'X-Key': 'our-own-key-0000000' },
  };
  await rest(genesys, 'POST', INTEGRATIONS, { body });
  await rest(genesys, 'GET', INTEGRATIONS);
  const journal = JSON.stringify(genesys.journal.entries());
  for (const secret of [
    REQUEST.outboundNotificationWebhookSignatureSecretToken,
    'our-own-token-000',
    'our-own-key-0000000',
    genesys.info.webhookSecret,
  ]) {
    expect(journal).not.toContain(secret);
  }
});
