import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AWAY_MS, Composing, DECLARED_LIFETIME_MS, IDLE_MS, type KeystrokeKind } from '../src/index.ts';

describe('keys', () => {
  test('nobody composes before the first fact', () => {
    expect(new Composing().stateAt(5)).toEqual({ kind: 'idle', sinceMs: 0, because: 'untouched' });
  });

  test('the first key opens composing, later ones prolong it', () => {
    const composing = new Composing();
    composing.keystroke(1_000);
    composing.keystroke(1_400);
    expect(composing.stateAt(1_500)).toEqual({
      kind: 'composing',
      sinceMs: 1_000,
      lastFactMs: 1_400,
      by: 'keystrokes',
      untilMs: 1_400 + IDLE_MS,
    });
  });

  test('without a key for the idle time it has paused, since the moment the idle time ran out', () => {
    const composing = new Composing({ idleMs: 2_000 });
    composing.keystroke(1_000);
    expect(composing.stateAt(2_999).kind).toBe('composing');
    expect(composing.stateAt(3_000)).toEqual({ kind: 'idle', sinceMs: 3_000, because: 'paused' });
    expect(composing.stateAt(99_000)).toEqual({ kind: 'idle', sinceMs: 3_000, because: 'paused' });
  });

  test('a key after a pause begins anew', () => {
    const composing = new Composing();
    composing.keystroke(0);
    composing.keystroke(10_000);
    expect(composing.stateAt(10_000)).toMatchObject({ kind: 'composing', sinceMs: 10_000 });
  });

  test('asking about a moment changes nothing', () => {
    const composing = new Composing();
    composing.keystroke(0);
    expect(composing.stateAt(50_000).kind).toBe('idle');
    expect(composing.stateAt(1).kind).toBe('composing');
  });
});

describe('ends', () => {
  test.each(['cleared', 'sent', 'stopped', 'blurred', 'hidden', 'closed'] as const)('%s ends it at once', (end) => {
    const composing = new Composing();
    composing.keystroke(0);
    composing[end](100);
    expect(composing.stateAt(100)).toEqual({ kind: 'idle', sinceMs: 100, because: end });
    expect(composing.chanceOfKeyWithin(60_000, 100)).toBe(0);
  });

  test('an end while nobody composes changes nothing', () => {
    const composing = new Composing();
    composing.keystroke(0);
    composing.cleared(50);
    composing.blurred(60);
    expect(composing.stateAt(60)).toEqual({ kind: 'idle', sinceMs: 50, because: 'cleared' });
    composing.keystroke(100);
    composing.hidden(9_000);
    expect(composing.stateAt(9_000)).toMatchObject({ because: 'paused' });
  });

  test('every message is counted, composed or not', () => {
    const composing = new Composing();
    composing.sent(0);
    composing.keystroke(10);
    composing.sent(20);
    expect(composing.messagesSent).toBe(2);
  });
});

describe('declarations', () => {
  test('one holds for its lifetime and no longer', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0 });
    expect(composing.stateAt(DECLARED_LIFETIME_MS - 1)).toMatchObject({ by: 'declaration', untilMs: 10_000 });
    expect(composing.stateAt(DECLARED_LIFETIME_MS)).toEqual({ kind: 'idle', sinceMs: 10_000, because: 'expired' });
  });

  test('one that names an earlier end ends there; a later one is cut', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0, untilMs: 2_000 });
    expect(composing.stateAt(0)).toMatchObject({ untilMs: 2_000 });
    composing.declared({ atMs: 0, untilMs: 3_600_000 });
    expect(composing.stateAt(0)).toMatchObject({ untilMs: 10_000 });
    composing.declared({ atMs: 0, untilMs: Number.NaN });
    expect(composing.stateAt(0)).toMatchObject({ untilMs: 10_000 });
  });

  test('one that ends before it begins takes it back', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0 });
    composing.declared({ atMs: 100, untilMs: 100 });
    expect(composing.stateAt(100)).toEqual({ kind: 'idle', sinceMs: 100, because: 'stopped' });
  });

  test('the newest fact rules: a key makes the keys the evidence', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0 });
    composing.keystroke(1_000);
    expect(composing.stateAt(1_000)).toMatchObject({ sinceMs: 0, by: 'keystrokes', untilMs: 5_000 });
  });
});

describe('the chance of the next key', () => {
  const after = (...kinds: KeystrokeKind[]) => {
    const composing = new Composing();
    kinds.forEach((kind, index) => {
      composing.keystroke(index * 100, kind);
    });
    return (windowMs: number, pausedMs: number) =>
      composing.chanceOfKeyWithin(windowMs, (kinds.length - 1) * 100 + pausedMs);
  };

  test('it is highest within a word and lowest before a sentence', () => {
    const within = after('letter')(500, 0);
    const beforeWord = after('letter', 'space')(500, 0);
    const beforeSentence = after('letter', 'stop')(500, 0);
    expect(within).toBeGreaterThan(0.9);
    expect(within).toBeGreaterThan(beforeWord);
    expect(beforeWord).toBeGreaterThan(beforeSentence);
    expect(beforeSentence).toBeLessThan(0.6);
  });

  test('it agrees with the share of long pauses that the sample shows', () => {
    // P(pause > 1 s) and P(pause > 5 s) of the sample: .002 and 0, .10 and .010, .42 and .17.
    expect(1 - after('letter')(1_000, 0)).toBeCloseTo(0.002, 1);
    expect(1 - after('space')(1_000, 0)).toBeCloseTo(0.1, 1);
    expect(1 - after('stop')(1_000, 0)).toBeCloseTo(0.42, 1);
    expect(1 - after('stop')(5_000, 0)).toBeCloseTo(0.17, 1);
  });

  test('the space behind a full stop is still before a sentence', () => {
    expect(after('stop', 'space')(500, 0)).toBe(after('stop')(500, 0));
  });

  test('it falls with the pause, and is still above 0 after one', () => {
    const chance = after('letter', 'space');
    expect(chance(1_000, 4_000)).toBeLessThan(chance(1_000, 200));
    expect(chance(1_000, 4_000)).toBeGreaterThan(0);
  });

  test('a declaration tells of no keys: 1 while it holds, then 0', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0 });
    expect(composing.chanceOfKeyWithin(1, 9_999)).toBe(1);
    expect(composing.chanceOfKeyWithin(1, 10_000)).toBe(0);
  });
});

