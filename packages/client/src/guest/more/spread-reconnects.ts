import { LIMITS } from '@backchannel/protocol';
import { ReconnectTurns, TURNS_MAX, TURNS_PER_MINUTE_MIN } from '@backchannel/signals';
import { BackchannelError } from '../../error.ts';
import type { GuestSession } from '../guest-session.ts';
import { PARTS } from '../session-parts.ts';

/** How many guests share a deployment, and how many new connections it takes. */
export interface ReconnectSpread {
  /** How many guests may be connected at the same time, at most: 1 to 1,000,000. Every one of them has to say the same. */
  readonly guests: number;
  /** How many new connections they may ask for in any minute: 10 to 1,000,000. Default 1,000 (third-party, LIMIT-DEPLOYMENT-CONNECTIONS). */
  readonly perMinute?: number | undefined;
}

/**
 * Lets this guest reconnect only in turns of its own, so that `guests` guests who do the same make at most `perMinute` attempts
 * in any minute, those that fail or are refused included, whatever happens: for many guests who would all lose their connection
 * together. It can be off with a chance of at most 1 in 1,000 for a crowd, on clocks that run evenly and timers that are
 * punctual. Returns what ends it.
 *
 * A guest has one turn in each round, at a moment drawn once, here; a round is a little longer than the guests need at that rate
 * (12 minutes for 10,000, one minute for 1,000 and fewer). **The price**: a guest who alone lost its connection waits half a
 * round on average, where it would otherwise be back within a second. Don't use it where a person waits for an answer, or end it
 * when you know that this guest is alone.
 *
 * - The first `connect` is not spread, nor is a later one that the application calls.
 * - `retryNow` does nothing then, and `retryWhenOnline` begins nothing before the guest's turn: the news that the line is back
 *   reaches all guests together.
 * - There are 20 attempts as always: 4 hours for 10,000 guests.
 * - A reconnect that waits already keeps its moment. A second call replaces the first one.
 *
 * ```ts
 * const stop = spreadReconnects(guest, { guests: 10_000 });
 * ```
 *
 * @throws BackchannelError `option.invalid`.
 */
export function spreadReconnects(guest: GuestSession, spread: ReconnectSpread): () => void {
  const { guests, perMinute = LIMITS.guestConnectionsPerDeployment.limit } = spread;
  check('guests', guests, 1);
  check('perMinute', perMinute, TURNS_PER_MINUTE_MIN);
  const { connection, ports } = guest[PARTS];
  const turns = new ReconnectTurns({ guests, perMinute }, ports.random.next());
  connection.turns = turns;
  return () => {
    if (connection.turns === turns) connection.turns = undefined;
  };
}

function check(name: string, value: unknown, least: number): void {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= TURNS_MAX) return;
  throw new BackchannelError(
    'option.invalid',
    `${name} is ${String(value).slice(0, 60)} (${typeof value}). Pass a whole number from ${least} to ${TURNS_MAX}.`,
  );
}
