import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ARRIVAL_MARGIN_MS, Arbiter, type Budget, type SignalOffer } from '../src/index.ts';

const BUDGETS: readonly Budget[] = [
  { id: 'minute', limit: 12, windowMs: 60_000, messageReserve: 7 },
  { id: 'second', limit: 3, windowMs: 1_000, messageReserve: 2 },
];

const budgets = fc.constantFrom<readonly string[]>(['minute'], ['second'], ['minute', 'second']);
const step = fc.record({
  afterMs: fc.oneof(fc.nat(50), fc.nat(2_000), fc.nat(30_000)),
  budgets,
  what: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('message' as const, 'other' as const) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('offer' as const),
        value: fc.double({ min: 0, max: 2 }),
        key: fc.constantFrom('a', 'b', 'c'),
        livesMs: fc.nat(90_000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('refused' as const), retryAfterMs: fc.nat(40_000) }) },
  ),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Used = { readonly atMs: number; readonly budgets: readonly string[]; readonly signal: boolean };

function usesOf(used: readonly Used[], budgetId: string, fromMs: number, untilMs: number): readonly Used[] {
  return used.filter((use) => use.budgets.includes(budgetId) && use.atMs >= fromMs && use.atMs < untilMs);
}

/** Plays the steps; `refusals: false` leaves out what the platform's own refusals would delay. */
function play(steps: readonly Step[], { refusals }: { readonly refusals: boolean }): readonly Used[] {
  const arbiter = new Arbiter({ budgets: BUDGETS });
  const used: Used[] = [];
  const offered: SignalOffer[] = [];
  const ended: SignalOffer[] = [];
  let now = 0;
  let nextGrantAtMs = Number.POSITIVE_INFINITY;
  const grant = (at: number) => {
    const { granted, suppressed, nextGrantAtMs: next } = arbiter.grant(at);
    for (const { budgets: charged } of granted) used.push({ atMs: at, budgets: charged, signal: true });
    ended.push(...granted, ...suppressed);
    expect(next).toBeGreaterThan(at);
    nextGrantAtMs = next;
    return granted.length + suppressed.length;
  };
  for (const { afterMs, budgets: charged, what } of steps) {
    now += afterMs;
    while (nextGrantAtMs <= now) expect(grant(nextGrantAtMs)).toBeGreaterThan(0);
    if (what.kind === 'offer') {
      const { key: fairnessKey, livesMs, value } = what;
      const intent = { id: offered.length, kind: 'on', value, expiresAtMs: now + livesMs } as const;
      const offer = { intent, budgets: charged, fairnessKey };
      offered.push(offer);
      expect(arbiter.offer(offer, now)).toBeUndefined();
    } else if (what.kind === 'refused') {
      if (refusals) arbiter.refused(charged[0]!, now, what.retryAfterMs);
    } else {
      const withinReserve = BUDGETS.filter(({ id }) => charged.includes(id)).every(
        ({ id, windowMs, messageReserve }) => {
          const recent = usesOf(used, id, now - windowMs - ARRIVAL_MARGIN_MS, now + 1).filter((use) => !use.signal);
          return recent.length < messageReserve;
        },
      );
      const admission = arbiter[what.kind](charged, now);
      if (withinReserve && !refusals) expect(admission).toEqual({ granted: true });
      if (admission.granted) used.push({ atMs: now, budgets: charged, signal: false });
      else expect(admission.retryAtMs).toBeGreaterThan(now);
    }
    grant(now);
  }
  while (nextGrantAtMs < Number.POSITIVE_INFINITY) expect(grant(nextGrantAtMs)).toBeGreaterThan(0);
  expect(ended.map((offer) => offer.intent.id).sort()).toEqual(offered.map((offer) => offer.intent.id).sort());
  return used;
}

const steps = fc.array(step, { maxLength: 120, size: 'max' });

test('messages first: while messages stay within their reserve none is refused or delayed because of signals', () => {
  fc.assert(
    fc.property(steps, (each) => {
      play(each, { refusals: false });
    }),
    { numRuns: 400 },
  );
});

test('no own traffic ever exceeds a limit, and signals never their share, in any rolling window', () => {
  fc.assert(
    fc.property(steps, (each) => {
      const used = play(each, { refusals: true });
      for (const { id, limit, messageReserve, windowMs } of BUDGETS) {
        for (const { atMs } of used) {
          const inside = usesOf(used, id, atMs, atMs + windowMs);
          expect(inside.length).toBeLessThanOrEqual(limit);
          expect(inside.filter((use) => use.signal).length).toBeLessThanOrEqual(limit - messageReserve);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('a message that is told when it fits does fit then', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000), { maxLength: 60 }), budgets, (gapsMs, charged) => {
      const arbiter = new Arbiter({ budgets: BUDGETS });
      let now = 0;
      for (const gapMs of gapsMs) {
        now += gapMs;
        const admission = arbiter.message(charged, now);
        if (admission.granted) continue;
        now = admission.retryAtMs;
        expect(arbiter.message(charged, now)).toEqual({ granted: true });
      }
    }),
  );
});
