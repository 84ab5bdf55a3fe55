import { describe, expect, test } from 'vitest';
import { LATE_GUARD_MS, MAX_SHOWN_MS, SENDERS_MAX, SHOWN_DEFAULT_MS, TypingDisplay } from '../src/index.ts';

const NEVER = Number.POSITIVE_INFINITY;

function showing(...facts: { sender: string; atMs: number; durationMs?: number; sequence?: number }[]): TypingDisplay {
  const display = new TypingDisplay();
  for (const fact of facts) display.typing(fact);
  return display;
}

describe('how long typing is shown', () => {
  test('as long as its sender declared', () => {
    const display = showing({ sender: 'a', atMs: 1_000, durationMs: 6_000 });
    expect(display.at(1_000)).toEqual({ typing: ['a'], nextChangeAtMs: 7_000 });
    expect(display.at(6_999).typing).toEqual(['a']);
    expect(display.at(7_000)).toEqual({ typing: [], nextChangeAtMs: NEVER });
  });

  test.each([undefined, 0, -1, Number.NaN, Number.NEGATIVE_INFINITY])('5 s when it declared %s', (durationMs) => {
    const display = new TypingDisplay();
    display.typing({ sender: 'a', atMs: 0, durationMs });
    expect(display.at(0).nextChangeAtMs).toBe(SHOWN_DEFAULT_MS);
  });

  test.each([3_600_000, Number.POSITIVE_INFINITY, Number.MAX_VALUE])('30 s at most, also for %s', (durationMs) => {
    const display = showing({ sender: 'a', atMs: 0, durationMs });
    expect(display.at(0).nextChangeAtMs).toBe(MAX_SHOWN_MS);
  });

  test('a renewal replaces the expiry, and keeps the place in the order', () => {
    const display = showing({ sender: 'a', atMs: 0 }, { sender: 'b', atMs: 100 }, { sender: 'a', atMs: 4_000 });
    expect(display.at(4_000)).toEqual({ typing: ['a', 'b'], nextChangeAtMs: 5_100 });
    expect(display.at(5_100)).toEqual({ typing: ['a'], nextChangeAtMs: 9_000 });
  });

  test('a renewal may also shorten', () => {
    const display = showing({ sender: 'a', atMs: 0, durationMs: 6_000 }, { sender: 'a', atMs: 1_000, durationMs: 500 });
    expect(display.at(1_000).nextChangeAtMs).toBe(1_500);
  });

  test('who begins again stands behind those who went on', () => {
    const display = showing(
      { sender: 'a', atMs: 0, durationMs: 100 },
      { sender: 'b', atMs: 50 },
      { sender: 'a', atMs: 200 },
    );
    expect(display.at(200).typing).toEqual(['b', 'a']);
  });
});

describe('what ends it', () => {
  test.each(['message', 'stopped'] as const)('%s clears its sender and nobody else', (end) => {
    const display = showing({ sender: 'a', atMs: 0 }, { sender: 'b', atMs: 0 });
    display[end]({ sender: 'a', atMs: 100 });
    expect(display.at(100).typing).toEqual(['b']);
  });

  test('leaving clears the sender', () => {
    const display = showing({ sender: 'a', atMs: 0 });
    display.left('a', 100);
    expect(display.at(100).typing).toEqual([]);
  });

  test('a disconnect clears all, and nothing from before it is shown later', () => {
    const display = showing({ sender: 'a', atMs: 0 }, { sender: 'b', atMs: 0 });
    display.disconnected(100);
    expect(display.at(100)).toEqual({ typing: [], nextChangeAtMs: NEVER });
    display.typing({ sender: 'a', atMs: 99 });
    expect(display.at(100).typing).toEqual([]);
    display.typing({ sender: 'a', atMs: 200 });
    expect(display.at(200).typing).toEqual(['a']);
  });
});

