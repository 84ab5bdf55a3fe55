import type { Mark } from './facts.ts';

/** A limit of the platform: so many per window and scope, or one bound. */
export interface Limit {
  readonly id: string;
  /** The platform's own name, where it has one. */
  readonly key?: string;
  readonly limit: number;
  /** Rolling window in milliseconds; absent for a plain bound (bytes, connections). */
  readonly windowMs?: number;
  /** What the limit counts, and for whom. */
  readonly scope: string;
  readonly mark: Mark;
  readonly source: string;
  /** Where sources disagree, or what is assumed. */
  readonly note?: string;
}

const MINUTE_MS = 60_000;
const LIMITS_PAGE = 'reading of the Developer Center limits page, 2026-10, in a public headless web messaging guide';

/**
 * The limits that Backchannel obeys (SDK) and enforces (emulator), each with its source and how far to trust it.
 * What is not documented is a switch in the emulator.
 */
export const LIMITS = {
  guestRequestsPerConnection: {
    id: 'LIMIT-GUEST-REQUESTS',
    key: 'requests.per.connection.rate.per.minute',
    limit: 60,
    windowMs: MINUTE_MS,
    scope: 'all frames of one guest connection',
    mark: 'third-party',
    source: LIMITS_PAGE,
  },
  guestMessagesPerSession: {
    id: 'LIMIT-GUEST-MESSAGES',
    key: 'messages.per.session.rate.per.second',
    limit: 5,
    windowMs: 1_000,
    scope: 'onMessage frames of one guest session',
    mark: 'third-party',
    source: LIMITS_PAGE,
    note: 'Announced as 2 per second on 2023-12-11 (developer forum, topic 23587); read as 5 in 2026-10. The SDK keeps to 2, the emulator allows 5. That typing counts is assumed: it is an onMessage frame.',
  },
  guestConfiguresPerSession: {
    id: 'LIMIT-GUEST-CONFIGURES',
    key: 'configure.per.session.rate.per.minute',
    limit: 60,
    windowMs: MINUTE_MS,
    scope: 'configureSession frames of one guest session',
    mark: 'third-party',
    source: `${LIMITS_PAGE}; agrees with issue 347 of the official mobile SDK`,
  },
  guestHealthChecksPerConnection: {
    id: 'LIMIT-GUEST-HEALTH-CHECKS',
    key: 'health.check.per.connection.rate.per.minute',
    limit: 2,
    windowMs: MINUTE_MS,
    scope: 'echo frames of one guest connection',
    mark: 'third-party',
    source: `${LIMITS_PAGE}; agrees with the 30 s cool-down of the official mobile SDK`,
  },
  guestHistoryPerSession: {
    id: 'LIMIT-GUEST-HISTORY',
    key: 'get.history.rate.per.minute',
    limit: 10,
    windowMs: MINUTE_MS,
    scope: 'history requests of one guest session',
    mark: 'third-party',
    source: LIMITS_PAGE,
  },
  guestConnectionsPerSession: {
    id: 'LIMIT-GUEST-CONNECTIONS',
    key: 'session.connections.max',
    limit: 3,
    scope: 'open connections of one guest session; one more closes the oldest',
    mark: 'third-party',
    source: LIMITS_PAGE,
  },
  guestConnectionsPerDeployment: {
    id: 'LIMIT-DEPLOYMENT-CONNECTIONS',
    key: 'connections.rate.per.minute',
    limit: 1_000,
    windowMs: MINUTE_MS,
    scope: 'new guest connections of one deployment',
    mark: 'third-party',
    source: LIMITS_PAGE,
  },
  guestTextBytes: {
    id: 'LIMIT-GUEST-TEXT',
    limit: 4_096,
    scope: 'text of one guest message (error 4011)',
    mark: 'third-party',
    source:
      'error text of the official mobile SDK; the unit (bytes of UTF-8) from a public headless web messaging guide',
  },
  guestAttributesBytes: {
    id: 'LIMIT-GUEST-ATTRIBUTES',
    key: 'metadata.custom.attributes.bytes.max',
    limit: 2_048,
    scope: 'custom attributes of one guest message, UTF-8 bytes of keys and values (error 4013)',
    mark: 'documented',
    source: 'official mobile SDK, core/CustomAttributesStoreImpl.kt and its error text',
  },
  guestTokenCharacters: {
    id: 'LIMIT-GUEST-TOKEN',
    limit: 2_048,
    scope: 'session token',
    mark: 'documented',
    source: 'help.mypurecloud.com/faqs/what-are-guest-session-token-requirements',
  },
  guestFileKilobytes: {
    id: 'LIMIT-GUEST-FILE',
    key: 'maxFileSizeKB',
    limit: 10_240,
    scope: 'one file of a guest, in units of 1,024 bytes (error 4002)',
    mark: 'documented',
    source: 'MyPureCloud/platform-client-sdk-python, FileUploadMode.md',
  },
  guestFileNameCharacters: {
    id: 'LIMIT-GUEST-FILE-NAME',
    limit: 1_023,
    scope: 'name of one file of a guest (error 4005)',
    mark: 'third-party',
    source: LIMITS_PAGE,
    note: '“Under 1024 characters.”',
  },
  guestTypingGapMs: {
    id: 'LIMIT-GUEST-TYPING',
    limit: 1,
    windowMs: 5_000,
    scope: 'typing frames of one guest (a rule of the official clients, not a refusal of the server)',
    mark: 'documented',
    source: 'official mobile SDK, core/events/UserTypingProvider.kt',
  },
  agentTypingPerConversation: {
    id: 'LIMIT-AGENT-TYPING',
    limit: 12,
    windowMs: MINUTE_MS,
    scope: 'agent typing in one conversation',
    mark: 'third-party',
    source: LIMITS_PAGE,
  },
  requestsPerToken: {
    id: 'LIMIT-TOKEN',
    key: 'token.rate.per.minute',
    limit: 300,
    windowMs: MINUTE_MS,
    scope: 'REST requests of one access token',
    mark: 'third-party',
    source: 'transcriptions of the Developer Center limits page in public code',
  },
  requestsPerUser: {
    id: 'LIMIT-USER',
    key: 'org.app.user.rate.per.minute',
    limit: 3_000,
    windowMs: MINUTE_MS,
    scope: 'REST requests of one user with one OAuth client, whatever the tokens',
    mark: 'third-party',
    source: 'transcriptions of the Developer Center limits page in public code',
  },
  requestBodyBytes: {
    id: 'LIMIT-REQUEST-BODY',
    key: 'request.bytes.max',
    limit: 512_000,
    scope: 'body of one REST request',
    mark: 'third-party',
    source: 'transcriptions of the Developer Center limits page in public code',
  },
  agentTextCharacters: {
    id: 'LIMIT-AGENT-TEXT',
    limit: 4_000,
    scope: 'text of one agent message on web and open messaging',
    mark: 'documented',
    source: 'help.mypurecloud.com, accept and respond to a message interaction',
    note: 'The model text of the API says 2,000; the larger, documented for these channels, is used.',
  },
  bulkMessages: {
    id: 'LIMIT-BULK',
    limit: 1_000,
    scope: 'message ids of one request for several messages',
    mark: 'documented',
    source: 'official JavaScript SDK, postConversationsMessageMessagesBulk',
  },
  webhookSecretCharacters: {
    id: 'LIMIT-WEBHOOK-SECRET',
    limit: 16,
    scope: 'characters that the secret of an open messaging integration has at least',
    mark: 'documented',
    source: 'MyPureCloud/platform-client-sdk-python, open_integration_request',
    note: '“Must be longer than 15 characters.”',
  },
  webhookTimeoutMs: {
    id: 'LIMIT-WEBHOOK-TIMEOUT',
    limit: 10_000,
    scope: 'milliseconds that an open messaging webhook may take to answer',
    mark: 'documented',
    source: 'developer.genesys.cloud/commdigital/digital/openmessaging, validate',
  },
  webhookRetries: {
    id: 'LIMIT-WEBHOOK-RETRIES',
    limit: 5,
    scope: 'further attempts of an open messaging webhook after a timeout, 429 or 5xx',
    mark: 'documented',
    source: 'developer.genesys.cloud/commdigital/digital/openmessaging, validate',
  },
  webhookRetryDelayMs: {
    id: 'LIMIT-WEBHOOK-RETRY-DELAY',
    limit: 5_000,
    scope: 'milliseconds between two attempts of an open messaging webhook',
    mark: 'documented',
    source: 'developer.genesys.cloud/commdigital/digital/openmessaging, validate',
  },
  channelsPerUser: {
    id: 'LIMIT-CHANNELS',
    limit: 20,
    scope: 'notification channels per user and application; one more removes the least recently used',
    mark: 'documented',
    source: 'official JavaScript SDK, postNotificationsChannels',
  },
  topicsPerChannel: {
    id: 'LIMIT-TOPICS',
    limit: 1_000,
    scope: 'topics of one notification channel',
    mark: 'documented',
    source: 'official streaming client, MAX_SUBSCRIBABLE_TOPICS',
  },
} as const satisfies Record<string, Limit>;

/** Name of a limit in `LIMITS`. */
export type LimitName = keyof typeof LIMITS;