describe('the chance of going on', () => {
  const paused = (composing: Composing, fromMs: number) => {
    composing.keystroke(fromMs, 'space');
    return composing.chanceOfGoingOn(fromMs + 1_500);
  };

  test('it falls with the pause, and is 0 for who has been away', () => {
    const composing = new Composing();
    composing.keystroke(0, 'space');
    expect(composing.chanceOfGoingOn(0)).toBeGreaterThan(composing.chanceOfGoingOn(2_000));
    expect(composing.chanceOfGoingOn(2_000)).toBeGreaterThan(composing.chanceOfGoingOn(4_000));
    expect(composing.chanceOfGoingOn(AWAY_MS)).toBe(0);
    expect(composing.chanceOfGoingOn(60_000)).toBe(0);
  });

  test('who comes back from pauses is trusted more, who gives up less', () => {
    const [faithful, fickle] = [new Composing(), new Composing()];
    const before = paused(new Composing(), 0);
    for (let pause = 0; pause < 6; pause++) {
      faithful.keystroke(pause * 2_000, 'space');
      fickle.keystroke(pause * 10_000, 'space');
      fickle.cleared(pause * 10_000 + 4_000);
    }
    expect(paused(faithful, 12_000)).toBeGreaterThan(before);
    expect(paused(fickle, 60_000)).toBeLessThan(before);
  });

  test('a pause that the message ends in time is one that was come back from', () => {
    const [sending, clearing] = [new Composing(), new Composing()];
    for (const composing of [sending, clearing]) composing.keystroke(0, 'space');
    sending.sent(2_000);
    clearing.cleared(2_000);
    expect(paused(sending, 10_000)).toBeGreaterThan(paused(clearing, 10_000));
  });

  test('what is learned is bounded', () => {
    const composing = new Composing();
    for (let pause = 0; pause < 10_000; pause++) {
      composing.keystroke(pause * 10_000, 'space');
      composing.cleared(pause * 10_000 + 4_000);
    }
    expect(paused(composing, 1e9)).toBeGreaterThan(0.1);
  });

  test('after an end it is 0, and a declaration is believed', () => {
    const composing = new Composing();
    composing.declared({ atMs: 0 });
    expect(composing.chanceOfGoingOn(9_999)).toBe(1);
    composing.sent(9_999);
    expect(composing.chanceOfGoingOn(9_999)).toBe(0);
  });
});

describe('whatever the facts', () => {
  const kind = fc.constantFrom<KeystrokeKind>('letter', 'space', 'stop', 'newline', 'delete', 'paste', 'commit');
  const moment = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -5_000, max: 60_000 }) },
    { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -Infinity, Infinity) },
  );
  const fact = fc.oneof(
    fc.record({ what: fc.constant('keystroke' as const), atMs: moment, kind }),
    fc.record({ what: fc.constant('declared' as const), atMs: moment, untilMs: fc.option(moment, { nil: undefined }) }),
    fc.record({
      what: fc.constantFrom('stopped', 'cleared', 'sent', 'blurred', 'hidden', 'closed'),
      atMs: moment,
    }),
  );

  test('nobody composes past the bound of the newest fact, and time never goes back', () => {
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 40 }), fc.integer({ min: 0, max: 80_000 }), (facts, askedMs) => {
        const composing = new Composing();
        let newestMs = 0;
        let boundMs = -Infinity;
        for (const each of facts) {
          newestMs = Number.isFinite(each.atMs) ? Math.max(newestMs, each.atMs) : newestMs;
          if (each.what === 'keystroke') {
            composing.keystroke(each.atMs, each.kind);
            boundMs = newestMs + IDLE_MS;
          } else if (each.what === 'declared') {
            composing.declared({ atMs: each.atMs, untilMs: each.untilMs });
            boundMs = newestMs + DECLARED_LIFETIME_MS;
          } else {
            composing[each.what](each.atMs);
            boundMs = -Infinity;
          }
        }
        const state = composing.stateAt(askedMs);
        const chance = composing.chanceOfKeyWithin(1_000, askedMs);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        if (state.kind === 'composing') {
          expect(Math.max(askedMs, newestMs)).toBeLessThan(boundMs);
          expect(state.sinceMs).toBeLessThanOrEqual(state.lastFactMs);
          expect(state.untilMs).toBeLessThanOrEqual(boundMs);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
