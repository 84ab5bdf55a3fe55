import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda, CANCELLED_MAX } from '../src/core/agenda.ts';
import { FakeClock } from './support/fake-clock.ts';

describe('the agenda', () => {
  it('holds one timer of the real clock, whatever waits', async () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const ran: number[] = [];
    for (const delayMs of [300, 100, 200]) agenda.after(delayMs, () => ran.push(delayMs));
    expect(clock.pending).toBe(1);
    await clock.advance(100);
    expect([ran, clock.pending]).toEqual([[100], 1]);
    await clock.advance(200);
    expect([ran, clock.pending]).toEqual([[100, 200, 300], 0]);
  });

  it('runs what is added while it runs, at its time', async () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const ran: string[] = [];
    agenda.after(10, () => {
      ran.push('first');
      agenda.after(0, () => ran.push('at once'));
      agenda.after(5, () => ran.push('later'));
    });
    await clock.advance(10);
    expect(ran).toEqual(['first', 'at once']);
    await clock.advance(5);
    expect(ran).toEqual(['first', 'at once', 'later']);
  });

  it('goes on after a task that throws', async () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const ran: string[] = [];
    agenda.after(10, () => {
      throw new Error('A mistake.');
    });
    agenda.after(10, () => ran.push('next'));
    await expect(clock.advance(10)).rejects.toThrow('A mistake.');
    await clock.advance(0);
    expect(ran).toEqual(['next']);
  });

  it('runs nothing once it is closed, and leaves no timer', async () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const ran: string[] = [];
    agenda.after(10, () => ran.push('before'));
    agenda.close();
    agenda.after(10, () => ran.push('after'));
    expect(clock.pending).toBe(0);
    await clock.advance(100);
    expect(ran).toEqual([]);
  });

  it('runs everything that was not cancelled, in the order of its time, then of its making', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ delayMs: fc.integer({ min: -5, max: 50 }), cancelAfterMs: fc.option(fc.nat(60)) }), {
          maxLength: 40,
        }),
        async (entries) => {
          const clock = new FakeClock();
          const agenda = new Agenda(clock);
          const ran: number[] = [];
          const cancels = entries.map(({ delayMs }, index) => agenda.after(delayMs, () => ran.push(index)));
          for (let nowMs = 0; nowMs <= 60; nowMs++) {
            for (const [index, { cancelAfterMs }] of entries.entries()) if (cancelAfterMs === nowMs) cancels[index]?.();
            await clock.advance(nowMs === 60 ? 0 : 1);
          }
          const expected = entries
            .map(({ delayMs, cancelAfterMs }, index) => ({ dueAtMs: Math.max(delayMs, 0), cancelAfterMs, index }))
            // What is due at the moment of its cancelling has run before it, but for what is due at the very first.
            .filter(({ dueAtMs, cancelAfterMs }) => cancelAfterMs === null || dueAtMs <= cancelAfterMs)
            .filter(({ dueAtMs, cancelAfterMs }) => cancelAfterMs !== 0 || dueAtMs > 60)
            .sort((left, right) => left.dueAtMs - right.dueAtMs || left.index - right.index)
            .map(({ index }) => index);
          expect(ran).toEqual(expected);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('holds no timer when all was cancelled', () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const cancels = Array.from({ length: 100 }, (_, index) => agenda.after(1_000 + index, () => undefined));
    expect(clock.pending).toBe(1);
    for (const cancel of [...cancels, ...cancels]) cancel();
    expect([clock.pending, agenda.length]).toEqual([0, 0]);
  });

  it('lets cancelled entries go before they are many, and runs the others in their order', async () => {
    const clock = new FakeClock();
    const agenda = new Agenda(clock);
    const ran: number[] = [];
    const kept = 50;
    for (let each = 0; each < kept; each++) agenda.after(1_000 - each, () => ran.push(each));
    for (let each = 0; each < 20_000; each++) {
      agenda.after(20_000 + (each % 977), () => ran.push(-1))();
      expect(agenda.length).toBeLessThanOrEqual(kept + CANCELLED_MAX + 1);
    }
    await clock.advance(30_000);
    expect(ran).toEqual(Array.from({ length: kept }, (_, each) => kept - 1 - each));
  });
});
