/**
 * Every bound of the emulator that is not a limit of the platform (those stand in `LIMITS` of the protocol package).
 * Reaching one leaves a journal entry, except for the journal itself, which counts what it dropped.
 */
export const BOUNDS = {
  /** Entries that the journal keeps. */
  journalEntries: 2_000,
  /** Characters of a payload that a journal entry keeps. */
  journalPayloadCharacters: 4_096,
  /** Live readers of the journal. */
  journalStreams: 32,
  /** Bytes waiting for a reader that does not read; then its connection is ended. */
  unreadBytes: 1_048_576,
  /** Largest frame of a guest, in bytes (assumed, GUEST-FRAME-BYTES). */
  guestFrameBytes: 131_072,
  /** Events that one frame of a guest may carry (assumed, GUEST-EVENTS-PER-FRAME). */
  guestEventsPerFrame: 16,
  /** Items of content that one frame of a guest may carry (assumed, GUEST-EVENTS-PER-FRAME). */
  guestContentPerFrame: 64,
  /** Largest frame of a notification client; the only one with a meaning is a ping. */
  notificationFrameBytes: 4_096,
  /** Guest sessions kept. A full emulator forgets the one that was quiet longest and has no connection. */
  sessions: 25_000,
  /** Guest connections open at once. */
  guestConnections: 25_000,
  /** Conversations kept; the oldest is forgotten. */
  conversations: 25_000,
  /** Messages kept per conversation; the oldest are forgotten. */
  transcriptMessages: 1_000,
  /** Typing records kept per conversation; the oldest are forgotten. */
  typingRecords: 1_000,
  /** Earlier conversations that a session remembers for its history; the oldest is left out. */
  pastConversations: 20,
  /** Files of guests kept, sent or not; the oldest is forgotten. */
  attachments: 1_000,
  /** Bytes of all those files; the oldest are forgotten. */
  attachmentBytes: 134_217_728,
  /** Refresh tokens of guests who signed in; the oldest is forgotten. */
  guestRefreshTokens: 1_000,
  /** Open messaging integrations; another one is refused. */
  integrations: 100,
  /** Messaging settings; another one is refused. */
  messagingSettings: 100,
  /** Webhooks on their way or waiting for their next attempt; the next one is dropped. */
  webhooks: 1_000,
  /** Access tokens kept; the oldest is forgotten and turns into 401. */
  accessTokens: 1_000,
  /** Authorization codes that wait for their exchange; the oldest is forgotten and turns into invalid_grant. */
  authorizationCodes: 1_000,
  /** Refresh tokens kept; the oldest is forgotten and turns into invalid_grant. */
  refreshTokens: 1_000,
  /** Entities of one page of history (assumed: no source gives a bound). */
  historyPageSize: 500,
  /** Longest step of the clock, in milliseconds: a week. */
  advanceMs: 604_800_000,
  /** Real time that one advance waits for work that it began, in milliseconds. */
  settleMs: 2_000,
  /** Unread fields of one request that the journal names. */
  unreadFields: 20,
  /** Robots that run at once. */
  robots: 32,
  /** Steps of one robot. */
  robotSteps: 200,
  /** Robots that have ended and are still listed. */
  robotsEnded: 100,
  /** Fault rules at once. */
  faults: 100,
  /** Longest delay of a fault, in milliseconds: an hour. */
  faultDelayMs: 3_600_000,
  /** Frames of one connection and direction that wait behind a delayed one; then the connection is cut. */
  heldFrames: 1_000,
  /** Milliseconds that a frame waits for a later one to overtake it. */
  reorderWaitMs: 1_000,
  /** Tenants of one process, the first one not counted. */
  tenants: 64,
} as const;
