/** What stands in the environment or on the command line goes to this member of the configuration. */
export interface Override {
  readonly path: readonly string[];
  readonly variable: string;
  /** Secrets have none: a command line is seen by every process of the machine. */
  readonly flag?: string | undefined;
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
}

/** Begins every variable of the relay's. */
export const PREFIX = 'BACKCHANNEL_RELAY_';

const override = (path: string, name: string, kind: Override['kind'], flag?: string): Override => ({
  path: path.split('.'),
  variable: `${PREFIX}${name}`,
  kind,
  flag,
});

/** Every member that can be given without a file. A flag wins over the environment, and the environment over the file. */
export const OVERRIDES: readonly Override[] = [
  override('listen.host', 'HOST', 'text', '--host'),
  override('listen.port', 'PORT', 'number', '--port'),
  override('genesys.region', 'GENESYS_REGION', 'text', '--genesys-region'),
  override('genesys.baseUrl', 'GENESYS_BASE_URL', 'text', '--genesys-base-url'),
  override('genesys.deploymentId', 'GENESYS_DEPLOYMENT_ID', 'text', '--genesys-deployment-id'),
  override('genesys.client.id', 'GENESYS_CLIENT_ID', 'text', '--genesys-client-id'),
  override('genesys.agents', 'GENESYS_AGENTS', 'list', '--genesys-agents'),
  override('genesys.requestsPerMinute', 'GENESYS_REQUESTS_PER_MINUTE', 'number'),
  override('genesys.connectionsPerMinute', 'GENESYS_CONNECTIONS_PER_MINUTE', 'number'),
  override('provisioning', 'PROVISIONING', 'text', '--provisioning'),
  override('store.file', 'STORE_FILE', 'text', '--store-file'),
  override('store.retentionDays', 'STORE_RETENTION_DAYS', 'number'),
  override('tokens.lifetimeSeconds', 'TOKEN_LIFETIME_SECONDS', 'number'),
  override('tokens.keys', 'TOKEN_KEYS', 'list'),
  override('allowedOrigins', 'ALLOWED_ORIGINS', 'list', '--allowed-origins'),
  override('limits.requestsPerMinutePerClient', 'REQUESTS_PER_MINUTE_PER_CLIENT', 'number'),
  override('limits.conversationsMax', 'CONVERSATIONS_MAX', 'number'),
  override('passThrough', 'PASS_THROUGH', 'boolean', '--pass-through'),
  override('log.level', 'LOG_LEVEL', 'text', '--log-level'),
];

/** The secret of `genesys.client`: Genesys wants the secret itself, so it can't be hashed, and only stands here. */
export const GENESYS_SECRET_VARIABLE = `${PREFIX}GENESYS_CLIENT_SECRET`;
/** Begins the variables that have the secret of a client of the relay. */
export const CLIENT_SECRET_PREFIX = `${PREFIX}CLIENT_SECRET_`;

/** Where a client's secret may stand instead of its hash in the file: `crm-1` → `BACKCHANNEL_RELAY_CLIENT_SECRET_CRM_1`. */
export const clientSecretVariable = (clientId: string): string =>
  `${CLIENT_SECRET_PREFIX}${clientId.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Variables of the environment that look like ours and that nobody reads. */
export function unreadVariables(names: readonly string[], clientIds: readonly string[]): readonly string[] {
  const known = new Set([
    ...OVERRIDES.map(({ variable }) => variable),
    GENESYS_SECRET_VARIABLE,
    ...clientIds.map(clientSecretVariable),
  ]);
  return names.filter((name) => name.startsWith(PREFIX) && !known.has(name));
}

/** The text of a variable or flag as the member's type; a text that is no number stays one, and the schema says so. */
export function overrideValue(text: string, kind: Override['kind']): unknown {
  switch (kind) {
    case 'text':
      return text;
    case 'list':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'number':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    case 'boolean':
      return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : text;
  }
}
