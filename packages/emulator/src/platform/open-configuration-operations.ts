import {
  explainProblem,
  MESSAGING_SETTINGS_DEFAULT_PATH,
  MESSAGING_SETTINGS_PATH,
  OPEN_INTEGRATIONS_PATH,
  type OpenIntegrationRequest,
  type Parsed,
  parseDefaultSettingRequest,
  parseMessagingSettingRequest,
  parseMessagingSettingUpdate,
  parseOpenIntegrationRequest,
  parseOpenIntegrationUpdate,
} from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import type { Timeline } from '../timeline.ts';
import type { Integration, MessagingSetting } from '../world/integration.ts';
import type { Call, Operation } from './operation.ts';
import { PAGE_SIZE, positive } from './paging.ts';
import { PlatformRefusal } from './platform-refusal.ts';

const INTEGRATION = `${OPEN_INTEGRATIONS_PATH}/{integrationId}`;
const SETTING = `${MESSAGING_SETTINGS_PATH}/{messageSettingId}`;

function read<Value>(parsed: Parsed<Value>): Value {
  if (parsed.ok) return parsed.value;
  throw new PlatformRefusal('bad.request', { note: explainProblem(parsed.problem) });
}

function integrationOf({ world, params }: Call): Integration {
  const integration = world.state.openMessaging.find(params.integrationId ?? '');
  if (integration === undefined) throw new PlatformRefusal('not.found');
  return integration;
}

function settingOf({ world, params }: Call, id = params.messageSettingId ?? ''): MessagingSetting {
  const setting = world.state.openMessaging.findSetting(id);
  if (setting === undefined) throw new PlatformRefusal('not.found');
  return setting;
}

/** What a request may not name: a secret that is too short, a setting that does not exist. */
function checkIntegration(call: Call, request: Partial<OpenIntegrationRequest>): void {
  const secret = request.outboundNotificationWebhookSignatureSecretToken;
  const min = call.world.limits.of('webhookSecretCharacters');
  if (secret !== undefined && secret.length < min) {
    throw new PlatformRefusal('bad.request', {
      note: `outboundNotificationWebhookSignatureSecretToken has ${secret.length} characters: it must be longer than ${min - 1} (OPEN-SECRET).`,
    });
  }
  if (request.messagingSetting !== undefined) settingOf(call, request.messagingSetting.id);
}

/** Says where a webhook that works here would not work on Genesys. */
function webhookNote({ webhookUrl }: Integration): string | undefined {
  const url = URL.canParse(webhookUrl) ? new URL(webhookUrl) : undefined;
  return url === undefined || (url.protocol === 'https:' && url.port === '')
    ? undefined
    : 'On Genesys the webhook has to be https on port 443 (OPEN-WEBHOOK-TARGET); here any port of this machine works.';
}

const integrationView = (integration: Integration, timeline: Timeline) => ({
  id: integration.id,
  name: integration.name,
  outboundNotificationWebhookUrl: integration.webhookUrl,
  outboundNotificationWebhookSignatureSecretToken: integration.webhookSecret,
  webhookHeaders: integration.webhookHeaders,
  ...(integration.settingId === undefined
    ? {}
    : {
        messagingSetting: {
          id: integration.settingId,
          selfUri: `${MESSAGING_SETTINGS_PATH}/${integration.settingId}`,
        },
      }),
  ...(integration.supportedContentId === undefined ? {} : { supportedContent: { id: integration.supportedContentId } }),
  status: 'Active',
  // No waiting for Initiated to become Completed (assumed, OPEN-INTEGRATION-AT-ONCE).
  createStatus: 'Completed',
  dateCreated: timeline.iso(integration.createdAtMs),
  dateModified: timeline.iso(integration.modifiedAtMs),
  selfUri: `${OPEN_INTEGRATIONS_PATH}/${integration.id}`,
});

const settingView = ({ id, name, typing, createdAtMs, modifiedAtMs }: MessagingSetting, timeline: Timeline) => ({
  id,
  name,
  event: { typing: { on: typing } },
  dateCreated: timeline.iso(createdAtMs),
  dateModified: timeline.iso(modifiedAtMs),
  selfUri: `${MESSAGING_SETTINGS_PATH}/${id}`,
});

function page({ query }: Call, all: readonly object[], selfUri: string) {
  const pageNumber = positive(query, 'pageNumber', 1, Number.MAX_SAFE_INTEGER);
  const pageSize = positive(query, 'pageSize', PAGE_SIZE, BOUNDS.historyPageSize);
  const entities = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  const pageCount = Math.ceil(all.length / pageSize);
  return { status: 200, body: { entities, pageSize, pageNumber, total: all.length, pageCount, selfUri } };
}

const full = (what: string, max: number): PlatformRefusal =>
  new PlatformRefusal('general.conflict', { note: `The emulator has its bound of ${max} ${what}: delete one first.` });

