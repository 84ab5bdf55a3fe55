import { guard, id, object, oneOf, optional, type Reader, text, texts } from './reader.ts';

/** Path of the open messaging integrations: `GET` lists, `POST` creates (documented, OPEN-INTEGRATION). */
export const OPEN_INTEGRATIONS_PATH = '/api/v2/conversations/messaging/integrations/open';

/** Path of the messaging settings: `GET` lists, `POST` creates (documented, OPEN-SETTINGS). */
export const MESSAGING_SETTINGS_PATH = '/api/v2/conversations/messaging/settings';

/** Path of the setting that integrations have when they name none (documented, OPEN-SETTINGS). */
export const MESSAGING_SETTINGS_DEFAULT_PATH = `${MESSAGING_SETTINGS_PATH}/default`;

/** Whether typing passes (documented, OPEN-TYPING-DISABLED: `Disabled` both ways unless a setting says otherwise). */
export type SettingSwitch = 'Enabled' | 'Disabled';

/** What a messaging setting says of events. There is no setting for receipts (documented, OPEN-SETTINGS). */
export interface EventSetting {
  readonly typing?:
    | {
        readonly on?:
          | { readonly inbound?: SettingSwitch | undefined; readonly outbound?: SettingSwitch | undefined }
          | undefined;
      }
    | undefined;
}

/** Body that creates a messaging setting. */
export interface MessagingSettingRequest {
  readonly name: string;
  readonly event?: EventSetting | undefined;
}

interface Reference {
  readonly id: string;
}

/** Body that creates an integration. */
export interface OpenIntegrationRequest {
  readonly name: string;
  /** Where outbound messages are posted; on Genesys https on port 443 (documented, OPEN-WEBHOOK-TARGET). */
  readonly outboundNotificationWebhookUrl: string;
  /** Signs them; longer than 15 characters (documented, OPEN-SECRET). */
  readonly outboundNotificationWebhookSignatureSecretToken: string;
  /** Sent with every webhook. */
  readonly webhookHeaders?: Readonly<Record<string, string>> | undefined;
  readonly messagingSetting?: Reference | undefined;
  readonly supportedContent?: Reference | undefined;
}

const direction: Reader<SettingSwitch> = oneOf('Enabled', 'Disabled');
const event = object<EventSetting>({
  typing: optional(object({ on: optional(object({ inbound: optional(direction), outbound: optional(direction) })) })),
});
const reference = object<Reference>({ id });

const integrationFields = {
  outboundNotificationWebhookUrl: id,
  outboundNotificationWebhookSignatureSecretToken: id,
  webhookHeaders: optional(texts),
  messagingSetting: optional(reference),
  supportedContent: optional(reference),
};

/** Reads the body that makes or changes an integration. */
export const parseOpenIntegrationRequest = guard(object<OpenIntegrationRequest>({ name: id, ...integrationFields }));

/** Changes what it names (documented, OPEN-INTEGRATION). The schema asks for the name; whether the service does is unseen. */
export const parseOpenIntegrationUpdate = guard(
  object<Partial<OpenIntegrationRequest>>({
    ...integrationFields,
    name: optional(id),
    outboundNotificationWebhookUrl: optional(id),
    outboundNotificationWebhookSignatureSecretToken: optional(id),
  }),
);

/** Reads the body that makes a messaging setting. */
export const parseMessagingSettingRequest = guard(
  object<MessagingSettingRequest>({ name: id, event: optional(event) }),
);

/** Reads the body that changes a messaging setting. */
export const parseMessagingSettingUpdate = guard(
  object<Partial<MessagingSettingRequest>>({ name: optional(text), event: optional(event) }),
);

/** Body of `PUT …/settings/default`. */
export const parseDefaultSettingRequest = guard(object<{ readonly settingId: string }>({ settingId: id }));
