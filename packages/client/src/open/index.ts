export type { OpenAnswer, OpenAttachment, OpenIdType, OpenReason } from '@backchannel/protocol';
export { TokenSource, type TokenSourceOptions } from '../agent/token-source.ts';
export type { Notice } from '../notice.ts';
export {
  type OpenAddress,
  OpenGuest,
  type OpenMessage,
  type OpenMessageOptions,
  type OpenReceiptOptions,
  type OpenSendOptions,
} from './open-guest.ts';
export {
  OpenMessagingChannel,
  type OpenMessagingChannelOptions,
  type OpenMessagingEvents,
} from './open-messaging-channel.ts';
export {
  readWebhook,
  type WebhookEvent,
  type WebhookOther,
  type WebhookReceipt,
  type WebhookText,
  type WebhookTyping,
  type WebhookUnreadable,
} from './read-webhook.ts';
export { type RawBody, type SignedWebhook, verifyWebhook } from './verify-webhook.ts';
export { type ReceivedWebhook, WebhookInbox } from './webhook-inbox.ts';
