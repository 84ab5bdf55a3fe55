import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../tools/test/property-seed.ts';
import { FakeClock } from '../../client/test/support/fake-clock.ts';
import { ConnectionLine, SPACING_MAX_MS } from '../src/legs/connection-line.ts';

/** The most moments that lie within any minute. */
function densestMinute(momentsMs: readonly number[]): number {
  let first = 0;
  let most = 0;
  momentsMs.forEach((atMs, index) => {
    while ((momentsMs[first] ?? 0) <= atMs - 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

describe('the line for connections', () => {
  const lineOf = (connectionsPerMinute: number, next = () => 0.5) => {
    const clock = new FakeClock();
    return { clock, line: new ConnectionLine({ connectionsPerMinute, clock, random: { next } }) };
  };

  it('lets the first go at once, and all in the order in which they came', async () => {
    const { clock, line } = lineOf(1_000);
    const gone: number[] = [];
    for (let each = 0; each < 100; each++) line.enter(() => gone.push(each));
    expect(gone[0]).toBe(0);
    await clock.advance(60_000);
    expect(gone).toEqual(Array.from({ length: 100 }, (_, each) => each));
    expect(line.length).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('lets nobody go who has left, and holds no timer for an empty line', async () => {
    const { clock, line } = lineOf(1);
    const gone: string[] = [];
    line.enter(() => gone.push('first'));
    const leave = line.enter(() => gone.push('second'));
    expect(line.length).toBe(1);
    leave();
    leave();
    expect(clock.pending).toBe(0);
    await clock.advance(120_000);
    expect(gone).toEqual(['first']);
  });

  it('gives at least 95 % of the permitted rate while some wait, and never more than it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 40, 300, 1_000, 1_500),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 20 }),
        async (perMinute, chances) => {
          let draws = 0;
          const { clock, line } = lineOf(perMinute, () => chances[draws++ % chances.length] ?? 0);
          const mean = chances.reduce((sum, chance) => sum + chance, 0) / chances.length;
          const startedAtMs = clock.now();
          const goneAtMs: number[] = [];
          const many = perMinute * 4;
          for (let each = 0; each < many; each++) line.enter(() => goneAtMs.push(clock.now()));
          await clock.advance(60_250 * 8);
          expect(goneAtMs).toHaveLength(many);
          expect(densestMinute(goneAtMs)).toBeLessThanOrEqual(perMinute);
          // Chance that always delays is no chance; a fair one costs nothing.
          const tookMs = (goneAtMs.at(-1) ?? 0) - startedAtMs;
          if (mean <= 0.5) expect(tookMs).toBeLessThanOrEqual((many / perMinute / 0.95) * 60_000);
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);

  it('spaces them while the window has room, each a little before or after its time', async () => {
    const chances = [0, 0.9, 0.3, 0.6];
    let draws = 0;
    const { clock, line } = lineOf(1_000, () => chances[draws++ % chances.length] ?? 0);
    const goneAtMs: number[] = [];
    for (let each = 0; each < 60; each++) line.enter(() => goneAtMs.push(clock.now()));
    await clock.advance(10_000);
    const gaps = goneAtMs.slice(-20).flatMap((atMs, index, all) => (index > 0 ? [atMs - (all[index - 1] ?? 0)] : []));
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(2);
    for (const gap of gaps) {
      expect(gap).toBeGreaterThanOrEqual(SPACING_MAX_MS / 2 - 1e-6);
      expect(gap).toBeLessThanOrEqual(SPACING_MAX_MS * 1.5 + 1e-6);
    }
  });

  it('makes up for a turn that came late, but saves nothing up while nobody waits', async () => {
    const { clock, line } = lineOf(1_000);
    line.enter(() => {});
    await clock.advance(30_000);
    let gone = 0;
    for (let each = 0; each < 100; each++)
      line.enter(() => {
        gone += 1;
      });
    expect(gone).toBeGreaterThan(1);
    expect(gone).toBeLessThan(30);
    await clock.advance(10_000);
    expect(gone).toBe(100);
  });
});
