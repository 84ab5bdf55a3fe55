import { type Budget, GUEST_CONNECTION_BUDGET, GUEST_SESSION_BUDGET } from '@backchannel/signals';

// Numbers of protocol's LIMITS, written again so that the table with its sources stays out of browser bundles; a test
// compares them.

/** Longest text of a message, in bytes of UTF-8 (third-party, LIMIT-GUEST-TEXT). */
export const TEXT_BYTES_MAX = 4_096;

/** Largest sum of the keys and values of custom attributes, in bytes of UTF-8 (documented, LIMIT-GUEST-ATTRIBUTES). */
export const ATTRIBUTES_BYTES_MAX = 2_048;

/** Longest session token (documented, LIMIT-GUEST-TOKEN). */
export const TOKEN_CHARACTERS_MAX = 2_048;

/** Everything that one guest session sends is counted in one or more of these. */
export const GUEST_BUDGETS: readonly Budget[] = [
  GUEST_CONNECTION_BUDGET,
  GUEST_SESSION_BUDGET,
  /**
   * Join and typing: half a second lies between them, `ARRIVAL_MARGIN_MS` of it. Together they fill `session` for a second, so
   * a program that connects, types and writes in one go would have its message wait for the sake of typing. Our own choice
   * (docs/decisions/0007-two-message-rates.md).
   */
  { id: 'join', limit: 1, windowMs: 250, messageReserve: 0 },
  /** Reads of history: 10 a minute (third-party, LIMIT-GUEST-HISTORY). */
  { id: 'history', limit: 10, windowMs: 60_000, messageReserve: 10 },
  /** Health checks: one in 30 s keeps within 2 a minute (third-party, LIMIT-GUEST-HEALTH-CHECKS). */
  { id: 'health', limit: 1, windowMs: 30_000, messageReserve: 1 },
];

/** What Join and typing are counted in. A message is not in the last of them. */
export const EVENT_BUDGETS: readonly string[] = ['connection', 'session', 'join'];
