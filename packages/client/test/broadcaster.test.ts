import { BackchannelError } from '@backchannel/client';
import {
  ACTIVE_CACHE_MS,
  BATCH_MAX,
  broadcasterConfigFrom,
  INACTIVE_CACHE_MS,
  INDICATORS,
  SESSIONS_MAX,
  TypingBroadcaster,
} from '@backchannel/client/broadcaster';
import { describe, expect, it } from 'vitest';
import { broadcasting } from './support/broadcasting.ts';
import { settle } from './support/fake-clock.ts';
import { FakePorts } from './support/fake-ports.ts';
import { CLIENT, GUEST, OTHER_SESSION, SESSION } from './support/field-relay.ts';
import { checkLeaks } from './support/leaks.ts';

describe('a broadcast', () => {
  const track = checkLeaks();

  it('asks for a token, checks the session and posts the indicator, as the field document does', async () => {
    const { relay, broadcaster } = track(broadcasting());
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 5_000)).toEqual({
      success: true,
      outcome: 'sent',
      reason: 'It left for the platform.',
      latencyMs: 0,
      auditId: 'id-1',
      attempts: 1,
    });
    expect(relay.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /oauth/token',
      `GET /api/v2/messaging/sessions/${SESSION}`,
      `POST /api/v2/messaging/guests/${GUEST}/typing`,
    ]);
    expect(JSON.parse(relay.requests[2]?.body ?? '')).toEqual({
      sessionId: SESSION,
      guestId: GUEST,
      type: 'typing',
      duration: 5_000,
    });
  });

  it.each(INDICATORS)('carries the indicator %s, for 3 s unless it says otherwise', async (type) => {
    const { relay, broadcaster } = track(broadcasting());
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, type)).toMatchObject({ success: true });
    expect(relay.posted).toEqual([
      expect.objectContaining({ type, status: 202, ...(type === 'typing' && { duration: 3_000 }) }),
    ]);
  });

  it('says a round duration although some milliseconds went by, and less when a step of 100 ms has', async () => {
    const { relay, broadcaster, clock, lag } = track(broadcasting());
    lag.thereMs = (url) => (url.endsWith('/oauth/token') ? 60 : 0);
    const first = broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await clock.advance(60);
    expect(await first).toMatchObject({ success: true, latencyMs: 60 });
    lag.thereMs = (url) => (url.includes('/sessions/') ? 100 : 0);
    const second = broadcaster.broadcastTyping(OTHER_SESSION, 'guest-2', 'typing');
    await clock.advance(100);
    expect(await second).toMatchObject({ success: true, latencyMs: 100 });
    expect(relay.posted.map(({ duration }) => duration)).toEqual([3_000, 2_900]);
  });

  it('renews the token 60 s before its end, and only then', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await clock.advance(239_999);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(relay.paths('POST').filter((path) => path === '/oauth/token')).toHaveLength(1);
    await clock.advance(2_001);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(relay.paths('POST').filter((path) => path === '/oauth/token')).toHaveLength(2);
  });

  it('takes another token when the relay does not know the one it has', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing_stopped');
    relay.revoke();
    const again = broadcaster.broadcastTyping(SESSION, GUEST, 'typing_stopped');
    await clock.advance(1_000);
    expect(await again).toMatchObject({ success: true, attempts: 2 });
  });

  it('checks a session once in a while, and a stop never', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing_stopped');
    expect(relay.paths('GET')).toHaveLength(0);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await clock.advance(ACTIVE_CACHE_MS - 1);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(relay.paths('GET')).toHaveLength(1);
    await clock.advance(ACTIVE_CACHE_MS);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(relay.paths('GET')).toHaveLength(2);
  });

  it.each(['ACTIVE', 'CONNECTED', 'Routed'])('goes to a session that is %s', async (status) => {
    const { relay, broadcaster } = track(broadcasting());
    relay.sessions.set(SESSION, { guestId: GUEST, status });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true });
  });

  it.each([
    ['is over', { guestId: GUEST, status: 'DISCONNECTED' }],
    ['nobody knows', undefined],
  ])('is not sent to a session that %s, until that changes', async (_, session) => {
    const { relay, broadcaster, clock } = track(broadcasting());
    if (session) relay.sessions.set(SESSION, session);
    else relay.sessions.delete(SESSION);
    for (let count = 0; count < 5; count += 1) {
      expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({
        success: false,
        outcome: 'suppressed:no-conversation',
        attempts: 0,
      });
    }
    expect(relay.paths('GET')).toHaveLength(1);
    expect(relay.posted).toEqual([]);
    relay.sessions.set(SESSION, { guestId: GUEST, status: 'ACTIVE' });
    await clock.advance(INACTIVE_CACHE_MS);
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true });
  });

  it('is a failure when the relay answers 2xx and says that it went nowhere', async () => {
    const { relay, broadcaster } = track(broadcasting());
    relay.next.push({ status: 202, body: { outcome: 'suppressed:budget', reason: 'The limits had no room for it.' } });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({
      success: false,
      outcome: 'suppressed:budget',
      reason: 'The limits had no room for it.',
    });
    relay.next.push({ status: 202, body: { outcome: 'coalesced', reason: 'Genesys has no Off.' } });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused')).toMatchObject({
      success: true,
      outcome: 'coalesced',
    });
    relay.next.push({ status: 200, body: { id: 'x', outcome: 'a word of the future' } });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused')).toMatchObject({ outcome: 'sent' });
  });

  it('says what the relay said when it refuses, once', async () => {
    const { relay, broadcaster } = track(broadcasting());
    expect(await broadcaster.broadcastTyping(SESSION, 'somebody else', 'typing')).toMatchObject({
      success: false,
      outcome: 'refused',
      reason: expect.stringContaining('somebody else is not the guest'),
      error: { code: 'platform.participant.unknown', platform: { status: 404 } },
    });
    relay.next.push({ status: 400, body: { title: 'Bad Request', detail: 'duration is 7: 100 to 10000.' } });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused')).toMatchObject({
      reason: expect.stringContaining('duration is 7'),
      error: { code: 'platform.400' },
    });
    relay.next.push({ status: 503, body: 'a page', headers: { 'retry-after': '1' } }, new Error('ECONNRESET'));
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused')).toMatchObject({ outcome: 'refused' });
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused')).toMatchObject({ outcome: 'offline' });
    expect(relay.posted).toHaveLength(4);
  });

  it('is refused with the relay’s words when the client is wrong', async () => {
    const { broadcaster } = track(broadcasting({ clientSecret: 'wrong' }));
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({
      success: false,
      outcome: 'refused',
      error: { code: 'platform.invalid_client' },
    });
  });

  it('that is not answered ends as a timeout when it is not true any more', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    relay.next.push(undefined);
    const late = broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 700);
    await clock.advance(700);
    expect(await late).toMatchObject({ success: false, outcome: 'timeout', latencyMs: 700, attempts: 1 });
  });

  it('that can’t leave while it is true ends as stale', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    relay.nextActivity.push(undefined);
    const late = broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 700);
    await clock.advance(700);
    expect(await late).toMatchObject({ success: false, outcome: 'suppressed:stale', attempts: 0 });
    expect(relay.posted).toEqual([]);
  });

  it.each([
    ['sessionId', '', GUEST, 'typing', 3_000],
    ['sessionId', 7, GUEST, 'typing', 3_000],
    ['sessionId', 'no uuid', GUEST, 'typing', 3_000],
    ['guestId', SESSION, '..', 'typing', 3_000],
    ['guestId', SESSION, 'a\r\nx-evil: 1', 'typing', 3_000],
    ['guestId', SESSION, '\ud800', 'typing', 3_000],
    ['guestId', SESSION, 'x'.repeat(129), 'typing', 3_000],
    ['type', SESSION, GUEST, 'Typing', 3_000],
    ['type', SESSION, GUEST, 'toString', 3_000],
    ['durationMs', SESSION, GUEST, 'typing', 99],
    ['durationMs', SESSION, GUEST, 'typing', 10_001],
    ['durationMs', SESSION, GUEST, 'paused', Number.NaN],
    ['durationMs', SESSION, GUEST, 'typing', '3000'],
    ['durationMs', SESSION, GUEST, 'typing', 100.5],
  ])('with a wrong %s (%j, %j, %j, %j) is a result that says so, before anything leaves', async (field, ...call) => {
    const { ports, broadcaster } = track(broadcasting());
    const [sessionId, guestId, type, durationMs] = call as [string, string, 'typing', number];
    const result = await broadcaster.broadcastTyping(sessionId, guestId, type, durationMs);
    expect(result).toMatchObject({
      success: false,
      outcome: 'refused',
      attempts: 0,
      error: { code: 'broadcast.invalid', message: expect.stringContaining(field) },
    });
    expect(ports.requests).toEqual([]);
    expect(broadcaster.getMetrics().auditLog).toHaveLength(1);
  });

  it('names the limits that a wrong value misses', async () => {
    const { broadcaster } = track(broadcasting());
    const { reason: duration } = await broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 50);
    expect(duration).toMatch(/durationMs is the number 50.*from 100 to 10000/);
    const { reason: type } = await broadcaster.broadcastTyping(SESSION, GUEST, 'away' as never);
    expect(type).toMatch(/type is the text "away".*"typing", "paused", "typing_stopped"/);
    const { reason: wait } = await broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 3_000, { queueForMs: -1 });
    expect(wait).toMatch(/queueForMs is the number -1.*from 0 to 10000/);
  });

  it('takes durations at both limits, and ids that have to be escaped', async () => {
    const { relay, broadcaster } = track(broadcasting());
    relay.sessions.set(SESSION, { guestId: 'a/b?c=ü', status: 'ACTIVE' });
    relay.sessions.set(OTHER_SESSION, { guestId: GUEST, status: 'ACTIVE' });
    expect(await broadcaster.broadcastTyping(SESSION, 'a/b?c=ü', 'typing', 100)).toMatchObject({ success: true });
    expect(await broadcaster.broadcastTyping(OTHER_SESSION, GUEST, 'typing', 10_000)).toMatchObject({ success: true });
    expect(relay.posted.map(({ duration }) => duration)).toEqual([100, 10_000]);
  });
});

