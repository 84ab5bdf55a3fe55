/** A limit of the platform on requests, and the part of it that belongs to messages. */
export type Budget = {
  /** Names the limit in offers, refusals and `explain()`: `connection`, `token` … */
  readonly id: string;
  /** Most requests of any sort in any `windowMs`; at least 1. */
  readonly limit: number;
  readonly windowMs: number;
  /**
   * The part that signals can't touch: in any window signals are at most `limit - messageReserve`. Messages and all
   * other requests may use the whole window, so this many of them always fit, whatever signals do.
   */
  readonly messageReserve: number;
};

/**
 * Guest: all frames of one WebSocket connection, 60 a minute (third-party: `LIMIT-GUEST-REQUESTS`). The reserve is our
 * choice: a guest whose every signal is granted uses 12 a minute.
 */
export const GUEST_CONNECTION_BUDGET: Budget = { id: 'connection', limit: 60, windowMs: 60_000, messageReserve: 40 };

/**
 * Guest: `onMessage` frames of one session, 2 a second. Announced as 2, read as 5 later (third-party:
 * `LIMIT-GUEST-MESSAGES`); the stricter is kept. That typing counts is assumed: it is an `onMessage` frame.
 */
export const GUEST_SESSION_BUDGET: Budget = { id: 'session', limit: 2, windowMs: 1_000, messageReserve: 1 };

/** Agent: all platform requests of one token, 300 a minute (third-party: `LIMIT-TOKEN`). The reserve is our choice. */
export const TOKEN_BUDGET: Budget = { id: 'token', limit: 300, windowMs: 60_000, messageReserve: 200 };
