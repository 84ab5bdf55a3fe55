import { append, type Intervals } from './intervals.ts';
import type { Episode } from './traces/trace.ts';

/** A pause longer than this splits composing in two: whoever waits that long for a word has been left alone. */
export const SPLIT_AFTER_MS = 5_000;

/** Composing that nothing ends goes on this long after its last key. */
const LINGER_MS = 1_000;

/**
 * T1, the primary truth: when somebody composes.
 *
 * From the first key of an episode to its send, or to {@link LINGER_MS} after its last key when the draft was cleared or
 * left. A pause over {@link SPLIT_AFTER_MS}, between two keys or between the last key and the send, splits it: the part
 * before ends {@link LINGER_MS} after its last key, the part behind begins at its first key.
 */
export function composingSplit(episodes: readonly Episode[]): Intervals {
  const truth: number[] = [];
  for (const { keys, end } of episodes) {
    let fromMs = keys[0]?.[0] ?? end.atMs;
    let lastMs = fromMs;
    for (const [atMs] of keys) {
      if (atMs - lastMs > SPLIT_AFTER_MS) {
        append(truth, fromMs, lastMs + LINGER_MS);
        fromMs = atMs;
      }
      lastMs = atMs;
    }
    const sent = end.kind === 'send' && end.atMs - lastMs <= SPLIT_AFTER_MS;
    append(truth, fromMs, sent ? end.atMs : lastMs + LINGER_MS);
  }
  return truth;
}

/** T2, reported beside it: the same without the split, for those who count a long pause as composing. */
export function composingUnsplit(episodes: readonly Episode[]): Intervals {
  const truth: number[] = [];
  for (const { keys, end } of episodes) {
    const firstMs = keys[0]?.[0] ?? end.atMs;
    const lastMs = keys.at(-1)?.[0] ?? end.atMs;
    append(truth, firstMs, end.kind === 'send' ? end.atMs : lastMs + LINGER_MS);
  }
  return truth;
}
