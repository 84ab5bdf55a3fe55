import { inspect } from 'node:util';
import {
  AUDIT_ENTRIES_MAX,
  type AuditEntry,
  WEBHOOK_TIMEOUT_MS,
  WEBHOOKS_IN_FLIGHT_MAX,
} from '@backchannel/client/broadcaster';
import { describe, expect, it } from 'vitest';
import { broadcasting, WEBHOOK_URL } from './support/broadcasting.ts';
import { settle } from './support/fake-clock.ts';
import { CLIENT, GUEST, OTHER_SESSION, SESSION } from './support/field-relay.ts';
import { checkLeaks } from './support/leaks.ts';

describe('the webhook of a broadcast', () => {
  const track = checkLeaks();

  it('gets each broadcast that was taken, and none that was not', async () => {
    const { broadcaster, hooks } = track(broadcasting({ webhookUrl: WEBHOOK_URL }));
    const { auditId } = await broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 4_000);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
    await settle();
    expect(hooks).toEqual([
      {
        event: 'typing',
        sequence: 1,
        auditId,
        timestamp: '2026-01-05T00:00:01.000Z',
        sessionId: SESSION,
        guestId: GUEST,
        type: 'typing',
        duration: 4_000,
        latencyMs: 0,
      },
      expect.objectContaining({ sequence: 2, type: 'paused' }),
    ]);
    expect(broadcaster.getMetrics().auditLog.map(({ webhook }) => webhook)).toEqual(['delivered', 'none', 'delivered']);
  });

  it.each([
    ['answers 500', () => ({ status: 500 }), 'The webhook was answered 500.'],
    ['is not there', () => new TypeError(`fetch failed: ${WEBHOOK_URL}`), 'no connection'],
    [
      'is not there, as Node says it',
      () => new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) }),
      'ECONNREFUSED',
    ],
  ])('that %s fails no broadcast, and is on record without its address', async (_, answer, reason) => {
    const { broadcaster, receiver } = track(broadcasting({ webhookUrl: WEBHOOK_URL }));
    receiver.answer = answer;
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true });
    await settle();
    const { auditLog, stats } = broadcaster.getMetrics();
    expect(auditLog).toEqual([
      expect.objectContaining({ success: true, webhook: 'failed', webhookReason: expect.stringContaining(reason) }),
    ]);
    expect(stats).toMatchObject({ successful: 1, failed: 0, webhooks: { failed: 1, delivered: 0 } });
    expect(JSON.stringify(auditLog)).not.toContain('hook-secret');
  });

  it('that hangs delays no broadcast, and is given up after 5 s', async () => {
    const { broadcaster, receiver, clock } = track(broadcasting({ webhookUrl: WEBHOOK_URL }));
    receiver.answer = () => undefined;
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true, latencyMs: 0 });
    expect(broadcaster.getMetrics().auditLog[0]).toMatchObject({ webhook: 'pending' });
    await clock.advance(WEBHOOK_TIMEOUT_MS);
    expect(broadcaster.getMetrics().auditLog[0]).toMatchObject({
      webhook: 'failed',
      webhookReason: 'The webhook had no answer within 5000 ms.',
    });
  });

  it('is skipped, and says so, when too many are on their way; deactivate ends those', async () => {
    const { broadcaster, receiver, relay, hooks } = track(broadcasting({ webhookUrl: WEBHOOK_URL }));
    receiver.answer = () => undefined;
    relay.sessions.set(SESSION, { guestId: GUEST, status: 'ACTIVE' });
    for (let count = 0; count < WEBHOOKS_IN_FLIGHT_MAX + 3; count += 1) {
      await broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
    }
    await settle();
    expect(hooks).toHaveLength(WEBHOOKS_IN_FLIGHT_MAX);
    expect(broadcaster.getMetrics().stats.webhooks).toMatchObject({ skipped: 3, failed: 0 });
    await broadcaster.deactivate();
    expect(broadcaster.getMetrics().stats.webhooks).toMatchObject({ skipped: 3, aborted: WEBHOOKS_IN_FLIGHT_MAX });
    expect(broadcaster.getMetrics().auditLog.at(-1)).toMatchObject({ webhook: 'skipped' });
  });
});

