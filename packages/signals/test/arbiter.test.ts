import { describe, expect, test } from 'vitest';
import {
  ARRIVAL_MARGIN_MS,
  Arbiter,
  type Budget,
  FAIRNESS_MEMORY,
  LENGTHEN_ABOVE,
  LENGTHEN_MAX,
  MESSAGE_HOLD_MS,
  OFFERS_MAX,
  QUIET_AFTER_REFUSAL_MS,
  RETRY_AFTER_MAX_MS,
  type SignalOffer,
  type TypingIntent,
} from '../src/index.ts';

const WINDOW_MS = 60_000;
const FREED_MS = WINDOW_MS + ARRIVAL_MARGIN_MS;
const budget = (limit: number, messageReserve: number, id = 'connection'): Budget => ({
  id,
  limit,
  windowMs: WINDOW_MS,
  messageReserve,
});

let id = 0;
function offerOf(fairnessKey: string, part: Partial<TypingIntent> = {}, budgets = ['connection']): SignalOffer {
  return { intent: { id: ++id, kind: 'on', value: 1, expiresAtMs: 1_000_000, ...part }, budgets, fairnessKey };
}

function grantedKeys(arbiter: Arbiter, nowMs: number): string[] {
  return arbiter.grant(nowMs).granted.map((offer) => offer.fairnessKey);
}

describe('messages and signals', () => {
  test('signals are granted up to the limit less the reserve', () => {
    const arbiter = new Arbiter({ budgets: [budget(5, 3)] });
    for (const key of ['a', 'b', 'c']) arbiter.offer(offerOf(key), 0);
    const { granted, suppressed, nextGrantAtMs } = arbiter.grant(0);
    expect(granted).toHaveLength(2);
    expect(suppressed).toEqual([]);
    expect(nextGrantAtMs).toBe(FREED_MS);
    expect(grantedKeys(arbiter, FREED_MS)).toHaveLength(1);
  });

  test('the reserve is free for messages after signals took their share', () => {
    const arbiter = new Arbiter({ budgets: [budget(5, 3)] });
    for (const key of ['a', 'b', 'c']) arbiter.offer(offerOf(key), 0);
    arbiter.grant(0);
    expect([1, 2, 3].map((at) => arbiter.message(['connection'], at))).toEqual(Array(3).fill({ granted: true }));
    expect(arbiter.message(['connection'], 4)).toEqual({ granted: false, budget: 'connection', retryAtMs: FREED_MS });
  });

  test('messages may use the whole window, and signals then have none', () => {
    const arbiter = new Arbiter({ budgets: [budget(3, 1)] });
    for (const at of [0, 1, 2]) expect(arbiter.message(['connection'], at)).toEqual({ granted: true });
    arbiter.offer(offerOf('a'), 3);
    expect(arbiter.grant(3)).toEqual({ granted: [], suppressed: [], nextGrantAtMs: FREED_MS });
  });

  test('other requests count like messages', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 1)] });
    expect(arbiter.other(['connection'], 0)).toEqual({ granted: true });
    expect(arbiter.message(['connection'], 1)).toMatchObject({ granted: false });
  });

  test('a message that waits goes before the signals that wait for the same place', () => {
    const arbiter = new Arbiter({ budgets: [budget(2, 0)] });
    arbiter.message(['connection'], 0);
    arbiter.message(['connection'], 0);
    arbiter.offer(offerOf('a'), 1);
    expect(arbiter.message(['connection'], 1)).toMatchObject({ retryAtMs: FREED_MS });
    expect(grantedKeys(arbiter, FREED_MS)).toEqual([]);
    expect(arbiter.message(['connection'], FREED_MS)).toEqual({ granted: true });
    expect(grantedKeys(arbiter, FREED_MS)).toEqual(['a']);
  });

  test('a message that never comes back does not hold the signals for ever', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 0)] });
    arbiter.message(['connection'], 0);
    arbiter.message(['connection'], 1);
    arbiter.offer(offerOf('a'), 2);
    expect(arbiter.grant(2).nextGrantAtMs).toBe(FREED_MS + MESSAGE_HOLD_MS);
    expect(grantedKeys(arbiter, FREED_MS + MESSAGE_HOLD_MS)).toEqual(['a']);
  });

  test('whatever uses several budgets needs room in all, and uses all', () => {
    const arbiter = new Arbiter({ budgets: [budget(9, 0), budget(1, 0, 'token')] });
    expect(arbiter.message(['connection', 'token'], 0)).toEqual({ granted: true });
    expect(arbiter.message(['connection', 'token'], 1)).toMatchObject({ budget: 'token' });
    arbiter.offer(offerOf('a', {}, ['connection', 'token']), 1);
    expect(grantedKeys(arbiter, 1)).toEqual([]);
    expect(arbiter.message(['connection'], 1)).toEqual({ granted: true });
  });
});

