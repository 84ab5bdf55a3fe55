import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ARRIVAL_MARGIN_MS, RollingWindow } from '../src/index.ts';

describe('a rolling window', () => {
  test('lets its limit through at once, and then one for each that leaves the window', () => {
    const window = new RollingWindow({ limit: 2, windowMs: 1_000 });
    expect(window.freeAtMs()).toBe(Number.NEGATIVE_INFINITY);
    window.use(0);
    window.use(400);
    expect(window.freeAtMs()).toBe(1_000 + ARRIVAL_MARGIN_MS);
    window.use(1_250);
    expect(window.freeAtMs()).toBe(1_400 + ARRIVAL_MARGIN_MS);
  });

  test('with a limit of 0 has never room', () => {
    expect(new RollingWindow({ limit: 0, windowMs: 1_000 }).freeAtMs()).toBe(Number.POSITIVE_INFINITY);
  });

  test('never holds more than its limit, wherever the window begins and however greedy the caller is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 15 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }),
        (limit, gapsMs) => {
          const window = new RollingWindow({ limit, windowMs: 1_000 });
          const uses: number[] = [];
          let now = 0;
          for (const gapMs of gapsMs) {
            now += gapMs;
            if (window.freeAtMs() > now) continue;
            window.use(now);
            uses.push(now);
          }
          for (const from of uses) {
            // Closed at both ends, and with the margin: a platform that counts arrivals sees no more.
            const inside = uses.filter((use) => use >= from && use < from + 1_000 + ARRIVAL_MARGIN_MS);
            expect(inside.length).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });
});