describe('the record of broadcasts', () => {
  const track = checkLeaks();

  it('holds for each its ids, time, type, latency, outcome and reason', async () => {
    const { broadcaster, clock } = track(broadcasting());
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    await clock.advance(1_000);
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing', 70);
    expect(broadcaster.getMetrics().auditLog).toEqual([
      {
        auditId: 'id-1',
        timestamp: '2026-01-05T00:00:01.000Z',
        sessionId: SESSION,
        guestId: GUEST,
        type: 'typing',
        durationMs: 3_000,
        latencyMs: 0,
        success: true,
        outcome: 'sent',
        reason: 'It left for the platform.',
        attempts: 1,
        webhook: 'none',
      },
      expect.objectContaining({
        auditId: 'id-2',
        timestamp: '2026-01-05T00:00:02.000Z',
        success: false,
        outcome: 'refused',
        reason: expect.stringContaining('durationMs is the number 70'),
      }),
    ]);
  });

  it('puts values in words that are no short texts, whatever they are', async () => {
    const { broadcaster } = track(broadcasting());
    const hostile = { toString: () => 'x'.repeat(1_000) };
    await broadcaster.broadcastTyping(hostile as never, 'x'.repeat(100_000), 'typing');
    await broadcaster.broadcastMany([undefined as never]);
    const [first, second] = broadcaster.getMetrics().auditLog;
    expect(first).toMatchObject({ sessionId: 'an object', guestId: expect.stringMatching(/^the text "x+…"$/) });
    expect(second).toMatchObject({ sessionId: 'nothing', type: 'nothing' });
    expect(JSON.stringify(first).length).toBeLessThan(1_000);
  });

  it('keeps the newest, counts what it drops, and has told the sink of each', async () => {
    const heard: string[] = [];
    const { broadcaster } = track(broadcasting({ onAudit: ({ auditId }) => void heard.push(auditId) }));
    for (let count = 0; count < AUDIT_ENTRIES_MAX + 5; count += 1) {
      await broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
    }
    const { auditLog, stats } = broadcaster.getMetrics();
    expect(auditLog).toHaveLength(AUDIT_ENTRIES_MAX);
    expect(auditLog[0]?.auditId).toBe('id-6');
    expect(stats.audit).toEqual({ dropped: 5, sinkFailures: 0 });
    expect(heard).toHaveLength(AUDIT_ENTRIES_MAX + 5);
    expect(new Set(heard).size).toBe(heard.length);
  });

  it('tells the sink when the entry is complete, with the end of the webhook', async () => {
    const heard: AuditEntry[] = [];
    const options = { webhookUrl: WEBHOOK_URL, onAudit: (entry: AuditEntry) => void heard.push(entry) };
    const { broadcaster, receiver, clock } = track(broadcasting(options));
    receiver.answer = () => undefined;
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(heard).toEqual([]);
    await clock.advance(WEBHOOK_TIMEOUT_MS);
    expect(heard).toEqual([expect.objectContaining({ success: true, webhook: 'failed' })]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('disk full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('disk full'))],
  ])('does not mind a sink that %s, and counts it', async (_, onAudit) => {
    const { broadcaster } = track(broadcasting({ onAudit }));
    expect(await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')).toMatchObject({ success: true });
    await settle();
    expect(broadcaster.getMetrics().stats.audit.sinkFailures).toBe(1);
  });

  it('gives copies', async () => {
    const { broadcaster } = track(broadcasting());
    const before = broadcaster.getMetrics();
    await broadcaster.broadcastTyping(SESSION, GUEST, 'typing');
    expect(before).toMatchObject({ displayRate: 0, auditLog: [], stats: { total: 0, byOutcome: {} } });
  });
});

describe('the numbers', () => {
  const track = checkLeaks();

  it('count typing that was taken among typing that was valid', async () => {
    const { broadcaster } = track(broadcasting());
    const say = (session: string, type: 'typing' | 'paused', durationMs?: number) =>
      broadcaster.broadcastTyping(session, session === SESSION ? GUEST : 'nobody', type, durationMs);
    await say(SESSION, 'typing');
    await say(SESSION, 'typing');
    await say(SESSION, 'paused');
    await say(SESSION, 'typing', 5);
    await say(OTHER_SESSION, 'typing');
    const { displayRate, stats } = broadcaster.getMetrics();
    expect(displayRate).toBe(1 / 3);
    expect(stats).toMatchObject({
      total: 5,
      successful: 2,
      failed: 3,
      attempts: 3,
      byOutcome: { sent: 2, 'suppressed:gap': 1, refused: 2 },
      latency: { count: 2, p50Ms: 0, p95Ms: 0 },
    });
  });

  it('put latencies at most a tenth too high', async () => {
    const { broadcaster, clock, lag } = track(broadcasting());
    await broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
    for (let latencyMs = 10; latencyMs < 1_000; latencyMs += 10) {
      lag.thereMs = () => latencyMs;
      const paused = broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
      await clock.advance(latencyMs);
      expect(await paused).toMatchObject({ success: true, latencyMs });
    }
    const { p50Ms, p95Ms, count } = broadcaster.getMetrics().stats.latency;
    expect(count).toBe(100);
    expect(p50Ms).toBeGreaterThanOrEqual(490);
    expect(p50Ms).toBeLessThanOrEqual(490 * 1.1);
    expect(p95Ms).toBeGreaterThanOrEqual(940);
    expect(p95Ms).toBeLessThanOrEqual(940 * 1.1);
  });
});

describe('what is secret', () => {
  const track = checkLeaks();

  it('is in no result, error, audit entry, nor in the broadcaster as it is printed', async () => {
    const heard: unknown[] = [];
    const onAudit = (entry: AuditEntry) => void heard.push(entry);
    const { broadcaster, relay, receiver, clock } = track(broadcasting({ webhookUrl: WEBHOOK_URL, onAudit }));
    receiver.answer = () => new TypeError(`cannot reach ${WEBHOOK_URL}`);
    const results: unknown[] = [await broadcaster.broadcastTyping(SESSION, GUEST, 'typing')];
    const echo = `secret ${CLIENT.clientSecret}, token ${relay.token}`;
    relay.next.push(
      { status: 400, body: { message: echo, code: relay.token } },
      { status: 202, body: { outcome: 'refused', reason: echo } },
      { status: 202, body: echo },
      Object.assign(new TypeError(echo), { headers: echo }),
    );
    for (let count = 0; count < 4; count += 1) {
      results.push(await broadcaster.broadcastTyping(SESSION, GUEST, 'paused'));
    }
    relay.revoke();
    const refused = broadcaster.broadcastTyping(SESSION, GUEST, 'paused');
    await clock.advance(5_000);
    results.push(await refused);
    const printed = [results, heard, broadcaster, broadcaster.getMetrics()]
      .map((value) => `${inspect(value, { depth: 20, showHidden: true })}${JSON.stringify(value)}`)
      .join('\n');
    expect(printed).toContain('[redacted]');
    for (const secret of [CLIENT.clientSecret, 'field-token', 'hook-secret', 'Basic ', 'Bearer ']) {
      expect(printed).not.toContain(secret);
    }
  });
});
