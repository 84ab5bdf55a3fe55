import { declareTyping, SharedArbiter } from '@backchannel/client';
import { AGENT_CHANNEL, GUEST_CHANNEL, RELAY_CHANNEL, Typing } from '@backchannel/client/typing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from './support/fake-clock.ts';

/** Half of its four places for signals used up, and an On is lengthened. */
const SCARCE = { id: 'scarce', limit: 6, windowMs: 60_000, messageReserve: 2 };

/** Clocks of the system, and lifetimes that callers reckon, have fractions of milliseconds. */
const milliseconds = (max: number) => fc.oneof(fc.nat(max), fc.double({ min: 0, max, noNaN: true }));
const step = fc.record({
  afterMs: fc.oneof(milliseconds(300), milliseconds(6_000)),
  fact: fc.constantFrom('keystroke', 'keystroke', 'declared', 'declared', 'sent', 'cleared'),
  lifetimeMs: milliseconds(12_000),
});
const policy = fc.option(
  fc.record({
    renewMs: fc.double({ min: 4_000, max: 5_000, noNaN: true }),
    durationMs: fc.double({ min: 4_500, max: 6_500, noNaN: true }),
  }),
  { nil: undefined },
);

describe('how long typing holds', () => {
  // holds: AGENT-TYPING-BODY
  it('is a whole number of milliseconds from 1 on, whatever was declared, reckoned or lengthened', async () => {
    const seen = { lengthened: 0, declared: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(GUEST_CHANNEL, AGENT_CHANNEL, RELAY_CHANNEL),
        policy,
        fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
        async (channel, policy, steps) => {
          const clock = new FakeClock();
          const shared = new SharedArbiter({ budgets: [SCARCE], clock });
          const held: (number | undefined)[] = [];
          const typing = new Typing({
            channel,
            policy,
            ports: { clock },
            arbiter: shared.share(['scarce'], 'one'),
            send: ({ kind, durationMs }) => {
              if (kind === 'on') held.push(durationMs);
              return undefined;
            },
          });
          const declared: Promise<unknown>[] = [];
          for (const { afterMs, fact, lifetimeMs } of steps) {
            await clock.advance(afterMs);
            if (fact === 'declared') declared.push(declareTyping(typing, lifetimeMs));
            else typing[fact]();
          }
          await clock.advance(10_000);
          await settle();
          await Promise.all(declared);
          typing.close();
          expect(held.filter((durationMs) => !Number.isInteger(durationMs) || Number(durationMs) < 1)).toEqual([]);
          seen.lengthened += shared.arbiter.explain().some(({ why }) => why === 'lengthened') ? 1 : 0;
          seen.declared += declared.length;
        },
      ),
      { numRuns: 150 },
    );
    // Otherwise nothing was tested.
    expect(Math.min(seen.lengthened, seen.declared)).toBeGreaterThan(50);
  });
});
