import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../client/test/support/fake-clock.ts';
import { TYPING_RENEWAL_MS, TYPING_TOLD_MS, TypingTold } from '../src/legs/typing-told.ts';

describe('typing that is told', () => {
  const telling = () => {
    const clock = new FakeClock();
    const told: { readonly typing: boolean; readonly durationMs?: number | undefined }[] = [];
    return { clock, told, typing: new TypingTold(clock, (each) => told.push(each)) };
  };
  const on = { typing: true, durationMs: TYPING_TOLD_MS };

  it('is told at once, again before it lapses, and its end once', async () => {
    const { clock, told, typing } = telling();
    typing.is(true);
    typing.is(true);
    expect(told).toEqual([on]);
    await clock.advance(TYPING_RENEWAL_MS * 2);
    expect(told).toEqual([on, on, on]);
    expect(TYPING_RENEWAL_MS).toBeLessThan(TYPING_TOLD_MS);
    typing.is(false);
    typing.is(false);
    expect(told).toEqual([on, on, on, { typing: false }]);
    expect(clock.pending).toBe(0);
  });

  it('is not ended when it never began, and not told after the close', async () => {
    const { clock, told, typing } = telling();
    typing.is(false);
    typing.is(true);
    typing.close();
    await clock.advance(TYPING_RENEWAL_MS * 3);
    expect(told).toEqual([on]);
  });
});
