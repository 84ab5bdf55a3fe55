import { SharedArbiter } from '@backchannel/client';
import { describe, expect, it } from 'vitest';
import { RequestLine } from '../src/core/request-line.ts';
import { FakeClock, settle } from './support/fake-clock.ts';

describe('the line in front of the limits', () => {
  const make = () => {
    const clock = new FakeClock();
    const budgets = [
      { id: 'wide', limit: 60, windowMs: 60_000, messageReserve: 60 },
      { id: 'one', limit: 1, windowMs: 10_000, messageReserve: 1 },
      { id: 'two', limit: 2, windowMs: 1_000, messageReserve: 2 },
    ];
    const line = new RequestLine(new SharedArbiter({ budgets, clock }), clock);
    const went: string[] = [];
    const enter = (name: string, kind: 'message' | 'other', ids: readonly string[], signal?: AbortSignal) =>
      line.enter(kind, ids, signal).then((refusal) => {
        went.push(refusal ? `${name} ${refusal.outcome}` : name);
      });
    return { clock, line, went, enter };
  };

  it('stops nobody who does not need what is full', async () => {
    const { clock, line, went, enter } = make();
    void enter('page 1', 'other', ['one']);
    void enter('page 2', 'other', ['one']);
    void enter('configure', 'other', ['wide']);
    void enter('message', 'message', ['wide', 'two']);
    await settle();
    expect(went).toEqual(['page 1', 'configure', 'message']);
    await clock.advance(11_000);
    expect(went.at(-1)).toBe('page 2');
    line.close({ outcome: 'offline', reason: 'over' });
    expect(clock.pending).toBe(0);
  });

  it('lets messages go before whatever came earlier, and messages in order', async () => {
    const { clock, went, enter } = make();
    void enter('now 1', 'other', ['two']);
    void enter('now 2', 'other', ['two']);
    void enter('text 1', 'other', ['two']);
    void enter('text 2', 'other', ['two']);
    void enter('message 1', 'message', ['wide', 'two']);
    void enter('message 2', 'message', ['two']);
    await clock.advance(10_000);
    expect(went).toEqual(['now 1', 'now 2', 'message 1', 'message 2', 'text 1', 'text 2']);
    expect(clock.pending).toBe(0);
  });

  it('gives the place of the one who gave up to the next', async () => {
    const { clock, went, enter } = make();
    const controller = new AbortController();
    void enter('first', 'other', ['one']);
    void enter('both', 'other', ['one', 'two'], controller.signal);
    void enter('behind', 'other', ['one']);
    await settle();
    expect(went).toEqual(['first']);
    controller.abort();
    await clock.advance(10_500);
    expect(went).toEqual(['first', 'both aborted', 'behind']);
    expect(clock.pending).toBe(0);
  });

  it('leaves no timer behind when the only one that waits gives up', async () => {
    const { clock, went, enter } = make();
    const controller = new AbortController();
    void enter('first', 'other', ['one']);
    void enter('second', 'other', ['one'], controller.signal);
    await settle();
    controller.abort();
    await settle();
    expect(went).toEqual(['first', 'second aborted']);
    expect(clock.pending).toBe(0);
  });

  it('refuses more than its bounds, messages and others each for themselves', async () => {
    const { line, went, enter } = make();
    void enter('first', 'other', ['one']);
    for (let index = 0; index < 4_000; index++) void enter('waits', 'other', ['one']);
    void enter('one more', 'other', ['one']);
    for (let index = 0; index < 64; index++) void enter('waits', 'message', ['one']);
    void enter('one message more', 'message', ['one']);
    await settle();
    expect(went).toEqual(['first', 'one more suppressed:budget', 'one message more suppressed:budget']);
    line.close({ outcome: 'offline', reason: 'over' });
    await settle();
    expect(went.filter((each) => each === 'waits offline')).toHaveLength(4_000 + 64);
  });
});
