import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestRate } from '../src/access/request-rate.ts';

describe('a rate of requests', () => {
  it('lets no more than the limit through in any 60 seconds, and says when one fits again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 200 }),
        (limit, gaps) => {
          const rate = new RequestRate(limit);
          const admitted: number[] = [];
          let nowMs = 5_000;
          for (const gap of gaps) {
            nowMs += gap;
            const waitMs = rate.use(nowMs);
            if (waitMs === 0) admitted.push(nowMs);
            else {
              expect(waitMs).toBeGreaterThan(0);
              expect(waitMs).toBeLessThanOrEqual(61_000);
              nowMs += waitMs;
              expect(rate.use(nowMs)).toBe(0);
              admitted.push(nowMs);
            }
          }
          for (const [index, atMs] of admitted.entries()) {
            const inWindow = admitted.slice(0, index + 1).filter((each) => each > atMs - 60_000).length;
            expect(inWindow).toBeLessThanOrEqual(limit);
          }
        },
      ),
    );
  });

  it('is free again after a quiet minute, however long that was', () => {
    const rate = new RequestRate(1);
    expect(rate.use(0)).toBe(0);
    expect(rate.use(1)).toBeGreaterThan(0);
    expect(rate.use(10_000_000)).toBe(0);
    expect(rate.use(10_000_001)).toBeGreaterThan(0);
  });
});
