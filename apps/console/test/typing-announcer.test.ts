import { beforeEach, describe, expect, test } from 'vitest';
import { ANNOUNCE_AFTER_MS, SAME_SESSION_WITHIN_MS, TypingAnnouncer } from '../src/shared/typing-announcer.ts';
import { FakeClock } from './support/fake-clock.ts';

let clock: FakeClock;
let announcer: TypingAnnouncer;
let read: string[];

beforeEach(() => {
  clock = new FakeClock();
  announcer = new TypingAnnouncer(clock);
  read = [];
  announcer.subscribe(() => read.push(announcer.snapshot()));
});

describe('a typing session is announced', () => {
  test('after a lead, not at the first dots', () => {
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS - 1);
    expect(read).toEqual([]);
    clock.advance(1);
    expect(read).toEqual(['Ana is typing']);
  });

  test('not at all when the dots go before the lead is over', () => {
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS - 1);
    announcer.update(undefined, undefined);
    clock.advance(SAME_SESSION_WITHIN_MS * 2);
    expect(read).toEqual([]);
  });

  test('once, although the dots pause and come back', () => {
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS);
    for (let pause = 0; pause < 3; pause++) {
      announcer.update(undefined, undefined);
      clock.advance(SAME_SESSION_WITHIN_MS - 1);
      announcer.update('Ana', undefined);
      clock.advance(ANNOUNCE_AFTER_MS * 2);
    }
    expect(read).toEqual(['Ana is typing', '']);
  });

  test('and nothing says that it stopped', () => {
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS);
    announcer.update(undefined, undefined);
    clock.advance(SAME_SESSION_WITHIN_MS);
    expect(read.filter((text) => text !== '')).toEqual(['Ana is typing']);
    expect(announcer.snapshot()).toBe('');
  });
});

describe('a new typing session is announced again', () => {
  test('after the message that ended the one before', () => {
    announcer.update('Ana', 'message-1');
    clock.advance(ANNOUNCE_AFTER_MS);
    announcer.update(undefined, 'message-2');
    announcer.update('Ana', 'message-2');
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(read).toEqual(['Ana is typing', '', 'Ana is typing']);
  });

  test('after the dots stayed away for long', () => {
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS);
    announcer.update(undefined, undefined);
    clock.advance(SAME_SESSION_WITHIN_MS);
    announcer.update('Ana', undefined);
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(read).toEqual(['Ana is typing', '', 'Ana is typing']);
  });

  test('with a lead of its own when the dots outlive the message', () => {
    announcer.update('Ana', 'message-1');
    clock.advance(ANNOUNCE_AFTER_MS);
    announcer.update('Ana', 'message-2');
    expect(announcer.snapshot()).toBe('');
    clock.advance(ANNOUNCE_AFTER_MS);
    expect(read).toEqual(['Ana is typing', '', 'Ana is typing']);
  });
});
