import type { SignalOutcome, TypingIntent } from '@backchannel/signals';
import { describe, expect, it } from 'vitest';
import { TYPING_LIMIT, TypingQuota } from '../src/agent/typing-quota.ts';
import { FakeClock } from './support/fake-clock.ts';

describe('the limit of agent typing in one conversation', () => {
  const start = () => {
    const clock = new FakeClock();
    const quota = new TypingQuota(clock);
    /** Decisions that the limits of the token have still to take. */
    const waiting: ((suppressed?: SignalOutcome) => void)[] = [];
    const withdrawn: TypingIntent[] = [];
    const line = {
      offer: (_: TypingIntent, decided: (suppressed?: SignalOutcome) => void) => void waiting.push(decided),
      withdraw: (intent: TypingIntent) => withdrawn.push(intent) > 0,
    };
    const intent: TypingIntent = { id: 1, kind: 'on', durationMs: 5_000, value: 1, expiresAtMs: Infinity };
    const offer = (conversationId: string) => {
      const outcomes: (SignalOutcome | 'goes')[] = [];
      quota.limit(line, conversationId).offer(intent, (suppressed) => outcomes.push(suppressed ?? 'goes'));
      return outcomes;
    };
    const grant = () => {
      for (const decided of waiting.splice(0)) decided();
    };
    return { clock, quota, line, waiting, withdrawn, intent, offer, grant };
  };

  // holds: LIMIT-AGENT-TYPING
  it('counts what goes, whoever sends it, and lets the next go when the window has moved on', async () => {
    const { clock, waiting, offer, grant } = start();
    for (let index = 0; index < TYPING_LIMIT.limit; index++) offer('c-1');
    grant();
    expect(offer('c-1')).toEqual(['suppressed:budget']);
    expect(waiting, 'no place of the token is asked for').toEqual([]);
    offer('c-2');
    grant();
    await clock.advance(TYPING_LIMIT.windowMs + 1_000);
    const outcomes = offer('c-1');
    grant();
    expect(outcomes).toEqual(['goes']);
  });

  it('holds when several wait for the token at once', () => {
    const { offer, grant } = start();
    const outcomes = Array.from({ length: TYPING_LIMIT.limit + 2 }, () => offer('c-1'));
    grant();
    expect(outcomes.flat().filter((each) => each === 'goes')).toHaveLength(TYPING_LIMIT.limit);
    expect(outcomes.flat().slice(-2)).toEqual(['suppressed:budget', 'suppressed:budget']);
  });

  it('does not count what the token’s limits suppress, and passes withdrawals on', () => {
    const { quota, line, waiting, withdrawn, intent, offer } = start();
    const outcomes = Array.from({ length: 20 }, () => offer('c-1'));
    for (const decided of waiting.splice(0)) decided('suppressed:stale');
    expect(outcomes.flat()).toEqual(Array.from({ length: 20 }, () => 'suppressed:stale'));
    expect(quota.limit(line, 'c-1').withdraw(intent)).toBe(true);
    expect(withdrawn).toEqual([intent]);
    offer('c-1');
    expect(waiting).toHaveLength(1);
  });

  it('forgets no conversation that has used it, however many there are', () => {
    const { offer, grant } = start();
    for (let index = 0; index < TYPING_LIMIT.limit; index++) offer('c-1');
    for (let index = 0; index < 2_000; index++) offer(`other-${index}`);
    grant();
    expect(offer('c-1')).toEqual(['suppressed:budget']);
  });
});
