/** What `backchannel relay …` was asked for. */
export type RelayRequest =
  | { readonly action: 'run'; readonly config: RelayConfigSources }
  | { readonly action: 'check'; readonly config: RelayConfigSources }
  | { readonly action: 'example' }
  | { readonly action: 'schema' }
  | { readonly action: 'hash-secret' };

/** Where the configuration is: in a file, in flags, in the environment, or in all three. */
export interface RelayConfigSources {
  /** Path of the file; without one, flags and environment have to be enough. */
  readonly file?: string | undefined;
  /** What was given on the command line, by flag: `{ '--port': '4301' }`. */
  readonly flags: Readonly<Record<string, string>>;
}

interface RelayFlag {
  readonly flag: string;
  /** How help names its value; a flag without one is `true`. */
  readonly value?: string | undefined;
  readonly what: string;
}

/**
 * Members of the configuration that have a flag. The relay's `OVERRIDES` says where each goes; the names are repeated here,
 * so that help is printed without loading a server, and a test compares them.
 */
export const RELAY_FLAGS: readonly RelayFlag[] = [
  { flag: '--host', value: 'address', what: 'address it listens on' },
  { flag: '--port', value: 'number', what: 'port, 0 for any free one' },
  { flag: '--genesys-region', value: 'region', what: 'such as eu-west-1 or mypurecloud.ie' },
  { flag: '--genesys-base-url', value: 'url', what: 'one server that plays all of Genesys' },
  { flag: '--genesys-deployment-id', value: 'id', what: 'Messenger deployment of the guests' },
  { flag: '--genesys-client-id', value: 'id', what: 'OAuth client that speaks for agents' },
  { flag: '--genesys-agents', value: 'ids', what: 'users who are followed, with commas' },
  { flag: '--provisioning', value: 'how', what: 'off or automatic' },
  { flag: '--store-file', value: 'path', what: 'database, or :memory:' },
  { flag: '--allowed-origins', value: 'origins', what: 'web pages that may call, with commas' },
  { flag: '--pass-through', what: 'other /api/v2 calls go on to Genesys' },
  { flag: '--log-level', value: 'level', what: 'debug, info, warn, error or silent' },
];

/** Commander's camel-cased options as the flags that they were; what has no flag of the relay's stays out. */
export function flagsGiven(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  for (const { flag } of RELAY_FLAGS) {
    const name = flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = raw[name];
    if (value !== undefined) flags[flag] = String(value);
  }
  return flags;
}
