import { describe, expect, it } from 'vitest';
import { MESSAGES_MAX, MessageLog } from '../src/core/message-log.ts';

describe('a message log matches what comes back', () => {
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString();
  const guest = (id: string, seconds: number, text = 'ok') => ({
    id,
    keys: [id],
    from: 'guest' as const,
    text,
    time: at(seconds),
  });
  const own = (log: MessageLog, tracingId: string, text = 'ok') => {
    log.begin({ id: tracingId, from: 'guest', text, time: at(0) });
    log.leaving(tracingId, { claimable: false });
  };
  const shown = (log: MessageLog) => log.messages.map(({ id, status }) => `${id} ${status}`);

  it('takes no text for the copy of a message whose answer may still come', () => {
    const log = new MessageLog();
    own(log, 't');
    expect(log.add(guest('m-1', 10), { claim: true })).toBe('new');
    log.unanswered('t');
    expect(log.add(guest('m-2', 20), { claim: true })).toBe('own');
    expect(shown(log)).toEqual(['m-1 sent', 'm-2 sent']);
  });

  it('takes no text for the copy of a message that left after it', () => {
    const log = new MessageLog();
    log.add(guest('newest', 20, 'why?'), { claim: true });
    own(log, 't');
    log.unanswered('t');
    expect(log.add(guest('old', 10), { claim: true })).toBe('new');
    expect(log.get('t')?.status).toBe('sending');
    expect(log.add(guest('copy', 30), { claim: true })).toBe('own');
  });

  it('believes a tracingId before a key that is known, and shows the message once', () => {
    const log = new MessageLog();
    own(log, 't');
    log.add(guest('m-1', 10), { claim: true });
    expect(log.add({ ...guest('m-1', 10), tracingId: 't' }, { claim: false })).toBe('known');
    expect(log.messages).toMatchObject([{ id: 'm-1', status: 'sent', tracingId: 't' }]);
    expect(log.add({ ...guest('m-1', 10), tracingId: 't' }, { claim: false })).toBe('known');
    expect(log.messages).toHaveLength(1);
  });

  it('gives back what it took for a copy when the true one comes', () => {
    const log = new MessageLog();
    own(log, 't');
    log.unanswered('t');
    expect(log.add(guest('elsewhere', 10), { claim: true })).toBe('own');
    expect(log.add({ ...guest('mine', 20), tracingId: 't' }, { claim: false })).toBe('own');
    expect(log.messages.map(({ id, tracingId }) => [id, tracingId])).toEqual([
      ['elsewhere', undefined],
      ['mine', 't'],
    ]);
    expect(log.get('t')?.id).toBe('mine');
    expect(log.add(guest('elsewhere', 10), { claim: true })).toBe('known');
  });

  it('keeps, when the conversation becomes another, what of its own never arrived, and knows no key of the old one', () => {
    const log = new MessageLog();
    log.add(guest('m-1', 10, 'before'), { claim: false });
    own(log, 't', 'in flight');
    log.unanswered('t');
    log.clear();
    expect(shown(log)).toEqual(['t sending']);
    // The other conversation counts its messages from the start, and nothing in it is ours without a tracingId.
    expect(log.add(guest('m-1', 5, 'in flight'), { claim: true })).toBe('new');
    expect(log.add({ ...guest('m-2', 6, 'in flight'), tracingId: 't' }, { claim: false })).toBe('own');
    expect(shown(log)).toEqual(['m-1 sent', 'm-2 sent']);
  });

  it('orders messages of one millisecond by key, whichever came first, and those without a time behind them', () => {
    const orders = [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
      ['b', 'c', 'a'],
    ].map((ids) => {
      const log = new MessageLog();
      log.add(guest('first', 10), { claim: false });
      own(log, 'mine');
      for (const id of ids) log.add(guest(id, 10), { claim: false });
      return log.messages.map(({ id }) => id);
    });
    for (const order of orders) expect(order).toEqual(['a', 'b', 'c', 'first', 'mine']);
  });

  it('knows later what was known at a moment, and not what came since', () => {
    const log = new MessageLog();
    log.add(guest('a', 1), { claim: false });
    const isKnown = log.knowing();
    log.add(guest('b', 2), { claim: false });
    expect(['a', 'b'].map(isKnown)).toEqual([true, false]);
  });

  it('forgets every name of a message that its bound drops', () => {
    const log = new MessageLog();
    own(log, 't');
    log.add({ ...guest('m', 0), tracingId: 't' }, { claim: false });
    for (let index = 1; index <= MESSAGES_MAX; index++) log.add(guest(`m-${index}`, index), { claim: false });
    expect([log.get('m'), log.get('t')]).toEqual([undefined, undefined]);
  });
});
