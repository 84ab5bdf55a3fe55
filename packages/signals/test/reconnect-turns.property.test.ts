import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReconnectCrowd, ReconnectTurns, type SessionEvent, SessionMachine } from '../src/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What a service does to all of its guests: it goes away for a while, again and again; each absence ends every connection. */
interface Absence {
  /** Since the one before it was over. */
  readonly afterMs: number;
  readonly durationMs: number;
  /** How long an attempt takes to fail meanwhile. A socket that never opens is given up after 10 s. */
  readonly hangsMs: number;
}

interface Service {
  /** The absence of this moment, if there is one. */
  absenceAt(atMs: number): Absence | undefined;
  /** When the next one begins. */
  nextLossMs(afterMs: number): number;
}

function serviceWith(absences: readonly Absence[]): Service {
  let fromMs = 0;
  const times = absences.map((absence) => {
    fromMs += absence.afterMs;
    const time = { fromMs, untilMs: fromMs + absence.durationMs, absence };
    fromMs = time.untilMs;
    return time;
  });
  return {
    absenceAt: (atMs) => times.find((time) => time.fromMs <= atMs && atMs < time.untilMs)?.absence,
    nextLossMs: (afterMs) => times.find((time) => time.fromMs > afterMs)?.fromMs ?? Infinity,
  };
}

const answer = { kind: 'sessionResponse', connected: true, newSession: false, readOnly: false } as const;

/** The moments at which one guest's own `SessionMachine` opens a socket again, until `endMs`. Admits everybody who finds it up. */
function attemptsOf(turns: ReconnectTurns, service: Service, endMs: number): readonly number[] {
  const machine = new SessionMachine();
  const apply = (fact: { readonly kind: string }, atMs: number): void => {
    machine.apply({ ...fact, atMs, random: 0.5, turnAtMs: turns.nextAtMs(atMs) } as SessionEvent);
  };
  const attempts: number[] = [];
  for (const fact of [{ kind: 'connect' }, { kind: 'opened' }, answer]) apply(fact, 0);
  for (let lostAtMs = service.nextLossMs(0); lostAtMs < endMs; ) {
    apply({ kind: 'lost' }, lostAtMs);
    const { state } = machine;
    if (state.kind !== 'waiting') break;
    const { dueAtMs: atMs } = state;
    apply({ kind: 'due' }, atMs);
    attempts.push(atMs);
    const absence = service.absenceAt(atMs);
    if (!absence) for (const fact of [{ kind: 'opened' }, answer]) apply(fact, atMs);
    lostAtMs = absence ? atMs + absence.hangsMs : service.nextLossMs(atMs);
  }
  return attempts.filter((atMs) => atMs < endMs);
}

/** The most moments in any minute that begins anywhere. */
function mostInAMinute(moments: readonly number[]): number {
  const sorted = Float64Array.from(moments).sort();
  let first = 0;
  let most = 0;
  sorted.forEach((atMs, index) => {
    while ((sorted[first] ?? 0) <= atMs - MINUTE_MS) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Everybody's attempts. The places in the round come from `seed` alone: they are the one thing that is left to chance. */
function crowdAttempts(crowd: ReconnectCrowd, absences: readonly Absence[], seed: number): readonly number[] {
  const service = serviceWith(absences);
  const chance = chanceOf(seed);
  return Array.from({ length: crowd.guests }, () =>
    attemptsOf(new ReconnectTurns(crowd, chance()), service, 2 * HOUR_MS),
  ).flat();
}

/** Mulberry32: the same seed, the same crowd. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const absence = fc.record({
  afterMs: fc.oneof(fc.integer({ min: 1, max: MINUTE_MS }), fc.integer({ min: 1, max: HOUR_MS })),
  durationMs: fc.oneof(fc.nat(5_000), fc.nat(HOUR_MS)),
  hangsMs: fc.constantFrom(0, 500, 10_000),
});
const storm = fc.record({ absences: fc.array(absence, { minLength: 1, maxLength: 4 }), seed: fc.nat() });

test('10,000 guests who take turns make at most 1,000 attempts in any minute, however the service comes and goes', () => {
  fc.assert(
    fc.property(storm, ({ absences, seed }) => {
      expect(mostInAMinute(crowdAttempts({ guests: 10_000, perMinute: 1_000 }, absences, seed))).toBeLessThanOrEqual(
        1_000,
      );
    }),
    { numRuns: 12 },
  );
}, 60_000);

test('a crowd of any size keeps its rate', () => {
  const crowd = fc.record({ perMinute: fc.integer({ min: 10, max: 200 }), guests: fc.integer({ min: 1, max: 1_000 }) });
  // One crowd in a thousand may be out of luck: that two of sixty are would be more than bad luck.
  const unlucky = fc.sample(fc.tuple(crowd, storm), 60).filter(([{ guests, perMinute }, { absences, seed }]) => {
    return mostInAMinute(crowdAttempts({ guests, perMinute }, absences, seed)) > perMinute;
  });
  expect(unlucky.length, JSON.stringify(unlucky)).toBeLessThanOrEqual(1);
});

test('a guest whose service is there again is back within a round', () => {
  const crowd = { guests: 2_000, perMinute: 1_000 };
  const { roundMs } = new ReconnectTurns(crowd, 0);
  const attempts = crowdAttempts(crowd, [{ afterMs: 10_000, durationMs: 5_000, hangsMs: 0 }], 1);
  expect(attempts.length).toBeGreaterThanOrEqual(2_000);
  expect(Math.max(...attempts)).toBeLessThanOrEqual(15_000 + roundMs);
});
