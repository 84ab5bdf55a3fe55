import { getEventListeners } from 'node:events';
import { ATTEMPTS_MAX, HANDOVER_MS, TYPING_GAP_MS } from '@backchannel/client/broadcaster';
import { describe, expect, it } from 'vitest';
import { broadcasting } from './support/broadcasting.ts';
import { settle } from './support/fake-clock.ts';
import type { FakeAnswer } from './support/fake-ports.ts';
import { GUEST, OTHER_SESSION, SESSION } from './support/field-relay.ts';
import { checkLeaks } from './support/leaks.ts';

const tooMany = (seconds?: number): FakeAnswer => ({
  status: 429,
  body: { code: 'rate.limited', message: 'Too fast.' },
  ...(seconds !== undefined && { headers: { 'retry-after': String(seconds) } }),
});

const make = () => {
  const world = broadcasting();
  const say = (type: 'typing' | 'paused' | 'typing_stopped', durationMs?: number, queueForMs?: number) =>
    world.broadcaster.broadcastTyping(SESSION, GUEST, type, durationMs, { queueForMs });
  const types = () => world.relay.posted.map(({ type }) => type);
  return { ...world, say, types };
};

describe('the rate limit of a session', () => {
  const track = checkLeaks();

  it('lets one typing through in 2 s, and says when the next may go', async () => {
    const { say, relay, clock } = track(make());
    await say('typing');
    await clock.advance(500);
    expect(await say('typing')).toMatchObject({ success: false, outcome: 'suppressed:gap', retryAfterMs: 1_500 });
    await clock.advance(1_499);
    expect(await say('typing')).toMatchObject({ outcome: 'suppressed:gap', retryAfterMs: 1 });
    await clock.advance(1);
    expect(await say('typing')).toMatchObject({ success: true });
    expect(relay.posted.map(({ status }) => status)).toEqual([202, 202]);
  });

  it('never refuses an end of typing', async () => {
    const { say, types } = track(make());
    for (const type of ['typing', 'paused', 'typing_stopped', 'paused'] as const) {
      expect(await say(type)).toMatchObject({ success: true });
    }
    expect(types()).toEqual(['typing', 'paused', 'typing_stopped', 'paused']);
  });

  it('is each session’s own', async () => {
    const { say, broadcaster } = track(make());
    const both = await Promise.all([say('typing'), broadcaster.broadcastTyping(OTHER_SESSION, 'guest-2', 'typing')]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
  });

  it('counts from when the request leaves, however long the token took', async () => {
    const { broadcaster, relay, clock, lag } = track(make());
    lag.thereMs = (url) => (url.endsWith('/oauth/token') ? 1_500 : 0);
    // The token holds for a second, the activity for five: the second typing asks for a token alone, just before it leaves.
    relay.tokenLifeSeconds = 61;
    await Promise.all([broadcaster.broadcastTyping(SESSION, GUEST, 'typing'), clock.advance(1_500)]);
    await clock.advance(2_500);
    const second = broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await clock.advance(1_500);
    expect(await second).toMatchObject({ success: true, latencyMs: 1_500 });
    await clock.advance(TYPING_GAP_MS - 1);
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ outcome: 'suppressed:gap' });
    expect(relay.posted.map(({ status }) => status)).toEqual([202, 202]);
  });
});

describe('a typing that may wait', () => {
  const track = checkLeaks();

  it('goes when the limit allows it, for the time that is left', async () => {
    const { say, relay, clock } = track(make());
    await say('typing');
    await clock.advance(500);
    const waiting = say('typing', 5_000, 2_000);
    await clock.advance(1_500);
    expect(await waiting).toMatchObject({ success: true, outcome: 'sent', latencyMs: 1_500 });
    expect(relay.posted[1]).toMatchObject({ type: 'typing', duration: 3_500, status: 202 });
  });

  it('gives way to a later one that waits', async () => {
    const { say, relay, clock } = track(make());
    await say('typing');
    const first = say('typing', 5_000, 3_000);
    const second = say('typing', 9_000, 3_000);
    expect(await first).toMatchObject({ success: false, outcome: 'coalesced', attempts: 0 });
    await clock.advance(2_000);
    expect(await second).toMatchObject({ success: true });
    expect(relay.posted.map(({ duration }) => duration)).toEqual([3_000, 7_000]);
  });

  it('is stale at once when its turn comes after its deadline, or after it is true', async () => {
    const { say, types } = track(make());
    await say('typing');
    expect(await say('typing', 5_000, 1_999)).toMatchObject({ outcome: 'suppressed:stale', retryAfterMs: 2_000 });
    expect(await say('typing', 2_050, 5_000)).toMatchObject({ outcome: 'suppressed:stale', retryAfterMs: 2_000 });
    expect(types()).toEqual(['typing']);
  });

  it('is stale when somebody stops meanwhile, and the stop goes at once', async () => {
    const { say, types, clock } = track(make());
    await say('typing');
    const waiting = say('typing', 5_000, 5_000);
    expect(await say('typing_stopped')).toMatchObject({ success: true });
    expect(await waiting).toMatchObject({ success: false, outcome: 'suppressed:stale' });
    await clock.advance(10_000);
    expect(types()).toEqual(['typing', 'typing_stopped']);
  });

  it('never pushes a stop aside before it goes itself', async () => {
    const { say, types, relay, clock } = track(make());
    await say('typing');
    relay.next.push(undefined);
    const hung = say('typing_stopped');
    await settle();
    const stop = say('paused');
    const typing = say('typing', 10_000, 10_000);
    await clock.advance(1_000);
    expect(await hung).toMatchObject({ outcome: 'timeout', latencyMs: HANDOVER_MS });
    expect(await stop).toMatchObject({ success: true });
    await clock.advance(1_000);
    expect(await typing).toMatchObject({ success: true });
    expect(types()).toEqual(['typing', 'typing_stopped', 'paused', 'typing']);
  });
});

