/** The first delay is somewhere below this; each further one below twice the one before. */
export const RECONNECT_BASE_MS = 1_000;

/** No delay is longer, unless the caller names another cap. */
export const RECONNECT_CAP_MS = 30_000;

/**
 * The cap for guests who don't take turns (`ReconnectTurns`). A deployment takes 1,000 new connections a minute (third-party:
 * `LIMIT-DEPLOYMENT-CONNECTIONS`), and a guest knows neither how many others there are nor, in a browser, why it was refused:
 * only ever longer delays bring the attempts of all below that rate. Measured with `npm run bench -- storm`, 10,000 guests
 * after a restart: with 30 s half of them spend all attempts in vain; with **300 s** all are back after 13 minutes, where 10
 * are the least; with 600 s after 17.
 */
export const GUEST_RECONNECT_CAP_MS = 300_000;

/** After this many attempts without a session in between, the connection has failed. */
export const RECONNECT_ATTEMPTS_MAX = 20;

/**
 * How long to wait before reconnect attempt `attempt` (the first is 1): full jitter, so that the guests of a service
 * that comes back don't come back together. `random` is in [0, 1).
 *
 * | attempt           | 1     | 2   | 3   | 4   | 5    | 6 to 20   | all 20 |
 * | ----------------- | ----- | --- | --- | --- | ---- | --------- | ------ |
 * | below             | 1 s   | 2 s | 4 s | 8 s | 16 s | 30 s each | 481 s  |
 * | on average        | 0.5 s | 1 s | 2 s | 4 s | 8 s  | 15 s each | 241 s  |
 *
 * | attempt of guests | 1 to 5   | 6    | 7    | 8     | 9     | 10 to 20   | all 20 |
 * | ----------------- | -------- | ---- | ---- | ----- | ----- | ---------- | ------ |
 * | below             | as above | 32 s | 64 s | 128 s | 256 s | 300 s each | 63 min |
 *
 * The official mobile SDK tries for 300 s at fixed intervals (observed).
 */
export function reconnectDelayMs(attempt: number, random: number, capMs: number = RECONNECT_CAP_MS): number {
  return random * Math.min(capMs, RECONNECT_BASE_MS * 2 ** (attempt - 1));
}
