import { BackchannelError, systemPorts } from '@backchannel/client';
import { describe, expect, it, vi } from 'vitest';
import { MessageReader, REFERENCES_MAX } from '../src/agent/message-reader.ts';
import type { PlatformApi } from '../src/agent/platform-api.ts';
import { withDeadline } from '../src/core/deadline.ts';
import { MESSAGES_MAX, MessageLog } from '../src/core/message-log.ts';
import { FakeClock, settle } from './support/fake-clock.ts';

describe('a deadline', () => {
  it('tells the end from the timeout and from the caller’s wish, and lets the work know', async () => {
    const clock = new FakeClock();
    const aborted: boolean[] = [];
    const never = (signal: AbortSignal) =>
      new Promise<never>(() => signal.addEventListener('abort', () => aborted.push(true)));
    expect(await withDeadline({ clock, timeoutMs: 10 }, async () => 7)).toEqual({ kind: 'done', value: 7 });
    const late = withDeadline({ clock, timeoutMs: 10 }, never);
    await clock.advance(10);
    expect(await late).toEqual({ kind: 'timeout' });
    const controller = new AbortController();
    const stopped = withDeadline({ clock, timeoutMs: 10, signal: controller.signal }, never);
    controller.abort();
    expect(await stopped).toEqual({ kind: 'aborted' });
    expect(await withDeadline({ clock, timeoutMs: 10, signal: AbortSignal.abort() }, never)).toEqual({
      kind: 'aborted',
    });
    await expect(withDeadline({ clock, timeoutMs: 10 }, () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    );
    expect(aborted).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });

  it('without a limit of time is the caller’s alone: the work gets the caller’s signal, and no timer is made', async () => {
    const clock = new FakeClock();
    const after = vi.spyOn(clock, 'after');
    const { signal, ...controller } = withListeners();
    const got: AbortSignal[] = [];
    const run = (signal: AbortSignal | undefined, work: () => Promise<number>) =>
      withDeadline({ clock, timeoutMs: Infinity, signal }, (theirs) => {
        got.push(theirs);
        return work();
      });
    expect(await run(signal, async () => 7)).toEqual({ kind: 'done', value: 7 });
    await expect(run(signal, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    const never = run(signal, () => new Promise<never>(() => {}));
    controller.abort();
    expect(await never).toEqual({ kind: 'aborted' });
    expect(got.map((theirs) => theirs === signal)).toEqual([true, true, true]);
    expect(controller.listeners()).toBe(0);
    expect(await run(signal, async () => 7)).toEqual({ kind: 'aborted' });
    expect(got).toHaveLength(3);
    expect(after).not.toHaveBeenCalled();
  });
});

/** A signal, and how many listen to it. */
function withListeners() {
  const controller = new AbortController();
  const { signal } = controller;
  let listening = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  vi.spyOn(signal, 'addEventListener').mockImplementation((...args: Parameters<typeof add>) => {
    listening += 1;
    add(...args);
  });
  vi.spyOn(signal, 'removeEventListener').mockImplementation((...args: Parameters<typeof remove>) => {
    listening -= 1;
    remove(...args);
  });
  return { signal, abort: () => controller.abort(), listeners: () => listening };
}

describe('a message log', () => {
  const known = (id: string, seconds: number, text = id) => ({
    id,
    keys: [id],
    from: 'agent' as const,
    text,
    time: new Date(seconds * 1_000).toISOString(),
  });
  const texts = (log: MessageLog) => log.messages.map(({ text }) => text);

  it('keeps the same list until something changed', () => {
    const log = new MessageLog();
    log.add(known('a', 1), { claim: false });
    expect(log.messages).toBe(log.messages);
    const before = log.messages;
    log.add(known('a', 1), { claim: false });
    expect(log.messages).toBe(before);
  });

  it('keeps the newest messages within its bound, and does not take back what it dropped', () => {
    const log = new MessageLog();
    for (let index = 0; index < MESSAGES_MAX + 10; index++) log.add(known(`m-${index}`, index), { claim: false });
    expect(log.messages).toHaveLength(MESSAGES_MAX);
    expect(texts(log)[0]).toBe('m-10');
    log.add(known('m-3', 3), { claim: false });
    expect(log.messages).toHaveLength(MESSAGES_MAX);
    expect(texts(log)[0]).toBe('m-10');
  });

  it('puts a message of its own behind what is known, and where it belongs once it has a time', () => {
    const log = new MessageLog();
    log.add(known('a', 10), { claim: false });
    log.begin({ id: 't', from: 'guest', text: 'mine', time: new Date(0).toISOString() });
    log.leaving('t');
    log.add(known('b', 20), { claim: false });
    expect(texts(log)).toEqual(['a', 'mine', 'b']);
    log.add({ ...known('m', 30, 'mine'), from: 'guest', tracingId: 't' }, { claim: false });
    expect(texts(log)).toEqual(['a', 'b', 'mine']);
  });

  it('knows a message under each of its keys', () => {
    const log = new MessageLog();
    expect(log.add({ ...known('key', 1), keys: ['key', 'id'] }, { claim: false })).toBe('new');
    expect(log.add(known('id', 1), { claim: false })).toBe('known');
  });

  it('does not take a message that was refused for one that came back', () => {
    const log = new MessageLog();
    log.begin({ id: 't', from: 'agent', text: 'ok', time: '' });
    log.leaving('t');
    log.fail('t', 'refused', { final: true });
    expect(log.add(known('m', 1, 'ok'), { claim: true })).toBe('new');
    expect(log.messages.map(({ status }) => status).toSorted()).toEqual(['failed', 'sent']);
  });

  it('orders a message without a readable time behind the newest', () => {
    const log = new MessageLog();
    log.add(known('a', 10), { claim: false });
    log.add({ ...known('b', 0), time: 'yesterday' }, { claim: false });
    expect(texts(log)).toEqual(['a', 'b']);
  });
});

describe('a reader of messages', () => {
  it('remembers a bounded number of references, and forgets the oldest', async () => {
    const asked: string[] = [];
    const api = {
      request: ({ path }: { path: string }) =>
        Promise.resolve(asked.push(path) && { outcome: 'sent', reason: '', value: {} }),
    };
    const reader = new MessageReader({
      conversationId: 'c',
      api: api as unknown as PlatformApi,
      clock: new FakeClock(),
      life: () => new AbortController().signal,
      read: () => undefined,
      notice: () => undefined,
    });
    reader.skip(Array.from({ length: REFERENCES_MAX + 1 }, (_, index) => `m-${index}`));
    expect(reader.refer(['m-0', 'm-1', `m-${REFERENCES_MAX}`])).toEqual(['m-0']);
    await settle();
    expect(asked).toHaveLength(1);
  });
});

describe('an error', () => {
  it('carries its code, is itself when wrapped again, and keeps its cause', () => {
    const cause = new TypeError('deep');
    const error = BackchannelError.from(cause, 'here');
    expect(error).toMatchObject({ code: 'here', message: 'here: deep', name: 'BackchannelError', cause });
    expect(BackchannelError.from(error)).toBe(error);
    expect(BackchannelError.from('text').message).toContain('text');
  });
});

describe('the system’s ports', () => {
  it('make UUIDs of version 4, and no two alike', () => {
    const { ids } = systemPorts();
    const made = Array.from({ length: 100 }, () => ids.uuid());
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(100);
  });

  it('say what to do where the runtime has no WebSocket', () => {
    vi.stubGlobal('WebSocket', undefined);
    expect(() => systemPorts().openSocket('ws://test.invalid')).toThrow(
      expect.objectContaining({ code: 'environment.no-websocket', message: expect.stringContaining('openSocket') }),
    );
    vi.unstubAllGlobals();
  });

  it('tell the time of day and give chances in [0, 1)', () => {
    const { wallTime, random } = systemPorts();
    expect(Number.isNaN(Date.parse(wallTime()))).toBe(false);
    expect(random.next()).toBeLessThan(1);
  });
});
