// Genesys's own JavaScript SDK as the middleware of open messaging, over real HTTP.
import type { Emulator } from '@backchannel/emulator';
import platformClient from 'purecloud-platform-client-v2';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { onlyConversation, start } from './support/emulator.ts';
import { ADA, agentSays, TIME } from './support/open.ts';
import { WebhookReceiver } from './support/webhook-receiver.ts';

const client = platformClient.ApiClient.instance;
// Otherwise it watches a configuration file in the home directory.
client.config.live_reload_config = false;
const conversations = new platformClient.ConversationsApi();
let genesys: Emulator;

beforeEach(async () => {
  genesys = await start();
  const { hostname, port } = new URL(genesys.url);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) } as never);
  await client.loginClientCredentialsGrant(genesys.info.oauth.clientId, genesys.info.oauth.clientSecret);
});
afterAll(() => client.setGateway(undefined as never));

// holds: op:postConversationsMessageInboundOpenMessage, op:postConversationsMessageInboundOpenEvent,
// op:postConversationsMessageInboundOpenReceipt, op:postConversationsMessageInboundOpenStructuredResponse
test('it makes the four inbound calls', async () => {
  const { integrationId } = genesys.info;
  const message = await conversations.postConversationsMessageInboundOpenMessage(
    integrationId,
    { channel: { from: ADA, messageId: 'ext-1', time: TIME }, text: 'Hello' },
    { prefetchConversationId: true },
  );
  expect(message).toMatchObject({ text: 'Hello', conversationId: onlyConversation(genesys).id });
  const event = await conversations.postConversationsMessageInboundOpenEvent(integrationId, {
    channel: { from: ADA, time: TIME },
    events: [{ eventType: 'Typing' }],
  });
  expect(event).toMatchObject({ type: 'Event' });
  const { id } = await agentSays(genesys, 'Hi');
  const channel = { to: { id: ADA.id, idType: 'Email' }, time: TIME };
  const receipt = (status: string) =>
    conversations.postConversationsMessageInboundOpenReceipt(integrationId, { id, channel, status });
  expect(await receipt('Delivered')).toMatchObject({ status: 'Delivered' });
  await expect(receipt('Read')).rejects.toMatchObject({ status: 400, code: 'invalid.value' });
  const pressed = await conversations.postConversationsMessageInboundOpenStructuredResponse(integrationId, {
    channel: { from: ADA, messageId: 'ext-2', time: TIME },
    buttonResponse: { type: 'QuickReply', text: 'Yes', payload: 'yes' },
    originatingMessageId: id,
  });
  expect(pressed).toMatchObject({ type: 'Structured' });
  expect(onlyConversation(genesys).conversation.transcript.map(({ text }) => text)).toEqual(['Hello', 'Hi', 'Yes']);
});

test('it sets up an integration with a setting of its own, and the agent’s words arrive at its webhook', async () => {
  const receiver = await WebhookReceiver.start();
  const on = { inbound: 'Enabled', outbound: 'Enabled' };
  const setting = await conversations.postConversationsMessagingSettings({ name: 'on', event: { typing: { on } } });
  const integration = await conversations.postConversationsMessagingIntegrationsOpen({
    name: 'Our app',
    outboundNotificationWebhookUrl: receiver.url,
    outboundNotificationWebhookSignatureSecretToken: 'sixteen-letters!',
    messagingSetting: { id: setting.id },
  });
  await conversations.postConversationsMessageInboundOpenMessage(integration.id, {
    channel: { from: ADA, time: TIME },
    text: 'Hello',
  });
  await agentSays(genesys, 'Hi');
  expect((await receiver.until(2))[1]?.body).toMatchObject({
    type: 'Text',
    text: 'Hi',
    channel: { id: integration.id },
  });
  const patched = await conversations.patchConversationsMessagingSetting(setting.id, {
    name: 'off',
    event: { typing: { on: { inbound: 'Disabled', outbound: 'Disabled' } } },
  });
  expect(patched.event?.typing?.on).toEqual({ inbound: 'Disabled', outbound: 'Disabled' });
  expect((await conversations.getConversationsMessagingIntegrationsOpen()).total).toBe(2);
  await conversations.deleteConversationsMessagingIntegrationsOpenIntegrationId(integration.id);
  await expect(
    conversations.getConversationsMessagingIntegrationsOpenIntegrationId(integration.id),
  ).rejects.toMatchObject({ status: 404 });
});