describe('late typing', () => {
  test('is ignored for 300 ms after the message of its sender, not of another', () => {
    const display = new TypingDisplay();
    display.message({ sender: 'a', atMs: 1_000 });
    display.typing({ sender: 'a', atMs: 1_000 + LATE_GUARD_MS - 1 });
    display.typing({ sender: 'b', atMs: 1_001 });
    expect(display.at(1_400).typing).toEqual(['b']);
    display.typing({ sender: 'a', atMs: 1_000 + LATE_GUARD_MS });
    expect(display.at(1_400).typing).toEqual(['b', 'a']);
  });

  test('a stop has no guard: who types again is shown', () => {
    const display = showing({ sender: 'a', atMs: 0 });
    display.stopped({ sender: 'a', atMs: 100 });
    display.typing({ sender: 'a', atMs: 101 });
    expect(display.at(101).typing).toEqual(['a']);
  });

  test('with sequences, a lower one is late whenever it comes and a higher one never is', () => {
    const display = new TypingDisplay();
    display.message({ sender: 'a', atMs: 1_000, sequence: 5 });
    display.typing({ sender: 'a', atMs: 9_000, sequence: 4 });
    expect(display.at(9_000).typing).toEqual([]);
    display.message({ sender: 'a', atMs: 10_000, sequence: 6 });
    display.typing({ sender: 'a', atMs: 10_001, sequence: 7 });
    expect(display.at(10_001).typing).toEqual(['a']);
  });

  test('a sequence is no proof against a message that has none', () => {
    const display = showing({ sender: 'a', atMs: 0, sequence: 1 });
    display.message({ sender: 'a', atMs: 1_000 });
    display.typing({ sender: 'a', atMs: 1_100, sequence: 2 });
    expect(display.at(1_100).typing).toEqual([]);
  });

  test('an older fact behind a newer one, and a repeated one, change nothing', () => {
    const display = showing(
      { sender: 'a', atMs: 1_000, durationMs: 5_000, sequence: 2 },
      { sender: 'a', atMs: 500, durationMs: 9_000 },
      { sender: 'a', atMs: 2_000, durationMs: 9_000, sequence: 2 },
    );
    expect(display.at(1_000).nextChangeAtMs).toBe(6_000);
  });
});

describe('who is not shown', () => {
  test('the viewer, from whichever of their ids', () => {
    const display = new TypingDisplay({ self: ['me', 'me on the phone'] });
    display.typing({ sender: 'me', atMs: 0 });
    display.typing({ sender: 'me on the phone', atMs: 0 });
    display.typing({ sender: 'you', atMs: 0 });
    expect(display.at(0).typing).toEqual(['you']);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('who types at no moment (%s)', (atMs) => {
    expect(showing({ sender: 'a', atMs }).at(0)).toEqual({ typing: [], nextChangeAtMs: NEVER });
  });

  test('who types in the future, before that moment', () => {
    const display = showing({ sender: 'a', atMs: 1_000, durationMs: 100 });
    expect(display.at(0)).toEqual({ typing: [], nextChangeAtMs: 1_000 });
    expect(display.at(1_000)).toEqual({ typing: ['a'], nextChangeAtMs: 1_100 });
  });

  test('the one too many, and it is counted', () => {
    const display = new TypingDisplay();
    for (let index = 0; index <= SENDERS_MAX; index++) display.typing({ sender: String(index), atMs: 0 });
    expect(display.at(0).typing).toHaveLength(SENDERS_MAX);
    expect(display.overflowed).toBe(1);
  });

  test('whoever is neither shown nor guarded makes room', () => {
    const display = new TypingDisplay();
    for (let index = 0; index < SENDERS_MAX; index++) display.typing({ sender: String(index), atMs: 0 });
    display.message({ sender: '7', atMs: 1_000 });
    display.typing({ sender: 'early', atMs: 1_299 });
    display.typing({ sender: 'new', atMs: 1_300 });
    expect(display.at(1_300).typing).toContain('new');
    expect(display.at(1_300).typing).not.toContain('early');
    expect(display.overflowed).toBe(1);
  });
});
