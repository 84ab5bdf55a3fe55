import type { BroadcastResult, Indicator } from '@backchannel/client/broadcaster';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcasting, WEBHOOK_URL } from './support/broadcasting.ts';
import type { FakeAnswer } from './support/fake-ports.ts';
import { OTHER_SESSION, SESSION } from './support/field-relay.ts';

type Step =
  | {
      readonly kind: 'say';
      readonly other: boolean;
      readonly type: Indicator;
      readonly durationMs: number;
      readonly queueForMs: number;
      readonly givesUpAfterMs: number | undefined;
    }
  | { readonly kind: 'pass'; readonly durationMs: number }
  | { readonly kind: 'lag'; readonly thereMs: number; readonly backMs: number }
  | { readonly kind: 'refuse'; readonly what: 'next' | 'nextActivity'; readonly answer: FakeAnswer | Error | undefined }
  | { readonly kind: 'revoke' };

const answer: fc.Arbitrary<FakeAnswer | Error | undefined> = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 6 }).map((seconds) => ({ seconds })) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ status: 429 }, { status: 503 }, { status: 404 }, new Error('cut'), undefined),
    },
  )
  .map((made) =>
    made && 'seconds' in made ? { status: 429, headers: { 'retry-after': String(made.seconds) }, body: {} } : made,
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('say' as const),
      other: fc.boolean(),
      type: fc.constantFrom('typing' as const, 'typing' as const, 'paused' as const, 'typing_stopped' as const),
      durationMs: fc.constantFrom(100, 900, 3_000, 6_000, 10_000),
      queueForMs: fc.constantFrom(0, 0, 500, 2_500, 10_000),
      givesUpAfterMs: fc.oneof(
        { weight: 7, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 4_000 }) },
      ),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      durationMs: fc.constantFrom(0, 1, 90, 700, 1_999, 2_000, 4_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('lag' as const),
      thereMs: fc.constantFrom(0, 0, 40, 800),
      backMs: fc.constantFrom(0, 0, 40, 800, 2_500),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('refuse' as const),
      what: fc.constantFrom('next' as const, 'next' as const, 'nextActivity' as const),
      answer,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const) }) },
);

interface Said {
  readonly sessionId: string;
  readonly type: Indicator;
  readonly calledAtMs: number;
  readonly durationMs: number;
  readonly gaveUp: boolean;
  result: BroadcastResult | undefined;
  settledAtMs: number;
}

/** Lives through the steps. Each broadcast has a guest id of its own, by which its requests are known. */
async function live(steps: readonly Step[]) {
  const world = broadcasting({ webhookUrl: WEBHOOK_URL });
  const { broadcaster, relay, clock, lag } = world;
  relay.anyGuest = true;
  const said: Said[] = [];
  /** The moments at which typing requests left, by the guest id of their broadcast. */
  const left: { readonly index: number; readonly atMs: number }[] = [];
  const lagOf = { thereMs: 0, backMs: 0 };
  lag.thereMs = (url) => {
    const index = /guests\/(\d+)\/typing/.exec(url)?.[1];
    if (index !== undefined) left.push({ index: Number(index), atMs: clock.now() });
    return lagOf.thereMs;
  };
  lag.backMs = () => lagOf.backMs;
  for (const one of steps) {
    if (one.kind === 'pass') await clock.advance(one.durationMs);
    else if (one.kind === 'lag') Object.assign(lagOf, { thereMs: one.thereMs, backMs: one.backMs });
    else if (one.kind === 'refuse') relay[one.what].push(one.answer);
    else if (one.kind === 'revoke') relay.revoke();
    else {
      const sessionId = one.other ? OTHER_SESSION : SESSION;
      const guestId = String(said.length);
      const patience = new AbortController();
      if (one.givesUpAfterMs !== undefined) clock.after(one.givesUpAfterMs, () => patience.abort());
      const entry: Said = {
        sessionId,
        type: one.type,
        calledAtMs: clock.now(),
        durationMs: one.durationMs,
        gaveUp: one.givesUpAfterMs !== undefined,
        result: undefined,
        settledAtMs: Infinity,
      };
      said.push(entry);
      const options = { queueForMs: one.queueForMs, signal: patience.signal };
      void broadcaster.broadcastTyping(sessionId, guestId, one.type, one.durationMs, options).then((result) => {
        entry.result = result;
        entry.settledAtMs = clock.now();
      });
    }
  }
  await clock.advance(16_000);
  return { ...world, said, left };
}

describe('whatever is said, refused, lost and late', () => {
  it('no session has two typings within 2 s, and no broadcast more than three tries', async () => {
    let typings = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        const { said, left } = await live(steps);
        const tries = new Map<number, number>();
        const newest = new Map<string, { readonly index: number; readonly atMs: number }>();
        for (const { index, atMs } of left) {
          tries.set(index, (tries.get(index) ?? 0) + 1);
          const { type, sessionId } = said[index]!;
          if (type !== 'typing') continue;
          typings += 1;
          const before = newest.get(sessionId);
          if (before && before.index !== index) expect(atMs - before.atMs).toBeGreaterThanOrEqual(2_000);
          newest.set(sessionId, { index, atMs });
        }
        for (const count of tries.values()) expect(count).toBeLessThanOrEqual(3);
      }),
      { numRuns: 300 },
    );
    // Not a property of nothing.
    expect(typings).toBeGreaterThan(400);
  });

  it('nothing leaves that is not true any more, nor says more than is left, nor after a newer word', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        const { said, left, relay } = await live(steps);
        const newest = new Map<string, number>();
        for (const { index, atMs } of left) {
          const { type, sessionId, calledAtMs, durationMs } = said[index]!;
          expect(atMs).toBeLessThan(calledAtMs + (type === 'typing' ? durationMs : 10_000));
          expect(index).toBeGreaterThanOrEqual(newest.get(sessionId) ?? 0);
          newest.set(sessionId, index);
        }
        for (const { guestId, duration, atMs, type } of relay.posted) {
          const { calledAtMs, durationMs } = said[Number(guestId)]!;
          if (type !== 'typing') continue;
          // It left at most the longest lag before it arrived.
          const leftAtMs = left.findLast((one) => one.index === Number(guestId) && one.atMs <= atMs)!.atMs;
          expect(leftAtMs + duration!).toBeLessThan(calledAtMs + durationMs + 100);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('every call settles within 10 s, each once on record, an end of typing is never refused here, and nothing runs on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
        const { said, broadcaster, clock } = await live(steps);
        for (const { result, settledAtMs, calledAtMs, type, gaveUp } of said) {
          expect(settledAtMs - calledAtMs).toBeLessThanOrEqual(10_000);
          expect(result?.reason).toMatch(/\.$/);
          if (result?.outcome === 'aborted') expect(gaveUp).toBe(true);
          if (type !== 'typing') expect(result?.outcome).not.toMatch(/gap|quiet|budget|no-conversation/);
        }
        const { auditLog, stats } = broadcaster.getMetrics();
        expect(new Set(auditLog.map(({ auditId }) => auditId)).size).toBe(said.length);
        expect(stats).toMatchObject({ total: said.length, pending: 0 });
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
