import type { Emulator } from '@backchannel/emulator';
import platformClient from 'purecloud-platform-client-v2';
import { expect } from 'vitest';
import { ADA, TIME } from './open.ts';

const conversations = new platformClient.ConversationsApi();

const integration = {
  name: 'Our app',
  outboundNotificationWebhookUrl: 'http://127.0.0.1:9/genesys',
  outboundNotificationWebhookSignatureSecretToken: 'sixteen-letters!',
};
const enabled = { typing: { on: { inbound: 'Enabled', outbound: 'Enabled' } } };
const channel = { from: ADA, messageId: 'ext-1', time: TIME };
const settingId = async () => (await conversations.getConversationsMessagingSettingsDefault()).id;

/** The official SDK's calls of open messaging, one per operation. */
export const openSdkCalls = (genesys: () => Emulator): Readonly<Record<string, () => Promise<unknown>>> => {
  const id = (): string => genesys().info.integrationId;
  const message = () => conversations.postConversationsMessageInboundOpenMessage(id(), { channel, text: 'Hello' });
  return {
    postConversationsMessageInboundOpenMessage: async () => {
      expect(await message()).toMatchObject({ type: 'Text', text: 'Hello', channel: { platform: 'Open' } });
    },
    postConversationsMessageInboundOpenEvent: async () => {
      const events = [{ eventType: 'Typing' }];
      expect(await conversations.postConversationsMessageInboundOpenEvent(id(), { channel, events })).toMatchObject({
        type: 'Event',
        events,
      });
    },
    postConversationsMessageInboundOpenReceipt: async () => {
      const receipt = { id: 'nothing', channel: { to: ADA, time: TIME }, status: 'Delivered' };
      expect(await conversations.postConversationsMessageInboundOpenReceipt(id(), receipt)).toMatchObject({
        type: 'Receipt',
        status: 'Failed',
      });
    },
    postConversationsMessageInboundOpenStructuredResponse: async () => {
      const originatingMessageId = (await message()).id ?? '';
      const buttonResponse = { type: 'QuickReply', text: 'Yes', payload: 'yes' };
      expect(
        await conversations.postConversationsMessageInboundOpenStructuredResponse(id(), {
          channel: { ...channel, messageId: 'ext-2' },
          buttonResponse,
          originatingMessageId,
        }),
      ).toMatchObject({ type: 'Structured' });
    },
    getConversationsMessagingIntegrationsOpen: async () => {
      expect(await conversations.getConversationsMessagingIntegrationsOpen()).toMatchObject({
        entities: [{ id: id() }],
      });
    },
    postConversationsMessagingIntegrationsOpen: async () => {
      expect(await conversations.postConversationsMessagingIntegrationsOpen(integration)).toMatchObject(integration);
    },
    getConversationsMessagingIntegrationsOpenIntegrationId: async () => {
      const read = await conversations.getConversationsMessagingIntegrationsOpenIntegrationId(id());
      expect(read).toMatchObject({ id: id(), createStatus: 'Completed' });
    },
    patchConversationsMessagingIntegrationsOpenIntegrationId: async () => {
      const changed = await conversations.patchConversationsMessagingIntegrationsOpenIntegrationId(id(), { name: 'x' });
      expect(changed).toMatchObject({ id: id(), name: 'x' });
    },
    deleteConversationsMessagingIntegrationsOpenIntegrationId: async () => {
      await conversations.deleteConversationsMessagingIntegrationsOpenIntegrationId(id());
      expect(await conversations.getConversationsMessagingIntegrationsOpen()).toMatchObject({ total: 0 });
    },
    getConversationsMessagingSettings: async () => {
      expect(await conversations.getConversationsMessagingSettings()).toMatchObject({ total: 1 });
    },
    postConversationsMessagingSettings: async () => {
      const setting = { name: 'on', event: enabled };
      expect(await conversations.postConversationsMessagingSettings(setting)).toMatchObject(setting);
    },
    getConversationsMessagingSetting: async () => {
      expect(await conversations.getConversationsMessagingSetting(await settingId())).toMatchObject({ event: enabled });
    },
    patchConversationsMessagingSetting: async () => {
      const off = { typing: { on: { inbound: 'Disabled', outbound: 'Disabled' } } };
      const changed = await conversations.patchConversationsMessagingSetting(await settingId(), { event: off });
      expect(changed).toMatchObject({ event: off });
    },
    deleteConversationsMessagingSetting: async () => {
      await conversations.deleteConversationsMessagingSetting(await settingId());
      expect(await conversations.getConversationsMessagingSettings()).toMatchObject({ total: 0 });
    },
    getConversationsMessagingSettingsDefault: async () => {
      expect(await conversations.getConversationsMessagingSettingsDefault()).toMatchObject({ event: enabled });
    },
    putConversationsMessagingSettingsDefault: async () => {
      const { id: other } = await conversations.postConversationsMessagingSettings({ name: 'other' });
      await conversations.putConversationsMessagingSettingsDefault({ settingId: other });
      expect(await settingId()).toBe(other);
    },
    deleteConversationsMessagingSettingsDefault: async () => {
      await conversations.deleteConversationsMessagingSettingsDefault();
      await expect(settingId()).rejects.toMatchObject({ status: 404 });
    },
  };
};
