import { SharedArbiter } from '@backchannel/client';
import {
  GUEST_CHANNEL,
  keystrokeKindOf,
  RELAY_CHANNEL,
  type Settled,
  Typing,
  type TypingOptions,
  type TypingSignal,
} from '@backchannel/client/typing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeClock, settle } from './support/fake-clock.ts';

describe('typing over a transport of one’s own', () => {
  const make = (options: Partial<TypingOptions> = {}) => {
    const clock = new FakeClock();
    const sent: TypingSignal[] = [];
    const settled: [string, Settled['outcome']][] = [];
    const typing = new Typing({
      channel: GUEST_CHANNEL,
      ports: { clock },
      send: async (signal) => {
        sent.push(signal);
      },
      onSettled: ({ kind }, { outcome }) => settled.push([kind, outcome]),
      ...options,
    });
    return { clock, sent, settled, typing };
  };

  it('sends at the first key, and again after the gap while the next key is likely, never for ever', async () => {
    const { clock, sent, settled, typing } = make();
    typing.keystroke();
    await clock.advance(4_900);
    typing.keystroke();
    expect(sent).toEqual([{ kind: 'on', durationMs: 5_250 }]);
    await clock.advance(100);
    expect(sent).toHaveLength(2);
    await clock.advance(60_000);
    expect(sent).toHaveLength(2);
    expect(settled).toEqual([
      ['on', 'sent'],
      ['on', 'sent'],
    ]);
    expect(clock.pending).toBe(0);
  });

  it.each(['cleared', 'blurred', 'hidden', 'stop', 'close'] as const)(
    'sends Off at %s where the channel has it, and nothing after the message',
    async (fact) => {
      const { clock, sent, typing } = make({ channel: RELAY_CHANNEL });
      typing.keystroke();
      await settle();
      typing[fact]();
      await settle();
      expect(sent.map(({ kind }) => kind)).toEqual(['on', 'off']);
      await clock.advance(30_000);
      if (fact === 'close') return;
      typing.keystroke();
      await settle();
      typing.sent();
      await clock.advance(30_000);
      expect(sent.map(({ kind }) => kind)).toEqual(['on', 'off', 'on']);
    },
  );

  it('sends Off after 4 s without a key where the channel has it', async () => {
    const { clock, sent, typing } = make({ channel: RELAY_CHANNEL });
    typing.keystroke();
    await clock.advance(3_999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toHaveLength(2);
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
  });

  it('ignores facts after it was closed', async () => {
    const { sent, typing, clock } = make();
    typing.close();
    typing.keystroke();
    expect(sent).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('settles as refused what throws, and tries again at a key after the gap', async () => {
    const onSettled = vi.fn();
    const { clock, typing } = make({
      send: async () => {
        throw new Error('HTTP 500');
      },
      onSettled,
    });
    typing.keystroke();
    await settle();
    expect(onSettled).toHaveBeenCalledWith(
      { kind: 'on', durationMs: 5_250 },
      expect.objectContaining({ outcome: 'refused', reason: expect.stringContaining('HTTP 500') }),
    );
    typing.keystroke();
    await clock.advance(5_100);
    typing.keystroke();
    await settle();
    expect(onSettled).toHaveBeenCalledTimes(2);
  });

  it('aborts a frame whose moment has passed, and explains', async () => {
    let aborted = false;
    const { clock, typing } = make({
      send: (_, { signal }) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    });
    typing.keystroke();
    await clock.advance(2_000);
    expect(aborted).toBe(true);
    expect(typing.explain().map(({ why }) => why)).toContain('suppressed:stale');
    expect(clock.pending).toBe(0);
  });

  it.each(['sent', 'cleared'] as const)('aborts the frame that is on its way when composing ends: %s', async (fact) => {
    const signals: AbortSignal[] = [];
    const { clock, settled, typing } = make({
      send: (_, { signal }) =>
        new Promise<void>((_, reject) => {
          signals.push(signal);
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    typing.keystroke();
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    typing[fact]();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await settle();
    expect(settled).toEqual([['on', 'aborted']]);
    expect(clock.pending).toBe(0);
  });

  it('does not ask the transport when it is blocked', async () => {
    const { sent, settled, typing } = make({
      blocked: () => ({ outcome: 'suppressed:privacy', reason: 'The person does not want it.' }),
    });
    typing.keystroke();
    expect(sent).toEqual([]);
    expect(settled).toEqual([['on', 'suppressed:privacy']]);
  });

  describe('with an arbiter that is shared', () => {
    const shared = (limit: number, messageReserve: number) => {
      const clock = new FakeClock();
      const budgets = [{ id: 'line', limit, windowMs: 1_000, messageReserve }];
      const arbiter = new SharedArbiter({ budgets, clock });
      const sent: string[] = [];
      const typing = (name: string) =>
        new Typing({
          channel: GUEST_CHANNEL,
          ports: { clock },
          arbiter: arbiter.share(['line'], name),
          send: () => {
            sent.push(name);
            return undefined;
          },
        });
      return { clock, sent, typing };
    };

    it('sends what fits and the rest when there is room, while it is still true', async () => {
      const { clock, sent, typing } = shared(2, 1);
      const [a, b, c] = ['a', 'b', 'c'].map(typing);
      a?.keystroke();
      b?.keystroke();
      c?.keystroke();
      expect(sent).toEqual(['a']);
      await clock.advance(1_300);
      expect(sent).toHaveLength(2);
      await clock.advance(10_000);
      expect(sent).toHaveLength(2);
      expect(clock.pending).toBe(0);
    });

    it('takes back what waits when composing ends', async () => {
      const { clock, sent, typing } = shared(2, 1);
      typing('a').keystroke();
      const b = typing('b');
      b.keystroke();
      b.cleared();
      await clock.advance(10_000);
      expect(sent).toEqual(['a']);
      expect(b.explain().map(({ why }) => why)).toContain('suppressed:stale');
      expect(clock.pending).toBe(0);
    });
  });

  describe('with the clock of the system', () => {
    afterEach(() => vi.useRealTimers());

    it('honours timers that were faked after it was made', () => {
      const sent: string[] = [];
      const typing = new Typing({
        channel: RELAY_CHANNEL,
        send: ({ kind }) => {
          sent.push(kind);
          return { outcome: 'sent', reason: 'ok' };
        },
      });
      vi.useFakeTimers();
      typing.keystroke();
      return vi.advanceTimersByTimeAsync(4_000).then(() => expect(sent).toEqual(['on', 'off']));
    });
  });

  it('reads the kind of a key off an input event', () => {
    expect(keystrokeKindOf('insertText', ' ')).toBe('space');
    expect(keystrokeKindOf('formatBold', null)).toBeUndefined();
  });
});
