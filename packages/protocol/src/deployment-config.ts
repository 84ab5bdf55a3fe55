import { Fields } from './fields.ts';
import type { Parsed } from './parsed.ts';

/** The part of a deployment's public configuration that decides about messages and signals. Absent flags are false. */
export interface DeploymentConfig {
  readonly id: string;
  readonly version: string;
  /** `Active` or `Inactive`. */
  readonly status: string;
  readonly messagingEndpoint?: string | undefined;
  /** A hint for a user interface: show the agent's dots. */
  readonly showAgentTypingIndicator: boolean;
  /** The official mobile client sends no guest typing while this is false (documented, GUEST-TYPING-FLAG). */
  readonly showUserTypingIndicator: boolean;
  /** A new session opens its conversation with Presence Join. */
  readonly autoStart: boolean;
  readonly conversationClear: boolean;
  /** What the guest sees when an agent disconnects; `Send` or `ReadOnly`. Absent = nothing. */
  readonly conversationDisconnect?: string | undefined;
}

/** Path of a deployment's configuration on the CDN host. */
export const deploymentConfigPath = (deploymentId: string): string =>
  `/webdeployments/v1/deployments/${encodeURIComponent(deploymentId)}/config.json`;

const readEnabled = (fields: Fields, name: string): boolean =>
  fields.optionalObject(name, (each) => each.optional('enabled', each.boolean)) ?? false;

/** Reads `config.json`. Only `id` is required; every flag that is missing is off, as in the official clients. */
export function parseDeploymentConfig(value: unknown): Parsed<DeploymentConfig> {
  const fields = Fields.of(value);
  const id = fields.id('id');
  const version = fields.optional('version', fields.string) ?? '';
  const status = fields.optional('status', fields.string) ?? 'Active';
  const conversations = fields.optionalObject('messenger', (messenger) =>
    messenger.optionalObject('apps', (apps) =>
      apps.optionalObject('conversations', (each) => ({
        messagingEndpoint: each.optional('messagingEndpoint', each.string),
        showAgentTypingIndicator: each.optional('showAgentTypingIndicator', each.boolean) ?? false,
        showUserTypingIndicator: each.optional('showUserTypingIndicator', each.boolean) ?? false,
        autoStart: readEnabled(each, 'autoStart'),
        conversationClear: readEnabled(each, 'conversationClear'),
        conversationDisconnect: each.optionalObject('conversationDisconnect', (disconnect) =>
          disconnect.optional('enabled', disconnect.boolean)
            ? (disconnect.optional('type', disconnect.string) ?? 'Send')
            : undefined,
        ),
      })),
    ),
  );
  const off = {
    showAgentTypingIndicator: false,
    showUserTypingIndicator: false,
    autoStart: false,
    conversationClear: false,
  };
  return fields.end({ id, version, status, ...(conversations ?? off) });
}
