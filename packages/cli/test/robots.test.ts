import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SCRIPT } from '../src/robots/script.ts';
import { seededRandom } from '../src/robots/seeded-random.ts';
import { truthLine, truthOf } from '../src/robots/truth.ts';
import { pausesMs, type } from '../src/robots/typist.ts';
import { found } from '../src/robots/waiting.ts';
import { FakeClock } from './support/fake-clock.ts';

describe('a robot types', () => {
  test('the same way for the same seed, and another way for another', () => {
    const pauses = (seed: number) => pausesMs('Yes, I am.', seededRandom(seed));
    expect(pauses(1)).toEqual(pauses(1));
    expect(pauses(1)).not.toEqual(pauses(2));
  });

  test('at the pace of a person, whatever the seed', () => {
    fc.assert(
      fc.property(fc.nat(0xffff_ffff), (seed) => {
        const random = seededRandom(seed);
        for (const { text } of SCRIPT) {
          const pauses = pausesMs(text, random);
          const totalMs = pauses.reduce((total, pauseMs) => total + pauseMs, 0);
          expect(Math.min(...pauses)).toBeGreaterThan(10);
          expect(totalMs / text.length).toBeGreaterThan(60);
          expect(totalMs).toBeLessThan(5_000);
        }
      }),
    );
  });

  test('key by key, and waits a moment before Enter', async () => {
    const clock = new FakeClock();
    const drafts: string[] = [];
    let done = false;
    const typing = type(
      'Hi',
      { clock, random: { next: () => 0.25 }, signal: new AbortController().signal },
      (draft) => {
        drafts.push(draft);
      },
    ).then(() => {
      done = true;
    });
    const steps: unknown[] = [];
    for (let step = 0; step < 3; step += 1) {
      clock.advance(400);
      await Promise.resolve();
      await Promise.resolve();
      await Promise.resolve();
      steps.push([...drafts, done]);
    }
    await typing;
    expect(steps).toEqual([
      ['H', false],
      ['H', 'Hi', false],
      ['H', 'Hi', true],
    ]);
    expect(clock.pending).toBe(0);
  });

  test('and stops at once when the show is over', async () => {
    const clock = new FakeClock();
    const over = new AbortController();
    const typing = type('Hi', { clock, random: seededRandom(1), signal: over.signal }, () => undefined);
    over.abort(new Error('over'));
    await expect(typing).rejects.toThrow('over');
    expect(clock.pending).toBe(0);
  });
});

test('a robot that waits in vain says for what, and leaves no timer and no listener', async () => {
  const clock = new FakeClock();
  const listeners = new Set<() => void>();
  const waiting = found(
    'a sign of life',
    () => undefined,
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    { clock, signal: new AbortController().signal, withinMs: 5_000 },
  );
  clock.advance(5_000);
  await expect(waiting).rejects.toThrow('robots.waited-in-vain: The robots waited 5 s for a sign of life in vain.');
  expect([clock.pending, listeners.size]).toEqual([0, 0]);
});

describe('the truth', () => {
  const recorded = (texts: readonly string[], typing: number) => ({
    transcript: texts.map((text) => ({ text })),
    typing: Array.from({ length: typing }),
  });

  test('is counted from the record', () => {
    const truth = truthOf(recorded(['Hello', 'Yes?', 'Hello'], 4), ['Hello', 'Yes?', 'Hello']);
    expect(truth).toEqual({ messages: 3, typingEntries: 0, typingSignals: 4 });
    expect(truthLine(truth)).toBe('transcript: 3 messages, 0 typing entries');
  });

  test('names an entry that nobody sent', () => {
    const truth = truthOf(recorded(['Hello', 'typing…', 'Hello'], 1), ['Hello']);
    expect(truthLine(truth)).toBe('transcript: 1 message, 2 typing entries');
  });
});
