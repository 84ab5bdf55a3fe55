import { declareTyping, type Settled, SharedArbiter } from '@backchannel/client';
import {
  AGENT_CHANNEL,
  GUEST_CHANNEL,
  RELAY_CHANNEL,
  Typing,
  type TypingOptions,
  type TypingSignal,
} from '@backchannel/client/typing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from './support/fake-clock.ts';

const make = (options: Partial<TypingOptions> = {}) => {
  const clock = new FakeClock();
  const sent: TypingSignal[] = [];
  const typing = new Typing({
    channel: GUEST_CHANNEL,
    ports: { clock },
    send: async (signal) => {
      sent.push(signal);
    },
    ...options,
  });
  const ended: string[] = [];
  const declare = (lifetimeMs: number) => {
    void declareTyping(typing, lifetimeMs).then(({ outcome }) => ended.push(outcome));
    return settle();
  };
  return { clock, sent, typing, ended, declare };
};

/** A transport that answers when it is told to. */
const answering = () => {
  const answers: ((settled: Settled) => void)[] = [];
  const send: TypingOptions['send'] = () => new Promise<Settled>((resolve) => answers.push(resolve));
  return { answers, send };
};

/** An arbiter with one place in ten seconds, which somebody else has taken. */
const fullFor = (clock: FakeClock, windowMs: number) => {
  const shared = new SharedArbiter({ budgets: [{ id: 'token', limit: 1, windowMs, messageReserve: 0 }], clock });
  shared.arbiter.message(['token'], clock.now());
  return shared.share(['token'], 'a');
};

describe('a declared typing', () => {
  it('settles as sent when its frame left, with the duration that was declared', async () => {
    const { sent, ended, declare, clock } = make();
    await declare(3_000);
    expect(ended).toEqual(['sent']);
    expect(sent).toEqual([{ kind: 'on', durationMs: 3_000 }]);
    await clock.advance(20_000);
    expect(sent, 'never renewed past its lifetime').toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('is coalesced at once while the indicator still holds, which is renewed for as long as the declaration does', async () => {
    const { sent, ended, declare, clock } = make();
    await declare(10_000);
    await clock.advance(1_000);
    await declare(10_000);
    expect(ended).toEqual(['sent', 'coalesced']);
    await clock.advance(30_000);
    expect(sent.map(({ durationMs }) => durationMs)).toEqual([5_250, 5_250, 1_000]);
  });

  it('that is said again before it ends holds until the next frame may go, so that the dots stay', async () => {
    const { sent, declare, clock } = make();
    const frames: { readonly atMs: number; readonly untilMs: number }[] = [];
    for (let call = 0; call < 10; call += 1) {
      await declare(3_000);
      await clock.advance(2_100);
      for (const { durationMs = 0 } of sent.splice(0)) {
        const atMs = Math.max(call * 2_100, (frames.at(-1)?.atMs ?? -5_000) + 5_000);
        frames.push({ atMs, untilMs: atMs + durationMs });
      }
    }
    const gaps = frames.slice(2).map(({ atMs }, at) => atMs - (frames[at + 1]?.untilMs ?? 0));
    expect(frames.slice(0, 2)).toEqual([
      { atMs: 0, untilMs: 3_000 },
      { atMs: 5_000, untilMs: 10_250 },
    ]);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(0);
  });

  it('is cut to what is left of it once whoever declared it is overdue', async () => {
    const { sent, declare, clock } = make();
    await declare(4_000);
    await clock.advance(1_500);
    await declare(4_000);
    await clock.advance(30_000);
    expect(sent.map(({ durationMs }) => durationMs)).toEqual([4_000, 500]);
  });

  it('holds 10 s at most, whatever was declared', async () => {
    const { sent, declare, clock } = make();
    await declare(Infinity);
    await clock.advance(60_000);
    expect(sent.reduce((sum, { durationMs = 0 }) => sum + durationMs, 0)).toBeLessThanOrEqual(11_000);
  });

  it('that waits in line for the limits settles when its frame does', async () => {
    const clock = new FakeClock();
    const { sent, ended, declare } = make({ ports: { clock }, arbiter: fullFor(clock, 1_000) });
    await declare(10_000);
    await declare(10_000);
    expect(ended, 'in line').toEqual([]);
    await clock.advance(1_250);
    expect(ended).toEqual(['sent', 'sent']);
    expect(sent).toHaveLength(1);
  });

  it('ends as suppressed:budget when the limits have no room in time', async () => {
    const clock = new FakeClock();
    const { sent, ended, declare } = make({ ports: { clock }, arbiter: fullFor(clock, 60_000) });
    await declare(5_000);
    await clock.advance(2_000);
    expect(ended).toEqual(['suppressed:budget']);
    expect(sent).toEqual([]);
  });

  it('is withdrawn from the line by a stop, which has nothing to tell then', async () => {
    const clock = new FakeClock();
    const { sent, ended, declare } = make({ ports: { clock }, arbiter: fullFor(clock, 1_000) });
    await declare(10_000);
    await declare(0);
    expect(ended).toEqual(['suppressed:stale', 'coalesced']);
    await clock.advance(10_000);
    expect(sent).toEqual([]);
  });

  it('settles with what blocks the way, at no cost', async () => {
    const { ended, declare, sent } = make({
      blocked: () => ({ outcome: 'suppressed:no-conversation', reason: 'There is none.' }),
    });
    await declare(5_000);
    expect(ended).toEqual(['suppressed:no-conversation']);
    expect(sent).toEqual([]);
  });

  it('settles as refused with the error of the transport, and as suppressed:gap right after it', async () => {
    const { typing, declare, ended } = make({
      send: async () => {
        throw new Error('HTTP 500');
      },
    });
    expect(await declareTyping(typing, 5_000)).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('HTTP 500'),
    });
    await declare(5_000);
    expect(ended).toEqual(['suppressed:gap']);
  });

  it('is suppressed:budget when the channel’s own window is full', async () => {
    const { declare, ended, clock } = make({
      channel: { ...GUEST_CHANNEL, perWindow: { limit: 1, windowMs: 60_000 } },
    });
    await declare(500);
    await clock.advance(20_000);
    await declare(10_000);
    expect(ended).toEqual(['sent', 'suppressed:budget']);
  });

  it('is timeout when the transport does not say within the frame’s lifetime what became of it', async () => {
    const { answers, send } = answering();
    const { ended, declare, clock } = make({ send });
    await declare(10_000);
    await clock.advance(1_999);
    expect(ended).toEqual([]);
    await clock.advance(1);
    expect(ended).toEqual(['timeout']);
    answers[0]?.({ outcome: 'sent', reason: 'Late.' });
    await settle();
    expect(ended).toEqual(['timeout']);
  });

  it('goes on waiting when a frame of before a message is given up and the next one follows it', async () => {
    const { answers, send } = answering();
    const { typing, ended, declare } = make({ send });
    typing.keystroke();
    typing.sent();
    await declare(10_000);
    answers[0]?.({ outcome: 'aborted', reason: 'A message went.' });
    await settle();
    expect(ended).toEqual([]);
    expect(answers).toHaveLength(2);
    answers[1]?.({ outcome: 'sent', reason: 'It left.' });
    await settle();
    expect(ended).toEqual(['sent']);
  });

  it('prolongs what keys have begun, and a message ends it like any other', async () => {
    const { typing, sent, ended, declare, clock } = make({ channel: RELAY_CHANNEL });
    typing.keystroke();
    await settle();
    await declare(10_000);
    expect(ended).toEqual(['coalesced']);
    await clock.advance(5_000);
    typing.sent();
    await clock.advance(20_000);
    expect(sent.every(({ kind }) => kind === 'on')).toBe(true);
  });

  it.each([Number.NaN, -1, '5000', undefined])('of %s ms is a mistake of the caller', async (lifetimeMs) => {
    const { typing, sent } = make();
    await expect(declareTyping(typing, lifetimeMs as number)).rejects.toMatchObject({ code: 'option.invalid' });
    expect(sent).toEqual([]);
  });
});

