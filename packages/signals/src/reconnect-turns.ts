const MINUTE_MS = 60_000;

/** The chance, at most, that guests who all want to reconnect make more attempts in some minute than they may. */
export const TURNS_CHANCE = 0.001;

/** The most guests that take turns, and the highest rate. */
export const TURNS_MAX = 1_000_000;

/** The lowest rate that guests who know nothing of each other can keep by turns. */
export const TURNS_PER_MINUTE_MIN = 10;

/** Guests that may all lose their connection in one moment, and what they may do about it together. */
export interface ReconnectCrowd {
  /** How many they are, at most: 1 to {@link TURNS_MAX}. */
  readonly guests: number;
  /** How many attempts they may make in any minute: {@link TURNS_PER_MINUTE_MIN} to {@link TURNS_MAX}. */
  readonly perMinute: number;
}

/**
 * How long a round is in which each guest of a crowd has one turn, at a random moment of its own. In whole milliseconds.
 *
 * A crowd that is no larger than its rate has rounds of a minute: whichever minute one looks at, each guest has one turn in it.
 *
 * Otherwise the turns have to be thinner than the rate, because chance puts more of them in some minutes than in others. Let
 * `mean` be the number of turns that a minute holds on average, so that a round is `guests / mean` minutes. A minute can only
 * hold more than `perMinute` turns when one of the `guests` turns finds `perMinute` others in the minute before it. How many it
 * finds is binomial with at most that mean, so that by Chernoff's bound the chance of it is at most
 * `exp(−(perMinute · ln(perMinute / mean) − perMinute + mean))`, and `guests` times that for the whole round. The mean is the
 * largest for which this is at most {@link TURNS_CHANCE}. The bound is a coarse one: 2 of 20,000 crowds of 500
 * guests at 50 a minute, drawn by chance, had such a minute.
 *
 * | guests | per minute | mean | round    | at the full rate |
 * | ------ | ---------- | ---- | -------- | ---------------- |
 * | 2,000  | 1,000      | 839  | 2.4 min  | 2 min            |
 * | 10,000 | 1,000      | 831  | 12.0 min | 10 min           |
 * | 500    | 50         | 22   | 22.8 min | 10 min           |
 * | 100    | 10         | 1.3  | 75.3 min | 10 min           |
 *
 * The lower the rate, the more a single turn weighs, and the wider the margin.
 */
export function reconnectRoundMs({ guests, perMinute }: ReconnectCrowd): number {
  if (guests <= perMinute) return MINUTE_MS;
  const enough = Math.log(guests / TURNS_CHANCE);
  let mean = 0;
  // Halving the interval: 50 steps are as exact as a number can be.
  for (let step = perMinute / 2; step > perMinute / 2 ** 50; step /= 2) {
    const tried = mean + step;
    if (perMinute * Math.log(perMinute / tried) - perMinute + tried >= enough) mean = tried;
  }
  return Math.ceil((guests / mean) * MINUTE_MS);
}

/**
 * One guest's turns: the moments at which it may begin a reconnect, one in each round, always at the same place of the round.
 *
 * ```
 *            round 1            round 2            round 3
 *   A  |───●──────────────|───●──────────────|───●──────────
 *   B  |────────────●─────|────────────●─────|────────────●─
 * ```
 *
 * The place is drawn once, and not anew at every loss, so that nothing that happens can make the attempts denser than the turns:
 * no outage that outlasts a round (delays drawn anew after each failure bring e = 2.7 times the rate at the end of the first
 * round), no service that goes away again while the guests come back, no caller who knows better. Rounds need not begin
 * together, so each guest counts on its own clock.
 */
export class ReconnectTurns {
  readonly roundMs: number;
  readonly #placeMs: number;

  /** `random` is in [0, 1). */
  constructor(crowd: ReconnectCrowd, random: number) {
    this.roundMs = reconnectRoundMs(crowd);
    this.#placeMs = Math.floor(random * this.roundMs);
  }

  /** The first turn after `atMs`: within a round. A turn that has just begun is spent. */
  nextAtMs(atMs: number): number {
    const round = Math.floor((atMs - this.#placeMs) / this.roundMs) + 1;
    return this.#placeMs + round * this.roundMs;
  }
}
