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
  /** Access tokens kept; the oldest is forgotten and turns into 401. */
  accessTokens: 1_000,
  /** Entities of one page of history (assumed: no source gives a bound). */
  historyPageSize: 500,
} as const;
