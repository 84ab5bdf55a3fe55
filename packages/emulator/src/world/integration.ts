import type { SettingSwitch } from '@backchannel/protocol';

/** A messaging setting, as far as it decides about signals: nothing but typing has one (documented, OPEN-SETTINGS). */
export interface MessagingSetting {
  readonly id: string;
  name: string;
  /** `Disabled` unless a setting says otherwise (documented, OPEN-TYPING-DISABLED). */
  typing: { readonly inbound: SettingSwitch; readonly outbound: SettingSwitch };
  readonly createdAtMs: number;
  modifiedAtMs: number;
}

/** An open messaging integration. */
export interface Integration {
  readonly id: string;
  name: string;
  /** Empty: outbound messages reach nobody. Only the seeded integration can begin without one. */
  webhookUrl: string;
  webhookSecret: string;
  webhookHeaders: Readonly<Record<string, string>>;
  /** Absent: the default setting of the organisation. */
  settingId: string | undefined;
  supportedContentId: string | undefined;
  readonly createdAtMs: number;
  modifiedAtMs: number;
}