describe('a declared stop', () => {
  it('sends an Off where the channel has one, and is coalesced when nothing is shown', async () => {
    const { sent, ended, declare, clock } = make({ channel: RELAY_CHANNEL });
    await declare(0);
    await declare(10_000);
    await declare(0);
    await declare(0);
    expect(ended).toEqual(['coalesced', 'sent', 'sent', 'coalesced']);
    expect(sent.map(({ kind }) => kind)).toEqual(['on', 'off']);
    await clock.advance(20_000);
    expect(clock.pending).toBe(0);
  });

  it('is unsupported where an indicator is shown that no Off can take back, and is not renewed', async () => {
    const { sent, ended, declare, clock } = make({ channel: AGENT_CHANNEL });
    await declare(10_000);
    await declare(0);
    expect(ended).toEqual(['sent', 'unsupported']);
    await clock.advance(20_000);
    expect(sent).toHaveLength(1);
    await declare(0);
    expect(ended.at(-1), 'it has ended by itself').toBe('coalesced');
  });

  it('waits for an On that is on its way, and then follows it', async () => {
    const { answers, send } = answering();
    const { ended, declare } = make({ channel: RELAY_CHANNEL, send });
    await declare(10_000);
    await declare(0);
    expect(ended).toEqual([]);
    answers[0]?.({ outcome: 'sent', reason: 'It left.' });
    await settle();
    expect(ended).toEqual(['sent']);
    answers[1]?.({ outcome: 'sent', reason: 'It left.' });
    await settle();
    expect(ended).toEqual(['sent', 'sent']);
  });

  it('has nothing to tell, and says so at once, when the On that was on its way did not arrive', async () => {
    const { answers, send } = answering();
    const { ended, declare } = make({ channel: RELAY_CHANNEL, send });
    await declare(10_000);
    await declare(0);
    answers[0]?.({ outcome: 'aborted', reason: 'Given up.' });
    await settle();
    expect(ended).toEqual(['aborted', 'coalesced']);
  });

  it('that is followed by a new declaration settles with its own frame', async () => {
    const { answers, send } = answering();
    const { ended, declare, clock } = make({ channel: RELAY_CHANNEL, send });
    await declare(10_000);
    answers[0]?.({ outcome: 'sent', reason: 'It left.' });
    await clock.advance(1_500);
    await declare(0);
    await declare(10_000);
    answers[1]?.({ outcome: 'sent', reason: 'It left.' });
    await settle();
    expect(ended).toEqual(['sent', 'sent']);
    answers[2]?.({ outcome: 'refused', reason: 'HTTP 500' });
    await settle();
    expect(ended).toEqual(['sent', 'sent', 'refused']);
  });
});

