import { describe, expect, test } from 'vitest';
import { append, overlapMs, totalMs } from '../fidelity/intervals.ts';
import { composingSplit, composingUnsplit } from '../fidelity/truth.ts';
import { draft } from './support.ts';

describe('the truth', () => {
  test('composing runs from the first key to the send', () => {
    const episodes = [draft([1_000, 1_200, 4_000], 4_500)];
    expect(composingSplit(episodes)).toEqual([1_000, 4_500]);
    expect(composingUnsplit(episodes)).toEqual([1_000, 4_500]);
  });

  test.each(['clear', 'leave'] as const)('after a %s it ends a second after the last key', (kind) => {
    const episodes = [draft([0, 2_000], 9_000, kind)];
    expect(composingSplit(episodes)).toEqual([0, 3_000]);
    expect(composingUnsplit(episodes)).toEqual([0, 3_000]);
  });

  test('a pause of 5 s does not split it, a longer one does', () => {
    expect(composingSplit([draft([0, 5_000], 5_500)])).toEqual([0, 5_500]);
    expect(composingSplit([draft([0, 5_001], 5_500)])).toEqual([0, 1_000, 5_001, 5_500]);
    expect(composingUnsplit([draft([0, 5_001], 5_500)])).toEqual([0, 5_500]);
  });

  test('a message that waits more than 5 s for its send was left a second after the last key', () => {
    expect(composingSplit([draft([0, 500], 5_501)])).toEqual([0, 1_500]);
    expect(composingUnsplit([draft([0, 500], 5_501)])).toEqual([0, 5_501]);
  });

  test('a draft that begins inside the last second of another is one with it', () => {
    expect(composingSplit([draft([0], 100, 'clear'), draft([600], 900)])).toEqual([0, 1_000]);
  });
});

describe('stretches of time', () => {
  test('overlap and length', () => {
    expect(totalMs([0, 10, 20, 25])).toBe(15);
    expect(overlapMs([0, 10, 20, 30], [5, 22, 28, 40])).toBe(5 + 2 + 2);
    expect(overlapMs([], [0, 1])).toBe(0);
  });

  test('what is empty adds nothing, what touches prolongs', () => {
    const stretches: number[] = [];
    append(stretches, 0, 5);
    append(stretches, 5, 5);
    append(stretches, 5, 7);
    append(stretches, 9, 8);
    append(stretches, 8, 9);
    expect(stretches).toEqual([0, 7, 8, 9]);
  });
});
