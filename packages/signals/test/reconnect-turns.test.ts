import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  RECONNECT_ATTEMPTS_MAX,
  type ReconnectCrowd,
  ReconnectTurns,
  reconnectRoundMs,
  type SessionEvent,
  SessionMachine,
  TURNS_CHANCE,
  TURNS_PER_MINUTE_MIN,
} from '../src/index.ts';

const MINUTE_MS = 60_000;

describe('a round', () => {
  test.each([
    [2_000, 1_000, 839, 2.4],
    [10_000, 1_000, 831, 12],
    [500, 50, 22, 22.8],
    [100, 10, 1.3, 75.3],
  ])('of %d guests at %d a minute holds %d turns a minute and lasts %d minutes', (guests, perMinute, mean, minutes) => {
    const lasts = reconnectRoundMs({ guests, perMinute }) / MINUTE_MS;
    expect(lasts).toBeCloseTo(minutes, 1);
    expect(guests / lasts / mean).toBeCloseTo(1, 1);
  });

  test('of guests who are no more than the rate is a minute', () => {
    expect(reconnectRoundMs({ guests: 1, perMinute: 1_000 })).toBe(MINUTE_MS);
    expect(reconnectRoundMs({ guests: 1_000, perMinute: 1_000 })).toBe(MINUTE_MS);
    expect(reconnectRoundMs({ guests: 1_001, perMinute: 1_000 })).toBeGreaterThan(MINUTE_MS);
  });

  test('is as short as the bound on the chance allows, for every crowd', () => {
    const chanceBelow = ({ guests, perMinute }: ReconnectCrowd, roundMs: number): number => {
      const mean = (guests * MINUTE_MS) / roundMs;
      return guests * Math.exp(-(perMinute * Math.log(perMinute / mean) - perMinute + mean));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: TURNS_PER_MINUTE_MIN, max: 5_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        (perMinute, more) => {
          const crowd = { guests: perMinute + more, perMinute };
          const roundMs = reconnectRoundMs(crowd);
          expect(chanceBelow(crowd, roundMs)).toBeLessThanOrEqual(TURNS_CHANCE);
          expect(chanceBelow(crowd, roundMs * 0.999 - 1)).toBeGreaterThan(TURNS_CHANCE);
        },
      ),
    );
  });
});

describe('a guest’s turns', () => {
  const crowd = { guests: 10_000, perMinute: 1_000 };

  test('come once in a round, and one that has just begun is spent', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.nat(1e12), (random, atMs) => {
        const turns = new ReconnectTurns(crowd, random);
        const first = turns.nextAtMs(atMs);
        expect(first).toBeGreaterThan(atMs);
        expect(first - atMs).toBeLessThanOrEqual(turns.roundMs);
        expect(turns.nextAtMs(first)).toBe(first + turns.roundMs);
        expect(turns.nextAtMs(first - 0.5)).toBe(first);
      }),
    );
  });

  test('lie anywhere in the round, as chance wants', () => {
    const { roundMs } = new ReconnectTurns(crowd, 0);
    expect(new ReconnectTurns(crowd, 0).nextAtMs(0)).toBe(roundMs);
    expect(new ReconnectTurns(crowd, 0.5).nextAtMs(0)).toBe(Math.floor(roundMs / 2));
    expect(new ReconnectTurns(crowd, 0.999_999_999).nextAtMs(0)).toBe(roundMs - 1);
  });
});

const answer = { kind: 'sessionResponse', connected: true, newSession: false, readOnly: false } as const;

describe('a session whose guest takes turns', () => {
  const live = (): SessionMachine => {
    const machine = new SessionMachine();
    for (const event of [{ kind: 'connect' }, { kind: 'opened' }, answer] as const)
      machine.apply({ ...event, atMs: 0 } as SessionEvent);
    return machine;
  };

  test('waits for its turn after each loss, whatever chance says', () => {
    const machine = live();
    machine.apply({ kind: 'lost', atMs: 100, random: 0.5, turnAtMs: 9_000 });
    expect(machine.state).toEqual({ kind: 'waiting', attempt: 1, dueAtMs: 9_000 });
    machine.apply({ kind: 'due', atMs: 9_000, random: 0.5, turnAtMs: 18_000 });
    expect(machine.state.kind).toBe('connecting');
    machine.apply({ kind: 'due', atMs: 19_000, random: 0.5, turnAtMs: 27_000 });
    expect(machine.state, 'a socket that did not open').toEqual({ kind: 'waiting', attempt: 2, dueAtMs: 27_000 });
  });

  test('does not jump the queue when somebody knows that the line is back', () => {
    const machine = live();
    machine.apply({ kind: 'lost', atMs: 100, random: 0.5, turnAtMs: 9_000 });
    const { state } = machine;
    expect(machine.apply({ kind: 'retry', atMs: 200, turnAtMs: 9_000 })).toEqual([]);
    expect(machine.state).toBe(state);
    machine.apply({ kind: 'retry', atMs: 200 });
    expect(machine.state, 'it takes turns no more').toMatchObject({ kind: 'connecting', attempt: 1 });
  });

  test('gives up after as many attempts as any other', () => {
    const machine = live();
    let attempts = 0;
    for (let atMs = 0; machine.state.kind !== 'failed'; atMs += 1_000) {
      machine.apply({ kind: 'lost', atMs, random: 0.5, turnAtMs: atMs + 1_000 });
      if (machine.state.kind !== 'waiting') break;
      machine.apply({ kind: 'due', atMs: atMs + 1_000, random: 0.5, turnAtMs: atMs + 2_000 });
      attempts += 1;
    }
    expect(attempts).toBe(RECONNECT_ATTEMPTS_MAX);
    expect(machine.state).toMatchObject({ kind: 'failed', reason: 'unreachable' });
  });
});
