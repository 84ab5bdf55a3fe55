import type { MessagingSettingRequest, OpenIntegrationRequest, SettingSwitch } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { OpenAddress, Session } from './entities.ts';
import type { Integration, MessagingSetting } from './integration.ts';

/** What of the seeded integration a test may want otherwise; a `PATCH` changes the same. */
export interface IntegrationSettings {
  readonly webhookUrl?: string | undefined;
  readonly webhookSecret?: string | undefined;
  readonly webhookHeaders?: Readonly<Record<string, string>> | undefined;
}

export interface IntegrationSeed extends IntegrationSettings {
  readonly integrationId: string;
  /** `Enabled`: the organisation has a default setting with typing on both ways. */
  readonly typing: SettingSwitch;
}

/** The integrations of an organisation, their messaging settings, and the people who write through them. */
export class OpenIntegrations {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #integrations = new Map<string, Integration>();
  readonly #settings = new Map<string, MessagingSetting>();
  /** By integration and address; in the order in which they last wrote. */
  readonly #guests = new Map<string, Session>();
  #defaultSettingId: string | undefined;

  constructor(ids: SeededIds, timeline: Timeline, seed: IntegrationSeed) {
    this.#ids = ids;
    this.#timeline = timeline;
    if (seed.typing === 'Enabled') {
      const typing = { on: { inbound: seed.typing, outbound: seed.typing } };
      this.#defaultSettingId = this.createSetting({ name: 'Typing on', event: { typing } })?.id;
    }
    const now = timeline.nowMs();
    this.#integrations.set(seed.integrationId, {
      id: seed.integrationId,
      name: 'Demo open channel',
      webhookUrl: seed.webhookUrl ?? '',
      webhookSecret: seed.webhookSecret ?? `emulator-webhook-secret-${ids.hex('webhookSecret')}`,
      webhookHeaders: seed.webhookHeaders ?? {},
      settingId: undefined,
      supportedContentId: undefined,
      createdAtMs: now,
      modifiedAtMs: now,
    });
  }

  find(id: string): Integration | undefined {
    return this.#integrations.get(id);
  }

  list(): readonly Integration[] {
    return [...this.#integrations.values()];
  }

  /** `undefined`: the emulator has its bound of them. */
  create(request: OpenIntegrationRequest): Integration | undefined {
    if (this.#integrations.size >= BOUNDS.integrations) return undefined;
    const now = this.#timeline.nowMs();
    const integration: Integration = {
      id: this.#ids.uuid('integration'),
      name: request.name,
      webhookUrl: request.outboundNotificationWebhookUrl,
      webhookSecret: request.outboundNotificationWebhookSignatureSecretToken,
      webhookHeaders: request.webhookHeaders ?? {},
      settingId: request.messagingSetting?.id,
      supportedContentId: request.supportedContent?.id,
      createdAtMs: now,
      modifiedAtMs: now,
    };
    this.#integrations.set(integration.id, integration);
    return integration;
  }

  /** Changes what is named. */
  change(integration: Integration, request: Partial<OpenIntegrationRequest>): void {
    integration.name = request.name ?? integration.name;
    integration.webhookUrl = request.outboundNotificationWebhookUrl ?? integration.webhookUrl;
    integration.webhookSecret = request.outboundNotificationWebhookSignatureSecretToken ?? integration.webhookSecret;
    integration.webhookHeaders = request.webhookHeaders ?? integration.webhookHeaders;
    integration.settingId = request.messagingSetting?.id ?? integration.settingId;
    integration.supportedContentId = request.supportedContent?.id ?? integration.supportedContentId;
    integration.modifiedAtMs = this.#timeline.nowMs();
  }

  remove(integration: Integration): void {
    this.#integrations.delete(integration.id);
  }

  findSetting(id: string): MessagingSetting | undefined {
    return this.#settings.get(id);
  }

  listSettings(): readonly MessagingSetting[] {
    return [...this.#settings.values()];
  }

  /** `undefined`: the emulator has its bound of them. */
  createSetting(request: MessagingSettingRequest): MessagingSetting | undefined {
    if (this.#settings.size >= BOUNDS.messagingSettings) return undefined;
    const on = request.event?.typing?.on;
    const now = this.#timeline.nowMs();
    const setting: MessagingSetting = {
      id: this.#ids.uuid('messagingSetting'),
      name: request.name,
      typing: { inbound: on?.inbound ?? 'Disabled', outbound: on?.outbound ?? 'Disabled' },
      createdAtMs: now,
      modifiedAtMs: now,
    };
    this.#settings.set(setting.id, setting);
    return setting;
  }

  changeSetting(setting: MessagingSetting, request: Partial<MessagingSettingRequest>): void {
    const { inbound, outbound } = request.event?.typing?.on ?? {};
    setting.name = request.name ?? setting.name;
    setting.typing = {
      inbound: inbound ?? setting.typing.inbound,
      outbound: outbound ?? setting.typing.outbound,
    };
    setting.modifiedAtMs = this.#timeline.nowMs();
  }

  removeSetting(setting: MessagingSetting): void {
    this.#settings.delete(setting.id);
    if (this.#defaultSettingId === setting.id) this.#defaultSettingId = undefined;
  }

  get defaultSetting(): MessagingSetting | undefined {
    return this.#settings.get(this.#defaultSettingId ?? '');
  }

  set defaultSetting(setting: MessagingSetting | undefined) {
    this.#defaultSettingId = setting?.id;
  }

  /** Whether typing passes, and the setting that says so; without any it does not (documented, OPEN-TYPING-DISABLED). */
  typingOf(
    integration: Integration,
    direction: 'inbound' | 'outbound',
  ): { readonly enabled: boolean; readonly because: string } {
    const own = this.#settings.get(integration.settingId ?? '');
    const setting = own ?? this.defaultSetting;
    if (setting === undefined) {
      return { enabled: false, because: 'no messaging setting applies, and typing is disabled by default' };
    }
    const which = own === undefined ? 'the default messaging setting' : 'the messaging setting';
    return {
      enabled: setting.typing[direction] === 'Enabled',
      because: `${which} "${setting.name}" has event.typing.on.${direction} ${setting.typing[direction]}`,
    };
  }

  /** Who writes from this address: known since the first time, with a session that has no connection and does not expire. */
  guestAt(
    integration: Integration,
    address: OpenAddress,
  ): { readonly session: Session; readonly forgotten: Session | undefined } {
    const key = `${integration.id} ${address.id}`;
    const session = this.#guests.get(key) ?? {
      id: this.#ids.uuid('session'),
      token: '',
      links: [],
      past: [],
      readOnly: false,
      expiresAtMs: Number.POSITIVE_INFINITY,
      windows: {},
      open: { integration, address, seen: new Set<string>() },
    };
    if (session.open !== undefined) session.open.address = { ...session.open.address, ...address };
    this.#guests.delete(key);
    this.#guests.set(key, session);
    return { session, forgotten: this.#guests.size > BOUNDS.sessions ? this.#forgetQuietest() : undefined };
  }

  /** Who has written from this address before. */
  knownGuestAt(integration: Integration, addressId: string): Session | undefined {
    return this.#guests.get(`${integration.id} ${addressId}`);
  }

  #forgetQuietest(): Session | undefined {
    for (const [key, session] of this.#guests) {
      this.#guests.delete(key);
      return session;
    }
    return undefined;
  }
}
