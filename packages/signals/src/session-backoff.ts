/** The first delay is somewhere below this; each further one below twice the one before. */
export const RECONNECT_BASE_MS = 1_000;

/** No delay is longer. */
export const RECONNECT_CAP_MS = 30_000;

/** After this many attempts without a session in between, the connection has failed. */
export const RECONNECT_ATTEMPTS_MAX = 20;

/**
 * How long to wait before reconnect attempt `attempt` (the first is 1): full jitter, so that the guests of a service
 * that comes back don't come back together. `random` is in [0, 1).
 *
 * | attempt  | 1    | 2    | 3    | 4    | 5     | 6 to 20   | all 20    |
 * | -------- | ---- | ---- | ---- | ---- | ----- | --------- | --------- |
 * | below    | 1 s  | 2 s  | 4 s  | 8 s  | 16 s  | 30 s each | 481 s     |
 * | on average | 0.5 s | 1 s | 2 s | 4 s | 8 s  | 15 s each | 241 s     |
 *
 * The official mobile SDK tries for 300 s at fixed intervals (observed).
 */
export function reconnectDelayMs(attempt: number, random: number): number {
  return random * Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** (attempt - 1));
}
