import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  AGENT_CHANNEL,
  type ChannelCapabilities,
  Composing,
  HOLD_MAX_MS,
  RELAY_CHANNEL,
  type SignalOutcome,
  TypingEmitter,
  type TypingIntent,
} from '../src/index.ts';

const LEFT: readonly SignalOutcome[] = ['sent', 'refused', 'timeout', 'aborted'];
const NOT_LEFT: readonly SignalOutcome[] = ['suppressed:budget', 'suppressed:quiet', 'suppressed:stale', 'offline'];

const action = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('key' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('declared' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sent' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('cleared' as const, 'blurred' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('poll' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), outcome: fc.constantFrom(...LEFT, ...NOT_LEFT) }),
  },
);
const steps = (maxLength: number) =>
  fc.array(fc.record({ afterMs: fc.oneof(fc.nat(300), fc.nat(4_000)), action }), { maxLength, size: 'max' });
const channel = fc.constantFrom<ChannelCapabilities>(
  AGENT_CHANNEL,
  RELAY_CHANNEL,
  { ...AGENT_CHANNEL, minGapMs: 300, perWindow: { limit: 3, windowMs: 10_000 } },
  { ...RELAY_CHANNEL, perWindow: { limit: 4, windowMs: 10_000 } },
);

type Ended = { readonly intent: TypingIntent; readonly atMs: number; readonly mayHaveLeft: boolean };

/** Drives an emitter as a correct driver does: it polls after every fact and settlement, and when it is told to. */
function run(capabilities: ChannelCapabilities, actions: readonly { afterMs: number; action: Action }[]) {
  const composing = new Composing();
  const emitter = new TypingEmitter({ composing, channel: capabilities });
  const issued: { intent: TypingIntent; atMs: number }[] = [];
  const ended: Ended[] = [];
  const messages: number[] = [];
  let outstanding: TypingIntent | undefined;
  let nextPollAtMs = Number.POSITIVE_INFINITY;
  const poll = (now: number) => {
    if (outstanding && now >= outstanding.expiresAtMs) {
      ended.push({ intent: outstanding, atMs: now, mayHaveLeft: true });
      outstanding = undefined;
    }
    const polled = emitter.poll(now);
    expect(polled.nextPollAtMs).toBeGreaterThan(now);
    if (outstanding) expect(polled.intents).toEqual([]);
    for (const intent of polled.intents) {
      issued.push({ intent, atMs: now });
      outstanding = intent;
    }
    expect(polled.intents.length).toBeLessThanOrEqual(1);
    nextPollAtMs = polled.nextPollAtMs;
  };
  const advance = (toMs: number) => {
    while (nextPollAtMs <= toMs) poll(nextPollAtMs);
  };
  let now = 0;
  for (const { afterMs, action: each } of actions) {
    now += afterMs;
    advance(now);
    if (each.kind === 'key') composing.keystroke(now);
    else if (each.kind === 'declared') composing.declared({ atMs: now });
    else if (each.kind === 'settle') {
      if (outstanding) {
        ended.push({ intent: outstanding, atMs: now, mayHaveLeft: LEFT.includes(each.outcome) });
        emitter.settled(outstanding.id, each.outcome, now);
        outstanding = undefined;
      }
    } else if (each.kind !== 'poll') {
      composing[each.kind](now);
      if (each.kind === 'sent') messages.push(now);
    }
    poll(now);
  }
  advance(now + 60_000);
  return { emitter, issued, ended, messages, outstanding };
}

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

test('the gap and the rolling window are kept, whatever happens', () => {
  fc.assert(
    fc.property(channel, steps(250), (capabilities, actions) => {
      const { issued, ended, messages } = run(capabilities, actions);
      const left = ended.filter((end) => end.mayHaveLeft);
      for (const { intent, atMs } of issued) {
        if (intent.kind === 'off') continue;
        const before = left.findLast((end) => end.intent.kind === 'on' && end.atMs <= atMs && end.intent !== intent);
        if (!before) continue;
        const madeAtMs = issued.find((each) => each.intent === before.intent)?.atMs ?? 0;
        const messageBetween = messages.some((sentMs) => sentMs >= madeAtMs && sentMs <= atMs);
        if (!messageBetween) expect(atMs - before.atMs).toBeGreaterThanOrEqual(capabilities.minGapMs);
      }
      const { limit, windowMs } = capabilities.perWindow ?? { limit: Number.POSITIVE_INFINITY, windowMs: 0 };
      for (const { atMs: fromMs } of left) {
        const inside = left.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + windowMs);
        expect(inside.length).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 300 },
  );
});

test('every intent ends exactly once, and in the end none is left', () => {
  fc.assert(
    // Short enough for the timeline to remember everything.
    fc.property(channel, steps(20), (capabilities, actions) => {
      const { emitter, issued, ended, outstanding } = run(capabilities, actions);
      expect(outstanding).toBeUndefined();
      expect(ended.map((end) => end.intent.id).sort()).toEqual(issued.map(({ intent }) => intent.id).sort());
      const entries = emitter
        .explain()
        .filter(({ what, why }) => (what === 'on' || what === 'off') && why !== 'withdrawn');
      expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(issued.length);
    }),
    { numRuns: 500 },
  );
});

test('with an Off, nobody is announced who does not compose; without, for no longer than composing and one duration after it', () => {
  const facts = fc.array(
    fc.record({
      afterMs: fc.oneof(fc.nat(300), fc.nat(4_000)),
      kind: fc.constantFrom('key', 'declared', 'cleared', 'sent'),
    }),
    { maxLength: 120, size: 'max' },
  );
  fc.assert(
    fc.property(fc.constantFrom(AGENT_CHANNEL, RELAY_CHANNEL), facts, (capabilities, each) => {
      const composing = new Composing();
      const emitter = new TypingEmitter({ composing, channel: capabilities });
      let shownUntilMs = Number.NEGATIVE_INFINITY;
      let newestFactMs = Number.NEGATIVE_INFINITY;
      let now = 0;
      const poll = (at: number): number => {
        const { intents, nextPollAtMs } = emitter.poll(at);
        for (const intent of intents) {
          shownUntilMs = intent.kind === 'on' ? at + (intent.durationMs ?? Number.NaN) : Number.NEGATIVE_INFINITY;
          emitter.settled(intent.id, 'sent', at);
        }
        if (shownUntilMs > at) {
          if (capabilities.hasOff) expect(composing.stateAt(at).kind).toBe('composing');
          expect(shownUntilMs).toBeLessThanOrEqual(newestFactMs + 10_000 + HOLD_MAX_MS);
        }
        return intents.length > 0 ? poll(at) : nextPollAtMs;
      };
      let nextPollAtMs = Number.POSITIVE_INFINITY;
      for (const { afterMs, kind } of [...each, { afterMs: 60_000, kind: 'end' }]) {
        now += afterMs;
        while (nextPollAtMs <= now) nextPollAtMs = poll(nextPollAtMs);
        if (kind === 'key') composing.keystroke(now);
        if (kind === 'declared') composing.declared({ atMs: now });
        if (kind === 'cleared') composing.cleared(now);
        if (kind === 'key' || kind === 'declared') newestFactMs = now;
        if (kind === 'sent') {
          composing.sent(now);
          shownUntilMs = Number.NEGATIVE_INFINITY;
        }
        nextPollAtMs = poll(now);
      }
      expect(shownUntilMs).toBeLessThanOrEqual(now);
    }),
    { numRuns: 300 },
  );
});