describe('many broadcasts', () => {
  const track = checkLeaks();
  const sessionId = (index: number) => `0b0b7c1e-7d0b-4c5e-9a3b-${String(index).padStart(12, '0')}`;

  it('settle each for itself, in order, a bounded number at a time', async () => {
    const { relay, broadcaster, clock } = track(broadcasting());
    const sessions = Array.from({ length: 20 }, (_, index) => sessionId(index));
    for (const id of sessions) relay.sessions.set(id, { guestId: GUEST, status: 'ACTIVE' });
    relay.nextActivity.push(...Array.from({ length: 4 }, () => undefined));
    const batch = sessions.map((id) => ({ sessionId: id, guestId: GUEST, type: 'typing' as const, durationMs: 1_000 }));
    const all = broadcaster.broadcastMany([...batch, null as never], { concurrency: 4 });
    await settle();
    expect(relay.paths('GET')).toHaveLength(4);
    await clock.advance(1_000);
    const outcomes = (await all).map(({ outcome }) => outcome);
    expect(outcomes).toEqual([
      ...Array.from({ length: 4 }, () => 'suppressed:stale'),
      ...Array.from({ length: 16 }, () => 'sent'),
      'refused',
    ]);
  });

  it('throw for a list that is too long and for a wrong concurrency, before anything is sent', async () => {
    const { ports, broadcaster } = track(broadcasting());
    const one = { sessionId: SESSION, guestId: GUEST, type: 'typing' } as const;
    const long = Array.from({ length: BATCH_MAX + 1 }, () => one);
    await expect(broadcaster.broadcastMany(long)).rejects.toMatchObject({ code: 'option.invalid' });
    await expect(broadcaster.broadcastMany('all' as never)).rejects.toMatchObject({ code: 'option.invalid' });
    await expect(broadcaster.broadcastMany([one], { concurrency: 0 })).rejects.toMatchObject({
      code: 'option.invalid',
    });
    expect(ports.requests).toEqual([]);
    expect(await broadcaster.broadcastMany([])).toEqual([]);
  });

  it('are ended by their signal, those that have not begun too', async () => {
    const { relay, broadcaster } = track(broadcasting());
    relay.nextActivity.push(undefined);
    const patience = new AbortController();
    const batch = [SESSION, OTHER_SESSION].map((id) => ({ sessionId: id, guestId: GUEST, type: 'typing' as const }));
    const all = broadcaster.broadcastMany(batch, { concurrency: 1, signal: patience.signal });
    await settle();
    patience.abort();
    expect((await all).map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
    expect(relay.posted).toEqual([]);
  });

  it('of more sessions than are kept are told so, and no session that is busy is forgotten', async () => {
    const ports = new FakePorts();
    const posted: string[] = [];
    const channel = {
      isActive: async () => ({ outcome: 'sent', reason: '', value: true }) as const,
      typing: async (signal: { readonly sessionId: string }) => {
        posted.push(signal.sessionId);
        return { outcome: 'sent', reason: '' } as const;
      },
    };
    const broadcaster = new TypingBroadcaster({ channel, ports });
    track({ ports });
    const of = (id: string) => ({ sessionId: id, guestId: GUEST, type: 'typing' as const });
    const batch = Array.from({ length: SESSIONS_MAX }, (_, index) => of(`session-${index}`));
    await broadcaster.broadcastMany(batch);
    expect(posted).toHaveLength(SESSIONS_MAX);
    expect(await broadcaster.broadcastTyping('one more', GUEST, 'typing')).toMatchObject({
      success: false,
      outcome: 'suppressed:budget',
      retryAfterMs: 2_000,
    });
    await ports.clock.advance(2_000);
    expect(await broadcaster.broadcastTyping('one more', GUEST, 'typing')).toMatchObject({ success: true });
  });
});

describe('a broadcaster’s configuration', () => {
  const env = {
    GENESYS_CLIENT_ID: 'id',
    GENESYS_CLIENT_SECRET: 'secret',
    GENESYS_API_BASE_URL: 'http://127.0.0.1:4200',
    WEBHOOK_URL: 'http://127.0.0.1:9/hook',
  };

  it('comes from the environment variables of the field document', () => {
    expect(broadcasterConfigFrom(env)).toEqual({
      clientId: 'id',
      clientSecret: 'secret',
      apiBaseUrl: 'http://127.0.0.1:4200',
      webhookUrl: 'http://127.0.0.1:9/hook',
    });
    expect(broadcasterConfigFrom({ ...env, WEBHOOK_URL: '' }).webhookUrl).toBeUndefined();
  });

  it('names every variable that is missing at once, and no value of the others', () => {
    const call = () => broadcasterConfigFrom({ GENESYS_CLIENT_SECRET: 'hush-hush' });
    expect(call).toThrow(/GENESYS_API_BASE_URL, GENESYS_CLIENT_ID are not set/);
    expect(call).not.toThrow(/hush/);
    expect(() => broadcasterConfigFrom(undefined as never)).toThrow('option.invalid');
  });

  it.each([
    ['apiBaseUrl', { ...CLIENT, apiBaseUrl: 'relay.example' }],
    ['apiBaseUrl', { ...CLIENT, apiBaseUrl: 'http://relay.example/?key=1' }],
    ['apiBaseUrl', { ...CLIENT, apiBaseUrl: 'ftp://relay.example' }],
    ['clientSecret', { clientId: 'id', clientSecret: '', apiBaseUrl: 'http://relay.example' }],
    ['webhookUrl', { ...CLIENT, apiBaseUrl: 'http://relay.example', webhookUrl: 'mailto:ada@example.org' }],
    ['config', undefined],
  ])('throws for a wrong %s', (name, config) => {
    expect(() => new TypingBroadcaster(config as never)).toThrow(
      expect.objectContaining({ code: 'option.invalid', message: expect.stringContaining(name) }),
    );
  });

  it('refuses addresses with a password, and does not repeat them', () => {
    const apiBaseUrl = 'http://ada:hush@relay.example';
    expect(() => new TypingBroadcaster({ ...CLIENT, apiBaseUrl })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('hush') }),
    );
    const webhookUrl = 'http://ada:hush@hooks.example';
    const make = () => new TypingBroadcaster({ ...CLIENT, apiBaseUrl: 'http://relay.example', webhookUrl });
    expect(make).toThrow(BackchannelError);
    expect(make).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hush') }));
  });
});