describe('one session', () => {
  const track = checkLeaks();

  it('sends one thing after another: a stop waits a second for the typing that is on its way', async () => {
    const { say, types, relay, clock } = track(make());
    relay.next.push(undefined);
    const typing = say('typing', 5_000);
    await settle();
    const stop = say('typing_stopped');
    await clock.advance(HANDOVER_MS - 1);
    expect(types()).toEqual(['typing']);
    await clock.advance(1);
    expect(await typing).toMatchObject({ outcome: 'timeout' });
    expect(await stop).toMatchObject({ success: true, latencyMs: 1_000 });
    expect(types()).toEqual(['typing', 'typing_stopped']);
  });

  it('sends no typing that was stopped before it left', async () => {
    const { say, types, relay } = track(make());
    relay.nextActivity.push(undefined);
    const typing = say('typing');
    await settle();
    expect(await say('typing_stopped')).toMatchObject({ success: true });
    expect(await typing).toMatchObject({ success: false, outcome: 'suppressed:stale', attempts: 0 });
    expect(types()).toEqual(['typing_stopped']);
  });

  it('does not let a second typing push aside one that is about to leave', async () => {
    const { say, relay, clock } = track(make());
    relay.nextActivity.push(undefined);
    const first = say('typing', 1_000);
    await settle();
    expect(await say('typing')).toMatchObject({ outcome: 'suppressed:gap' });
    await clock.advance(1_000);
    expect(await first).toMatchObject({ outcome: 'suppressed:stale' });
    expect(relay.posted).toEqual([]);
  });

  it('sends of two stops that wait only the newer', async () => {
    const { say, types, relay, clock } = track(make());
    relay.next.push(undefined);
    const typing = say('typing', 1_000);
    await settle();
    const stops = [say('paused'), say('typing_stopped')];
    await clock.advance(1_000);
    await typing;
    expect((await Promise.all(stops)).map(({ outcome }) => outcome)).toEqual(['coalesced', 'sent']);
    expect(types()).toEqual(['typing', 'typing_stopped']);
  });
});