describe('who goes first', () => {
  test('the more valuable', () => {
    const arbiter = new Arbiter({ budgets: [budget(2, 0)] });
    arbiter.offer(offerOf('renewal', { value: 0.9 }), 0);
    arbiter.offer(offerOf('start', { value: 1.9 }), 0);
    arbiter.offer(offerOf('off', { value: 1 }), 0);
    expect(grantedKeys(arbiter, 0)).toEqual(['start', 'off']);
  });

  test('who had nothing goes before who had much', () => {
    const arbiter = new Arbiter({ budgets: [budget(4, 0)] });
    for (let index = 0; index < 3; index++) arbiter.offer(offerOf('busy', { value: 2 }), 0);
    expect(arbiter.grant(0).granted).toHaveLength(3);
    arbiter.offer(offerOf('busy', { value: 2 }), 1);
    arbiter.offer(offerOf('quiet', { value: 0.9 }), 1);
    expect(grantedKeys(arbiter, 1)).toEqual(['quiet']);
  });

  test('what was granted long ago is forgotten', () => {
    const arbiter = new Arbiter({ budgets: [budget(FAIRNESS_MEMORY * 2 + 2, 0)] });
    for (let index = 0; index < 3; index++) arbiter.offer(offerOf('busy'), 0);
    arbiter.grant(0);
    for (let index = 0; index < FAIRNESS_MEMORY * 2 - 2; index++) arbiter.offer(offerOf(`key ${index}`), 0);
    arbiter.grant(0);
    arbiter.offer(offerOf('new', { value: 1 }), 1);
    arbiter.offer(offerOf('busy', { value: 1.1 }), 1);
    expect(grantedKeys(arbiter, 1)).toEqual(['busy']);
  });

  test('a value that is no number is the least, and goes when there is room', () => {
    const arbiter = new Arbiter({ budgets: [budget(2, 0)] });
    arbiter.offer(offerOf('broken', { value: Number.NaN }), 0);
    arbiter.offer(offerOf('fine', { value: 0.1 }), 0);
    expect(grantedKeys(arbiter, 0)).toEqual(['fine', 'broken']);
  });
});

describe('when places are scarce', () => {
  const held = (grants: number) => {
    const arbiter = new Arbiter({ budgets: [budget(100, 0)] });
    const offers = Array.from({ length: grants }, (_, index) => offerOf(`key ${index}`, { durationMs: 5_000 }));
    for (const offer of offers) arbiter.offer(offer, 0);
    return arbiter.grant(0).granted.map(({ intent }) => intent.durationMs ?? Number.NaN);
  };

  test('an On holds as its emitter said while there is room', () => {
    expect(new Set(held(Math.floor(100 * LENGTHEN_ABOVE)))).toEqual(new Set([5_000]));
  });

  test('the fuller the window, the longer an On holds, up to a bound: it needs its renewal later', () => {
    const durations = held(100);
    expect(durations).toEqual(durations.toSorted((a, b) => a - b));
    expect(durations.at(-1)).toBe(5_000 * LENGTHEN_MAX);
  });

  test('a window that is over before the On is lengthens nothing', () => {
    const arbiter = new Arbiter({ budgets: [{ ...budget(2, 1), windowMs: 1_000 }] });
    arbiter.offer(offerOf('a', { durationMs: 5_000 }), 0);
    expect(arbiter.grant(0).granted[0]?.intent.durationMs).toBe(5_000);
  });

  test('an Off, and an On that says nothing, get no duration', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 0)] });
    arbiter.offer(offerOf('a', { kind: 'off' }), 0);
    expect(arbiter.grant(0).granted[0]?.intent).not.toHaveProperty('durationMs');
  });

  test('signals leave a tenth of the window free in front of messages that use more than their reserve', () => {
    const arbiter = new Arbiter({ budgets: [budget(100, 50)] });
    for (let index = 0; index < 85; index++) arbiter.message(['connection'], 0);
    for (let index = 0; index < 10; index++) arbiter.offer(offerOf(`key ${index}`), 0);
    expect(arbiter.grant(0).granted).toHaveLength(5);
    for (let index = 0; index < 10; index++) expect(arbiter.message(['connection'], 0)).toEqual({ granted: true });
  });
});

