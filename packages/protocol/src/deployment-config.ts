import { boolean, defaulted, guard, id, map, object, optional, text } from './reader.ts';

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

const flag = defaulted(boolean, false);
const switched = object<{ enabled: boolean; type: string | undefined }>({ enabled: flag, type: optional(text) });
const enabled = defaulted(
  map(switched, (each) => each.enabled),
  false,
);

type Conversations = Omit<DeploymentConfig, 'id' | 'version' | 'status'>;

const conversations = object<Conversations>({
  messagingEndpoint: optional(text),
  showAgentTypingIndicator: flag,
  showUserTypingIndicator: flag,
  autoStart: enabled,
  conversationClear: enabled,
  conversationDisconnect: optional(map(switched, (each) => (each.enabled ? (each.type ?? 'Send') : undefined))),
});

type Configuration = Pick<DeploymentConfig, 'id' | 'version' | 'status'> & {
  readonly messenger: { readonly apps: { readonly conversations: Conversations } };
};

// Every level may be missing: then the same reader sees an empty object, and every flag is off.
const none = {};
const configuration = object<Configuration>({
  id,
  version: defaulted(text, ''),
  status: defaulted(text, 'Active'),
  messenger: (messenger = none, path, report) =>
    object<Configuration['messenger']>({
      apps: (apps = none, path, report) =>
        object<Configuration['messenger']['apps']>({
          conversations: (each = none, path, report) => conversations(each, path, report),
        })(apps, path, report),
    })(messenger, path, report),
});

/** Reads `config.json`. Only `id` is required; every flag that is missing is off, as in the official clients. */
export const parseDeploymentConfig = guard<DeploymentConfig>((value, path, report) => {
  const { messenger, ...rest } = configuration(value, path, report);
  return { ...rest, ...messenger.apps.conversations };
});