describe('a broadcast that is refused with 429', () => {
  const track = checkLeaks();

  it('is tried again after Retry-After, not earlier, with what is left of its time', async () => {
    const { say, relay, clock } = track(make());
    relay.next.push(tooMany(2));
    const typing = say('typing', 8_000);
    await clock.advance(1_999);
    expect(relay.posted).toHaveLength(1);
    await clock.advance(501);
    expect(await typing).toMatchObject({ success: true, attempts: 2, latencyMs: 2_250 });
    expect(relay.posted[1]).toMatchObject({ duration: 5_800 });
  });

  it('is tried again with a growing wait when there is no Retry-After, three times in all', async () => {
    const { say, relay, clock } = track(make());
    relay.next.push(tooMany(), tooMany(), tooMany(), tooMany());
    const typing = say('typing', 10_000);
    await clock.advance(10_000);
    expect(await typing).toMatchObject({
      success: false,
      outcome: 'refused',
      attempts: ATTEMPTS_MAX,
      error: { code: 'platform.rate.limited', platform: { status: 429 } },
      reason: expect.stringContaining('tried 3 times'),
    });
    const [first = 0, second = 0, third = 0] = relay.posted.map(({ atMs }) => atMs);
    expect([second - first, third - second]).toEqual([562.5, 1_125]);
    expect(relay.posted).toHaveLength(3);
  });

  it('is not waited for when it would not be true by then, and says so at once', async () => {
    const { say, relay } = track(make());
    relay.next.push(tooMany(4));
    expect(await say('typing', 3_000)).toMatchObject({
      success: false,
      outcome: 'suppressed:stale',
      attempts: 1,
      latencyMs: 0,
      retryAfterMs: 4_000,
      reason: expect.stringMatching(/refused with 429.*not true any more/),
    });
  });

  it('keeps the session quiet meanwhile, but not an end of typing', async () => {
    const { say, types, relay, clock } = track(make());
    relay.next.push(tooMany(30));
    await say('typing');
    await clock.advance(5_000);
    expect(await say('typing')).toMatchObject({ outcome: 'suppressed:quiet', retryAfterMs: 25_000 });
    expect(await say('typing_stopped')).toMatchObject({ success: true });
    await clock.advance(25_000);
    expect(await say('typing')).toMatchObject({ success: true });
    expect(types()).toEqual(['typing', 'typing_stopped', 'typing']);
  });

  it('is not tried again once somebody has stopped', async () => {
    const { say, types, relay, clock } = track(make());
    relay.next.push(tooMany(2));
    const typing = say('typing', 10_000);
    await clock.advance(1_000);
    expect(await say('typing_stopped')).toMatchObject({ success: true });
    expect(await typing).toMatchObject({ success: false, outcome: 'suppressed:stale', attempts: 1 });
    await clock.advance(10_000);
    expect(types()).toEqual(['typing', 'typing_stopped']);
  });

  it('believes no Retry-After of years', async () => {
    const { say, relay, clock } = track(make());
    relay.next.push(tooMany(1e12));
    expect(await say('typing')).toMatchObject({ outcome: 'suppressed:stale', retryAfterMs: 300_000 });
    await clock.advance(300_000);
    expect(await say('typing')).toMatchObject({ success: true });
  });

  it('counts a refused activity check as a try', async () => {
    const { say, relay, clock } = track(make());
    relay.nextActivity.push(tooMany(), tooMany(), tooMany());
    const typing = say('typing', 10_000);
    await clock.advance(10_000);
    expect(await typing).toMatchObject({ outcome: 'refused', attempts: 0 });
    expect(relay.paths('GET')).toHaveLength(3);
  });
});

describe('an end that somebody wants', () => {
  const track = checkLeaks();

  it.each([
    ['the activity check', 'nextActivity'],
    ['the request', 'next'],
  ] as const)('comes at once during %s', async (_, where) => {
    const { broadcaster, relay } = track(make());
    relay[where].push(undefined);
    const patience = new AbortController();
    const typing = broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 3_000, { signal: patience.signal });
    await settle();
    patience.abort();
    expect(await typing).toMatchObject({ success: false, outcome: 'aborted' });
  });

  it('comes at once in the queue and between two tries, and frees the turn', async () => {
    const { broadcaster, say, relay, clock } = track(make());
    await say('typing');
    const patience = new AbortController();
    const options = { signal: patience.signal, queueForMs: 5_000 };
    const queued = broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 10_000, options);
    const other = broadcaster.broadcastTyping(OTHER_SESSION, 'guest-2', 'typing', 10_000, options);
    relay.next.push(tooMany(5));
    await settle();
    patience.abort();
    expect([(await queued).outcome, (await other).outcome]).toEqual(['aborted', 'aborted']);
    await clock.advance(2_000);
    expect(await say('typing')).toMatchObject({ success: true });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused', 100, options)).toMatchObject({
      outcome: 'aborted',
      attempts: 0,
    });
  });

  it('leaves no listener on a signal that many broadcasts share', async () => {
    const { broadcaster, relay } = track(make());
    const { signal } = new AbortController();
    relay.next.push({ status: 400 });
    for (const type of ['typing', 'typing', 'paused'] as const) {
      await broadcaster.broadcastTyping(SESSION, GUEST, type, 3_000, { signal });
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('comes to everything with deactivate, and nothing runs on', async () => {
    const { broadcaster, say, relay, clock } = track(make());
    relay.next.push(undefined);
    const typing = say('typing');
    await settle();
    const pending = [typing, say('paused'), say('typing', 10_000, 10_000)];
    await broadcaster.deactivate();
    expect((await Promise.all(pending)).map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(clock.pending).toBe(0);
    const before = relay.requests.length;
    expect(await say('typing_stopped')).toMatchObject({ success: false, outcome: 'aborted' });
    expect(relay.requests).toHaveLength(before);
    expect(broadcaster.getMetrics().stats).toMatchObject({ pending: 0, total: 4, byOutcome: { aborted: 4 } });
    await broadcaster.deactivate();
  });

  it('comes with deactivate to a token that is being asked for', async () => {
    const { ports, broadcaster, say, clock } = track(make());
    ports.server = () => undefined;
    const typing = say('typing');
    await settle();
    await broadcaster.deactivate();
    expect(await typing).toMatchObject({ outcome: 'aborted' });
    await settle();
    expect(clock.pending).toBe(0);
  });
});
