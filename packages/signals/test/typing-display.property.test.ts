import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LATE_GUARD_MS, MAX_SHOWN_MS, SHOWN_DEFAULT_MS, TypingDisplay } from '../src/index.ts';

/** The promise allows this much for the timer of whoever draws. */
const GRACE_MS = 250;

const sender = fc.constantFrom('a', 'b', 'c');
const at = fc.nat(20_000);
const duration = fc.option(
  fc.oneof(fc.integer({ min: -10, max: 9_000 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e12)),
  { nil: undefined },
);
const sequence = fc.option(fc.nat(30), { nil: undefined });
const fact = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('typing' as const), sender, atMs: at, durationMs: duration, sequence }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('message' as const), sender, atMs: at, sequence }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('stopped' as const, 'left' as const), sender, atMs: at }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disconnected' as const), atMs: at }) },
);
type Fact = typeof fact extends fc.Arbitrary<infer T> ? T : never;

/** Facts in order, then some of them again, and some swapped: what a network does. */
const facts = fc
  .tuple(
    fc.array(fact, { maxLength: 40, size: 'max' }),
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 6 }),
  )
  .map(([made, sorted, moved]) => {
    const list = sorted ? made.toSorted((a, b) => a.atMs - b.atMs) : made;
    for (const [from, to] of moved) {
      const again = list[from];
      if (again) list.splice(to, 0, again);
    }
    return list;
  });

function tell(display: TypingDisplay, each: Fact): void {
  if (each.kind === 'typing') display.typing(each);
  else if (each.kind === 'message') display.message(each);
  else if (each.kind === 'stopped') display.stopped(each);
  else if (each.kind === 'left') display.left(each.sender, each.atMs);
  else display.disconnected(each.atMs);
}

const lifetimeMs = (declared: number | undefined) =>
  declared !== undefined && declared > 0 ? Math.min(declared, MAX_SHOWN_MS) : SHOWN_DEFAULT_MS;

test('no ghost: nobody is shown longer than the newest evidence allows, whatever order the facts come in', () => {
  fc.assert(
    fc.property(facts, fc.array(fc.nat(60_000), { minLength: 1, maxLength: 20 }), (told, moments) => {
      const display = new TypingDisplay();
      /** Per sender: until when each typing fact since the last end holds. */
      const evidence = new Map<string, number[]>();
      for (const each of told) {
        tell(display, each);
        if (each.kind === 'typing') {
          const until = each.atMs + lifetimeMs(each.durationMs);
          evidence.set(each.sender, [...(evidence.get(each.sender) ?? []), until]);
        } else if (each.kind === 'disconnected') {
          evidence.clear();
          expect(display.at(each.atMs).typing).toEqual([]);
        } else {
          evidence.delete(each.sender);
          expect(display.at(each.atMs).typing).not.toContain(each.sender);
        }
        for (const now of moments) {
          for (const shown of display.at(now).typing) {
            expect(now).toBeLessThan(Math.max(...(evidence.get(shown) ?? [0])) + GRACE_MS);
          }
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('no typing from the 300 ms after a message without a sequence is ever shown', () => {
  fc.assert(
    fc.property(facts, (told) => {
      const display = new TypingDisplay();
      const guardedUntil = new Map<string, number>();
      for (const each of told) {
        tell(display, each);
        if (each.kind === 'message') {
          const until = each.sequence === undefined ? each.atMs + LATE_GUARD_MS : Number.NEGATIVE_INFINITY;
          guardedUntil.set(each.sender, until);
        }
        if (each.kind === 'typing' && each.atMs < (guardedUntil.get(each.sender) ?? 0)) {
          expect(display.at(each.atMs).typing).not.toContain(each.sender);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test('the answer changes at the moment that it names, and not before', () => {
  fc.assert(
    fc.property(facts, fc.nat(40_000), fc.nat(1_000_000), (told, now, share) => {
      const display = new TypingDisplay();
      for (const each of told) tell(display, each);
      const { typing, nextChangeAtMs } = display.at(now);
      const end = Math.min(nextChangeAtMs, 90_000);
      const between = now + Math.floor(((end - now - 1) * share) / 1_000_000);
      if (between > now) expect(display.at(between).typing).toEqual(typing);
      if (nextChangeAtMs < Number.POSITIVE_INFINITY) {
        expect(nextChangeAtMs).toBeGreaterThan(now);
        expect(display.at(nextChangeAtMs).typing).not.toEqual(typing);
      }
    }),
    { numRuns: 500 },
  );
});