describe('what is not sent', () => {
  test('an offer that found no room ends as such, just before its emitter would have to give it up', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 0)] });
    const offer = offerOf('a', { expiresAtMs: 500 });
    arbiter.message(['connection'], 0);
    arbiter.offer(offer, 0);
    expect(arbiter.grant(0).nextGrantAtMs).toBe(499);
    expect(arbiter.grant(499)).toEqual({
      granted: [],
      suppressed: [{ ...offer, reason: 'suppressed:budget' }],
      nextGrantAtMs: Number.POSITIVE_INFINITY,
    });
  });

  test('an offer that is looked at too late ends as stale, granted in no case', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 0)] });
    const offer = offerOf('a', { expiresAtMs: 500 });
    arbiter.offer(offer, 0);
    expect(arbiter.grant(500)).toMatchObject({ granted: [], suppressed: [{ reason: 'suppressed:stale' }] });
  });

  test('a withdrawn intent is out of the line, a granted one is not in it', () => {
    const arbiter = new Arbiter({ budgets: [budget(9, 0)] });
    const [first, second] = [offerOf('a'), offerOf('b')];
    arbiter.offer(first, 0);
    expect(arbiter.withdraw(first.intent)).toBe(true);
    arbiter.offer(second, 0);
    expect(grantedKeys(arbiter, 0)).toEqual(['b']);
    expect(arbiter.withdraw(second.intent)).toBe(false);
  });

  test('a full line says so at once', () => {
    const arbiter = new Arbiter({ budgets: [budget(1, 1)] });
    for (let index = 0; index < OFFERS_MAX; index++) expect(arbiter.offer(offerOf('a'), 0)).toBeUndefined();
    expect(arbiter.offer(offerOf('a'), 0)).toBe('suppressed:budget');
    expect(arbiter.explain()).toEqual([{ atMs: 0, what: 'on', why: 'suppressed:budget', count: 1 }]);
  });
});

describe('a refusal for rate', () => {
  test('silences the signals of that budget and no message', () => {
    const arbiter = new Arbiter({ budgets: [budget(60, 40), budget(60, 40, 'token')] });
    arbiter.refused('connection', 1_000);
    const silenced = offerOf('a');
    arbiter.offer(silenced, 1_000);
    arbiter.offer(offerOf('b', {}, ['token']), 1_000);
    expect(arbiter.grant(1_000)).toMatchObject({
      granted: [{ fairnessKey: 'b' }],
      suppressed: [{ intent: silenced.intent, reason: 'suppressed:quiet' }],
    });
    expect(arbiter.message(['connection'], 1_000)).toEqual({ granted: true });
    arbiter.offer(offerOf('a'), 1_000 + QUIET_AFTER_REFUSAL_MS);
    expect(grantedKeys(arbiter, 1_000 + QUIET_AFTER_REFUSAL_MS)).toEqual(['a']);
  });

  test('lets messages wait as long as the platform asks, and signals at least that long', () => {
    const arbiter = new Arbiter({ budgets: [budget(60, 40)] });
    arbiter.refused('connection', 0, 45_000);
    expect(arbiter.message(['connection'], 1)).toEqual({ granted: false, budget: 'connection', retryAtMs: 45_000 });
    arbiter.offer(offerOf('a'), 44_999);
    expect(arbiter.grant(44_999).suppressed).toMatchObject([{ reason: 'suppressed:quiet' }]);
    expect(arbiter.message(['connection'], 45_000)).toEqual({ granted: true });
  });

  test.each([
    [Number.POSITIVE_INFINITY, RETRY_AFTER_MAX_MS],
    [Number.NaN, 0],
    [-5, 0],
  ])('a wait of %s is taken for %s', (retryAfterMs, waitMs) => {
    const arbiter = new Arbiter({ budgets: [budget(60, 40)] });
    arbiter.refused('connection', 0, retryAfterMs);
    const admission = arbiter.message(['connection'], 0);
    expect(admission).toEqual(
      waitMs > 0 ? { granted: false, budget: 'connection', retryAtMs: waitMs } : { granted: true },
    );
  });
});

describe('mistakes', () => {
  test.each([
    [[budget(0, 0)]],
    [[budget(Number.NaN, 0)]],
    [[budget(5, 6)]],
    [[budget(5, -1)]],
    [[budget(5, Number.NaN)]],
    [[{ ...budget(5, 0), windowMs: 0 }]],
    [[{ ...budget(5, 0), windowMs: Number.POSITIVE_INFINITY }]],
    [[budget(5, 0), budget(5, 0)]],
  ])('budgets %j are refused', (budgets) => {
    expect(() => new Arbiter({ budgets })).toThrow(RangeError);
    expect(() => new Arbiter({ budgets })).toThrow(/"id":"connection".*can't be kept/);
  });

  test('a budget that is unknown, or none, is refused by name', () => {
    const arbiter = new Arbiter({ budgets: [budget(5, 0)] });
    expect(() => arbiter.message(['token'], 0)).toThrow(
      'Budgets ["token"] can\'t be charged. Name one or more of ["connection"].',
    );
    expect(() => arbiter.offer(offerOf('a', {}, []), 0)).toThrow(RangeError);
    expect(() => arbiter.message(['connection', 'token'], 0)).toThrow(RangeError);
  });
});