/** Integrations of open messaging (documented, OPEN-INTEGRATION). */
const INTEGRATION_OPERATIONS: readonly Operation[] = [
  {
    id: 'getConversationsMessagingIntegrationsOpen',
    method: 'GET',
    path: OPEN_INTEGRATIONS_PATH,
    permissions: ['messaging:integration:view'],
    run(call) {
      const { openMessaging } = call.world.state;
      const all = openMessaging.list().map((each) => integrationView(each, call.world.timeline));
      return page(call, all, OPEN_INTEGRATIONS_PATH);
    },
  },
  {
    id: 'postConversationsMessagingIntegrationsOpen',
    method: 'POST',
    path: OPEN_INTEGRATIONS_PATH,
    permissions: ['messaging:integration:add'],
    run(call) {
      const request = read(parseOpenIntegrationRequest(call.body));
      checkIntegration(call, request);
      const { webhookHeaders, ...rest } = request;
      // A copy: what came knows which of its fields were read.
      const copied = webhookHeaders === undefined ? rest : { ...rest, webhookHeaders: { ...webhookHeaders } };
      const created = call.world.state.openMessaging.create(copied);
      if (created === undefined) throw full('integrations', BOUNDS.integrations);
      return { status: 200, body: integrationView(created, call.world.timeline), note: webhookNote(created) };
    },
  },
  {
    id: 'getConversationsMessagingIntegrationsOpenIntegrationId',
    method: 'GET',
    path: INTEGRATION,
    permissions: ['messaging:integration:view'],
    run: (call) => ({ status: 200, body: integrationView(integrationOf(call), call.world.timeline) }),
  },
  {
    id: 'patchConversationsMessagingIntegrationsOpenIntegrationId',
    method: 'PATCH',
    path: INTEGRATION,
    permissions: ['messaging:integration:edit'],
    run(call) {
      const integration = integrationOf(call);
      const request = read(parseOpenIntegrationUpdate(call.body));
      checkIntegration(call, request);
      const { webhookHeaders, ...rest } = request;
      const copied = webhookHeaders === undefined ? rest : { ...rest, webhookHeaders: { ...webhookHeaders } };
      call.world.state.openMessaging.change(integration, copied);
      return { status: 200, body: integrationView(integration, call.world.timeline), note: webhookNote(integration) };
    },
  },
  {
    id: 'deleteConversationsMessagingIntegrationsOpenIntegrationId',
    method: 'DELETE',
    path: INTEGRATION,
    permissions: ['messaging:integration:delete'],
    run(call) {
      call.world.state.openMessaging.remove(integrationOf(call));
      return { status: 204 };
    },
  },
];

/** Messaging settings: what switches typing on (documented, OPEN-SETTINGS). */
const SETTING_OPERATIONS: readonly Operation[] = [
  {
    id: 'getConversationsMessagingSettings',
    method: 'GET',
    path: MESSAGING_SETTINGS_PATH,
    permissions: ['messaging:setting:view'],
    run(call) {
      const { openMessaging } = call.world.state;
      const all = openMessaging.listSettings().map((each) => settingView(each, call.world.timeline));
      return page(call, all, MESSAGING_SETTINGS_PATH);
    },
  },
  {
    id: 'postConversationsMessagingSettings',
    method: 'POST',
    path: MESSAGING_SETTINGS_PATH,
    permissions: ['messaging:setting:add'],
    run(call) {
      const setting = call.world.state.openMessaging.createSetting(read(parseMessagingSettingRequest(call.body)));
      if (setting === undefined) throw full('messaging settings', BOUNDS.messagingSettings);
      return { status: 200, body: settingView(setting, call.world.timeline) };
    },
  },
  {
    id: 'getConversationsMessagingSettingsDefault',
    method: 'GET',
    path: MESSAGING_SETTINGS_DEFAULT_PATH,
    permissions: ['messaging:setting:view'],
    run({ world }) {
      const setting = world.state.openMessaging.defaultSetting;
      if (setting === undefined) {
        throw new PlatformRefusal('not.found', {
          note: 'No default is set: typing is disabled (OPEN-TYPING-DISABLED).',
        });
      }
      return { status: 200, body: settingView(setting, world.timeline) };
    },
  },
  {
    id: 'putConversationsMessagingSettingsDefault',
    method: 'PUT',
    path: MESSAGING_SETTINGS_DEFAULT_PATH,
    permissions: ['messaging:setting:edit'],
    run(call) {
      const setting = settingOf(call, read(parseDefaultSettingRequest(call.body)).settingId);
      call.world.state.openMessaging.defaultSetting = setting;
      return { status: 200, body: settingView(setting, call.world.timeline) };
    },
  },
  {
    id: 'deleteConversationsMessagingSettingsDefault',
    method: 'DELETE',
    path: MESSAGING_SETTINGS_DEFAULT_PATH,
    permissions: ['messaging:setting:edit'],
    run({ world }) {
      world.state.openMessaging.defaultSetting = undefined;
      return { status: 204 };
    },
  },
  {
    id: 'getConversationsMessagingSetting',
    method: 'GET',
    path: SETTING,
    permissions: ['messaging:setting:view'],
    run: (call) => ({ status: 200, body: settingView(settingOf(call), call.world.timeline) }),
  },
  {
    id: 'patchConversationsMessagingSetting',
    method: 'PATCH',
    path: SETTING,
    permissions: ['messaging:setting:edit'],
    run(call) {
      const setting = settingOf(call);
      call.world.state.openMessaging.changeSetting(setting, read(parseMessagingSettingUpdate(call.body)));
      return { status: 200, body: settingView(setting, call.world.timeline) };
    },
  },
  {
    id: 'deleteConversationsMessagingSetting',
    method: 'DELETE',
    path: SETTING,
    permissions: ['messaging:setting:delete'],
    run(call) {
      call.world.state.openMessaging.removeSetting(settingOf(call));
      return { status: 204 };
    },
  },
];

/** How open messaging is set up. */
export const OPEN_CONFIGURATION_OPERATIONS: readonly Operation[] = [...INTEGRATION_OPERATIONS, ...SETTING_OPERATIONS];
