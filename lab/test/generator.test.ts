import { describe, expect, test } from 'vitest';
import { totalMs } from '../fidelity/intervals.ts';
import { FAMILIES } from '../fidelity/traces/family.ts';
import { generate } from '../fidelity/traces/generate.ts';
import { readTraces, traceLine } from '../fidelity/traces/trace-file.ts';
import { composingSplit } from '../fidelity/truth.ts';

const linesOf = (seed: number, count = 20) =>
  FAMILIES.flatMap((family) => [...generate({ family, seed, count })].map(traceLine));

describe('generated conversations', () => {
  test('the same seed gives the same bytes, another seed others', () => {
    expect(linesOf(7)).toEqual(linesOf(7));
    expect(linesOf(7)).not.toEqual(linesOf(8));
  });

  test('a conversation does not depend on how many there are', () => {
    const [family] = FAMILIES;
    const [few, many] = [2, 50].map((count) => [...generate({ family: family!, seed: 3, count })]);
    expect(many?.slice(0, 2)).toEqual(few);
  });

  test('every one of them is a trace that the reader takes, and comes back the same', async () => {
    const lines = linesOf(5);
    expect((await readTraces(lines)).map(traceLine)).toEqual(lines);
  });

  test('the default family types for about 43 % of the time, in messages of about eight words', () => {
    const conversations = [...generate({ family: FAMILIES[0]!, seed: 11, count: 300 })];
    let typingMs = 0;
    let lengthMs = 0;
    const keys: number[] = [];
    let deletions = 0;
    for (const { episodes } of conversations) {
      typingMs += totalMs(composingSplit(episodes));
      lengthMs += episodes.at(-1)?.end.atMs ?? 0;
      for (const episode of episodes) {
        keys.push(episode.keys.length);
        deletions += episode.keys.filter(([, kind]) => kind === 'delete').length;
      }
    }
    expect(typingMs / lengthMs).toBeGreaterThan(0.38);
    expect(typingMs / lengthMs).toBeLessThan(0.48);
    const median = keys.toSorted((a, b) => a - b)[Math.floor(keys.length / 2)];
    expect(median).toBeGreaterThan(30);
    expect(median).toBeLessThan(55);
    const share = deletions / keys.reduce((sum, count) => sum + count, 0);
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.08);
  });

  test('they hold every sort of key and every sort of end', () => {
    const kinds = new Set<string>();
    for (const { episodes } of generate({ family: FAMILIES[0]!, seed: 2, count: 200 }))
      for (const { keys, end } of episodes) {
        kinds.add(end.kind);
        for (const [, kind] of keys) kinds.add(kind);
      }
    expect([...kinds].sort()).toEqual(
      ['clear', 'commit', 'delete', 'leave', 'letter', 'newline', 'paste', 'send', 'space', 'stop'].sort(),
    );
  });
});
