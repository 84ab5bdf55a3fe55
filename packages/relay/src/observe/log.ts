/**
 * What a log line may carry: ids, codes, counts and times, and nothing else. A message's text, a secret or a token has no
 * member here, so that none can be logged by a slip; what is not listed is dropped (`LOG_FIELDS`).
 */
export interface LogFields {
  readonly clientId?: string | undefined;
  readonly bindingId?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly genesysConversationId?: string | undefined;
  /** Of the Messenger deployment: it stands in the address of every page that has one. */
  readonly deploymentId?: string | undefined;
  readonly participant?: string | undefined;
  readonly userId?: string | undefined;
  readonly messageId?: string | undefined;
  readonly method?: string | undefined;
  /** The route's pattern, never the path: paths carry whatever a caller writes. */
  readonly route?: string | undefined;
  readonly status?: number | undefined;
  readonly durationMs?: number | undefined;
  readonly code?: string | undefined;
  readonly outcome?: string | undefined;
  /** One of our own sentences. Never what a person or the platform said. */
  readonly reason?: string | undefined;
  readonly state?: string | undefined;
  readonly count?: number | undefined;
  readonly position?: number | undefined;
  readonly sequence?: number | undefined;
  readonly attempts?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly url?: string | undefined;
  readonly file?: string | undefined;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  /** Something that was thrown: its name, code and stack are logged, and its message. */
  readonly error?: unknown;
}

/** The members of `LogFields`, for who writes the lines. */
export const LOG_FIELDS: ReadonlySet<string> = new Set<keyof LogFields>([
  'clientId',
  'bindingId',
  'conversationId',
  'genesysConversationId',
  'deploymentId',
  'participant',
  'userId',
  'messageId',
  'method',
  'route',
  'status',
  'durationMs',
  'code',
  'outcome',
  'reason',
  'state',
  'count',
  'position',
  'sequence',
  'attempts',
  'waitMs',
  'url',
  'file',
  'traceId',
  'spanId',
  'error',
]);

/** Where lines go. Implemented over pino by the server, and by `silentLog` for tests. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
