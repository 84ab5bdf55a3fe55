import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RollingWindow } from '../src/rolling-window.ts';

test('no window of the given length ever holds more grants than the limit, and a refusal says exactly when the next is possible', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 100 }),
      // `undefined` comes back at the very moment that the last answer named.
      fc.array(fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }), { maxLength: 60 }),
      (limit, windowMs, gapsMs) => {
        const window = new RollingWindow(limit, windowMs);
        const grantedAtMs: number[] = [];
        let nowMs = 0;
        let waitMs = 0;
        for (const gapMs of gapsMs) {
          nowMs += gapMs ?? waitMs;
          const refusedUntilNow = gapMs === undefined && waitMs > 0;
          waitMs = window.take(nowMs);
          if (refusedUntilNow) expect(waitMs).toBe(0);
          const recent = grantedAtMs.filter((each) => each > nowMs - windowMs);
          expect(waitMs === 0).toBe(recent.length < limit);
          if (waitMs === 0) grantedAtMs.push(nowMs);
          else expect(nowMs + waitMs).toBe((recent.at(-limit) ?? Number.NaN) + windowMs);
        }
      },
    ),
    { verbose: true },
  );
});