describe('when a typing is closed', () => {
  it('what is declared afterwards ends as suppressed:no-conversation', async () => {
    const { typing, ended, declare } = make();
    typing.close();
    await declare(5_000);
    await declare(0);
    expect(ended).toEqual(['suppressed:no-conversation', 'suppressed:no-conversation']);
  });

  it('what waits settles with its frame, without a timer', async () => {
    const { answers, send } = answering();
    const { typing, ended, declare, clock } = make({ send });
    await declare(5_000);
    typing.close();
    answers[0]?.({ outcome: 'aborted', reason: 'Closed.' });
    await settle();
    expect(ended).toEqual(['aborted']);
    expect(clock.pending).toBe(0);
  });
});

describe('whatever is declared, typed and answered', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('declare' as const), ms: fc.constantFrom(0, 0, 500, 3_000, 10_000, 60_000) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 4_000 }) }),
    fc.record({ kind: fc.constant('do' as const), what: fc.constantFrom('keystroke', 'sent', 'cleared', 'stop') }),
    fc.record({
      kind: fc.constant('answers' as const),
      how: fc.constantFrom('sent', 'refused', 'offline', 'throws', 'never', 'slowly', 'blocked'),
    }),
  );

  it('each declaration settles once, within 2 s, and what is said to be sent has left', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 30, size: 'max' }),
        fc.constantFrom(GUEST_CHANNEL, RELAY_CHANNEL),
        fc.boolean(),
        async (steps, channel, shares) => {
          const clock = new FakeClock();
          const shared = new SharedArbiter({
            budgets: [{ id: 'token', limit: 2, windowMs: 5_000, messageReserve: 0 }],
            clock,
          });
          let how = 'sent';
          const left = { on: 0, off: 0 };
          const typing = new Typing({
            channel,
            ports: { clock },
            ...(shares && { arbiter: shared.share(['token'], 'a') }),
            blocked: () => (how === 'blocked' ? { outcome: 'offline', reason: 'No way.' } : undefined),
            send: ({ kind }, { signal }) => {
              if (how === 'throws') throw new Error('HTTP 500');
              if (how === 'never') return new Promise<Settled>(() => {});
              if (how === 'refused' || how === 'offline') return { outcome: how, reason: 'No.' };
              const leave = (): Settled => {
                left[kind]++;
                return { outcome: 'sent', reason: 'It left.' };
              };
              if (how !== 'slowly') return leave();
              return new Promise<Settled>((resolve, reject) => {
                const cancel = clock.after(700, () => resolve(leave()));
                signal.addEventListener('abort', () => {
                  cancel();
                  reject(signal.reason);
                });
              });
            },
          });
          let declared = 0;
          const open = new Map<number, number>();
          for (const each of steps) {
            if (each.kind === 'pass') await clock.advance(each.ms);
            else if (each.kind === 'answers') how = each.how;
            else if (each.kind === 'do') typing[each.what as 'sent']();
            else {
              const id = declared++;
              const kind = each.ms > 0 ? 'on' : 'off';
              const before = left[kind];
              open.set(id, clock.now());
              void declareTyping(typing, each.ms).then(({ outcome, reason }) => {
                expect(open.delete(id), 'once').toBe(true);
                expect(reason).toMatch(/^[A-Z].*\.$|HTTP 500|abort/);
                if (outcome === 'sent') expect(left[kind], 'a frame has left for it').toBeGreaterThan(before);
                if (outcome === 'coalesced' && kind === 'on')
                  expect(left.on, 'an indicator is shown').toBeGreaterThan(0);
              });
            }
            await settle();
            for (const atMs of open.values()) expect(clock.now() - atMs).toBeLessThan(2_000);
          }
          await clock.advance(2_000);
          expect(open.size, 'all have settled').toBe(0);
          typing.close();
          await clock.advance(30_000);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
