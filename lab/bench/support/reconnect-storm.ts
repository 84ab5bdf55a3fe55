import { LIMITS } from '@backchannel/protocol';
import { type ReconnectCrowd, ReconnectTurns, type SessionEvent, SessionMachine } from '@backchannel/signals';

const { limit: CONNECTIONS_MAX, windowMs: WINDOW_MS } = LIMITS.guestConnectionsPerDeployment;

export interface StormOptions {
  readonly guests: number;
  /** How long the service is away. */
  readonly downMs: number;
  /** New connections that the deployment takes in any window. Default: the platform's. */
  readonly connectionsMax?: number | undefined;
  /** Guests take turns as such a crowd, as `spreadReconnects` lets them. Default: each has delays of its own. */
  readonly turns?: ReconnectCrowd | undefined;
  readonly seed?: number | undefined;
}

export interface Storm {
  /** Guests that have a session again. */
  readonly back: number;
  /** Guests that gave up. */
  readonly failed: number;
  /** From the return of the service until the last guest was back. */
  readonly durationMs: number;
  /** Attempts that the service answered, by minute since its return. */
  readonly offeredPerMinute: readonly number[];
  /** Attempts in any minute that begins anywhere, at most, with those that failed while the service was away or were refused. */
  readonly mostInAMinute: number;
  /** Attempts of one guest, at most. */
  readonly attemptsMax: number;
}

/** Mulberry32: the same seed, the same storm. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Who is due when. Sorted by second on demand: a guest's next attempt is rarely in the second that is under way. */
class Calendar {
  readonly #seconds = new Map<number, { readonly atMs: number; readonly guest: number }[]>();
  #second = 0;
  #left = 0;

  add(atMs: number, guest: number): void {
    const second = Math.max(this.#second, Math.floor(atMs / 1_000));
    const due = this.#seconds.get(second) ?? [];
    this.#seconds.set(second, due);
    due.push({ atMs, guest });
    this.#left += 1;
  }

  /** The earliest one, taken out. */
  next(): { readonly atMs: number; readonly guest: number } | undefined {
    if (this.#left === 0) return undefined;
    let due = this.#seconds.get(this.#second);
    while (due === undefined || due.length === 0) {
      this.#seconds.delete(this.#second);
      this.#second += 1;
      due = this.#seconds.get(this.#second);
    }
    const first = due.reduce((best, each, index) => (each.atMs < (due[best]?.atMs ?? 0) ? index : best), 0);
    const [taken] = due.splice(first, 1);
    this.#left -= 1;
    return taken;
  }
}

/** A deployment that takes so many new connections in any window and refuses the others with 429, as the emulator does. */
class Deployment {
  readonly #max: number;
  readonly #admittedAtMs: number[] = [];
  #first = 0;

  constructor(max: number) {
    this.#max = max;
  }

  admits(atMs: number): boolean {
    while ((this.#admittedAtMs[this.#first] ?? Infinity) <= atMs - WINDOW_MS) this.#first += 1;
    if (this.#admittedAtMs.length - this.#first >= this.#max) return false;
    this.#admittedAtMs.push(atMs);
    return true;
  }
}

/** The most moments in any minute that begins anywhere. */
export function mostInAMinute(moments: readonly number[]): number {
  const sorted = Float64Array.from(moments).sort();
  let first = 0;
  let most = 0;
  sorted.forEach((atMs, index) => {
    while ((sorted[first] ?? 0) <= atMs - 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/**
 * All guests of a deployment lose their connection in the same moment, and come back as the SDK's own `SessionMachine`
 * decides, on a virtual clock. The service is away for `downMs`, then takes new connections at its rate (third-party,
 * LIMIT-DEPLOYMENT-CONNECTIONS) and refuses more with 429 (assumed, GUEST-UPGRADE-429), which a browser cannot tell from any
 * other failure.
 */
export function reconnectStorm({
  guests,
  downMs,
  connectionsMax = CONNECTIONS_MAX,
  turns: crowd,
  seed = 1,
}: StormOptions): Storm {
  const chance = chanceOf(seed);
  const deployment = new Deployment(connectionsMax);
  const calendar = new Calendar();
  const attempts = new Uint16Array(guests);
  const offered: number[] = [];
  const begun: number[] = [];
  let back = 0;
  let failed = 0;
  let lastAtMs = downMs;

  const machines = Array.from({ length: guests }, () => new SessionMachine());
  const answer = { kind: 'sessionResponse', connected: true, newSession: false, readOnly: false } as const;
  const turns = crowd && machines.map(() => new ReconnectTurns(crowd, chance()));
  const apply = (guest: number, event: SessionEvent): void => {
    const machine = machines[guest];
    machine?.apply({ ...event, turnAtMs: turns?.[guest]?.nextAtMs(event.atMs) } as SessionEvent);
    if (machine?.state.kind === 'waiting') calendar.add(machine.state.dueAtMs, guest);
    if (machine?.state.kind === 'failed') failed += 1;
  };

  for (let guest = 0; guest < guests; guest += 1) {
    for (const kind of ['connect', 'opened'] as const) apply(guest, { kind, atMs: 0 });
    apply(guest, { ...answer, atMs: 0 });
    apply(guest, { kind: 'lost', atMs: 0, random: chance() });
  }
  for (let due = calendar.next(); due !== undefined; due = calendar.next()) {
    const { atMs, guest } = due;
    apply(guest, { kind: 'due', atMs, random: chance() });
    attempts[guest] = (attempts[guest] ?? 0) + 1;
    begun.push(atMs);
    const isUp = atMs >= downMs;
    const minute = Math.floor((atMs - downMs) / 60_000);
    if (isUp) offered[minute] = (offered[minute] ?? 0) + 1;
    if (isUp && deployment.admits(atMs)) {
      apply(guest, { kind: 'opened', atMs });
      apply(guest, { ...answer, atMs });
      back += 1;
      lastAtMs = atMs;
    } else apply(guest, { kind: 'lost', atMs, random: chance() });
  }
  return {
    back,
    failed,
    durationMs: lastAtMs - downMs,
    offeredPerMinute: Array.from(offered, (count) => count ?? 0),
    mostInAMinute: mostInAMinute(begun),
    attemptsMax: Math.max(...attempts),
  };
}
