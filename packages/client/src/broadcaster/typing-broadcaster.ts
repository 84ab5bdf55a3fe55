import { describe } from '@backchannel/protocol';
import { completePorts } from '../adapters/system-ports.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import { type AuditEntry, AuditLog } from './audit-log.ts';
import { type Broadcast, type CheckedBroadcast, checkBroadcast, type Indicator } from './broadcast.ts';
import type { BroadcastResult } from './broadcast-result.ts';
import { type BroadcastCounts, BroadcastTally } from './broadcast-tally.ts';
import type { BroadcasterConfig } from './broadcaster-config.ts';
import { deliver } from './delivery.ts';
import { PendingBroadcast, type Verdict } from './pending-broadcast.ts';
import { RelayTypingChannel } from './relay-typing-channel.ts';
import { SessionTurns } from './session-turns.ts';
import type { TypingChannel } from './typing-channel.ts';
import { WebhookSync } from './webhook-sync.ts';

/** Broadcasts of one `broadcastMany` that are under way at once, unless it says otherwise. */
export const BATCH_CONCURRENCY = 16;

/** Longest list of `broadcastMany`. */
export const BATCH_MAX = 10_000;

/** Longest piece of a foreign value in an audit entry, in characters. */
const ECHO_MAX = 128;

/** Options of one broadcast. */
export interface BroadcastOptions {
  /** Ends the broadcast as `aborted`, wherever it is. */
  readonly signal?: AbortSignal | undefined;
  /** As in `Broadcast`. */
  readonly queueForMs?: number | undefined;
}

/** Options of a batch. */
export interface BatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** How many are under way at once: a whole number from 1. Default 16. */
  readonly concurrency?: number | undefined;
}

/** What `getMetrics` gives. */
export interface BroadcasterMetrics {
  /**
   * Of the valid `typing` broadcasts that have ended, the share that the channel took (`success: true`): 0 to 1, and 0 before
   * the first. What the other side's screen did with it nobody acknowledges.
   */
  readonly displayRate: number;
  /** The newest 1,000, in the order of their ends. */
  readonly auditLog: readonly AuditEntry[];
  readonly stats: BroadcasterStats;
}

/** Sums since the start. */
export interface BroadcasterStats extends BroadcastCounts {
  /** Broadcasts that have not ended. */
  readonly pending: number;
  /** How the webhooks ended; `skipped` were too many at once. */
  readonly webhooks: Readonly<Record<'delivered' | 'failed' | 'skipped' | 'aborted', number>>;
  /** Entries that the log's bound has pushed out, and how often `onAudit` threw or rejected. */
  readonly audit: { readonly dropped: number; readonly sinkFailures: number };
}

/**
 * Broadcasts typing indicators from a server: for systems that know that somebody types (a legacy chat, a bot, a bridge) and
 * want the other side to see it. Through a relay, or straight to a channel.
 *
 * ```ts
 * await using broadcaster = new TypingBroadcaster(broadcasterConfigFrom(process.env));
 * const result = await broadcaster.broadcastTyping(sessionId, guestId, 'typing', 5_000);
 * if (!result.success) console.log(result.outcome, result.reason);
 * const { displayRate, stats } = broadcaster.getMetrics();
 * ```
 *
 * What is promised of a session: one `typing` in 2 s at most, and never more than three tries of one broadcast; an end
 * (`paused`, `typing_stopped`) is never refused here; signals leave one after another, and the newest counts. No signal
 * leaves after it has become untrue: a `typing` holds for its duration from the moment of the call, and one that is tried
 * again carries only what is left.
 *
 * Every call settles with a result, within 10 s of the call, whatever the network does; a wrong value is a result too
 * (`broadcast.invalid`), since it comes from other systems. Webhooks and the audit sink neither delay nor fail a broadcast.
 */
export class TypingBroadcaster implements AsyncDisposable {
  readonly #ports: Ports;
  readonly #life = new AbortController();
  readonly #turns: SessionTurns;
  readonly #webhook: WebhookSync;
  readonly #audit: AuditLog;
  readonly #tally = new BroadcastTally();
  readonly #pending = new Set<PendingBroadcast>();
  /** Webhooks, too; what `deactivate` waits for. */
  readonly #running = new Set<Promise<unknown>>();

  /** @throws BackchannelError `option.invalid`. */
  constructor(config: BroadcasterConfig) {
    if (typeof config !== 'object' || config === null) {
      const text = `config is ${describe(config)}. Pass { apiBaseUrl, clientId, clientSecret } or { channel }.`;
      throw new BackchannelError('option.invalid', text);
    }
    const ports = completePorts(config.ports);
    const channel: TypingChannel =
      'channel' in config ? config.channel : new RelayTypingChannel(config, { ports, signal: this.#life.signal });
    this.#ports = ports;
    this.#webhook = new WebhookSync(config.webhookUrl, ports);
    this.#audit = new AuditLog(config.onAudit);
    this.#turns = new SessionTurns({
      clock: ports.clock,
      deliver: (pending, session) => deliver({ channel, ports }, pending, session),
    });
  }

  /**
   * Tells the other side of the session that the guest types, pauses, or has stopped.
   *
   * @param sessionId The messaging session; a relay wants a UUID.
   * @param guestId The guest of that session.
   * @param durationMs How long it is true: 100 to 10,000 ms, default 3,000. Say it again before it ends.
   */
  broadcastTyping(
    sessionId: string,
    guestId: string,
    type: Indicator,
    durationMs?: number,
    { signal, queueForMs }: BroadcastOptions = {},
  ): Promise<BroadcastResult> {
    return this.#broadcast({ sessionId, guestId, type, durationMs, queueForMs }, signal);
  }

  /**
   * Many at once, a bounded number at a time; results in the order of the list. None stops the others. Of one session the
   * newest counts here, too: a batch with a `typing` and a stop of it may send the stop alone.
   *
   * @throws BackchannelError `option.invalid` for a list over 10,000 or a wrong `concurrency`; nothing was sent then.
   */
  async broadcastMany(
    broadcasts: readonly Broadcast[],
    { signal, concurrency = BATCH_CONCURRENCY }: BatchOptions = {},
  ): Promise<readonly BroadcastResult[]> {
    if (!Array.isArray(broadcasts) || broadcasts.length > BATCH_MAX) {
      const text = `broadcasts is ${describe(broadcasts)}. Pass a list of ${BATCH_MAX} at most; split a longer one.`;
      throw new BackchannelError('option.invalid', text);
    }
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      const text = `concurrency is ${describe(concurrency)}. Pass a whole number from 1.`;
      throw new BackchannelError('option.invalid', text);
    }
    const results: BroadcastResult[] = [];
    const entries = broadcasts.entries();
    const work = async () => {
      for (const [index, broadcast] of entries) results[index] = await this.#broadcast(broadcast, signal);
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, broadcasts.length) }, work));
    return results;
  }

  /** What has happened so far: a copy, which later broadcasts don't change. */
  getMetrics(): BroadcasterMetrics {
    const { entries, dropped, sinkFailures } = this.#audit;
    return {
      displayRate: this.#tally.displayRate,
      auditLog: entries,
      stats: {
        ...this.#tally.counts,
        pending: this.#pending.size,
        webhooks: this.#webhook.counts,
        audit: { dropped, sinkFailures },
      },
    };
  }

  /**
   * Ends it for good: what is under way settles as `aborted`, webhooks too, and so does every later call. Resolves when
   * nothing runs any more; metrics can still be read.
   */
  async deactivate(): Promise<void> {
    this.#life.abort();
    for (const pending of this.#pending) pending.withdraw(DEACTIVATED);
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#turns.idle();
  }

  /** `await using` deactivates it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.deactivate();
  }

  async #broadcast(broadcast: Broadcast, signal: AbortSignal | undefined): Promise<BroadcastResult> {
    const { clock, ids, wallTime } = this.#ports;
    const calledAtMs = clock.now();
    const call: Call = { auditId: ids.uuid(), timestamp: wallTime(), calledAtMs };
    const checked = checkBroadcast(broadcast);
    if (checked instanceof BackchannelError) {
      const verdict = { outcome: 'refused', reason: checked.message, error: checked, taken: false } as const;
      return this.#close(call, verdict, 0, broadcast, undefined);
    }
    const pending = new PendingBroadcast(checked, calledAtMs);
    const abort = () => pending.withdraw(ABORTED);
    signal?.addEventListener('abort', abort, { once: true });
    this.#pending.add(pending);
    if (this.#life.signal.aborted) pending.withdraw(DEACTIVATED);
    else if (signal?.aborted) abort();
    else this.#turns.offer(pending);
    const verdict = await this.#keep(pending.ended);
    signal?.removeEventListener('abort', abort);
    this.#pending.delete(pending);
    return this.#close(call, verdict, pending.attempts, broadcast, checked);
  }

  /** Puts the end of a call on record, and tells the webhook of a success without waiting for it. */
  #close(
    call: Call,
    verdict: Verdict,
    attempts: number,
    given: Broadcast,
    checked: CheckedBroadcast | undefined,
  ): BroadcastResult {
    const result = resultOf(call, verdict, attempts, this.#ports.clock.now());
    this.#tally.add(result, checked);
    const entry: AuditEntry = {
      auditId: call.auditId,
      timestamp: call.timestamp,
      sessionId: worded(given?.sessionId),
      guestId: worded(given?.guestId),
      type: worded(given?.type),
      durationMs: checked?.durationMs,
      latencyMs: result.latencyMs,
      success: result.success,
      outcome: result.outcome,
      reason: result.reason,
      attempts,
      webhook: result.success && this.#webhook.isOn ? 'pending' : 'none',
    };
    this.#audit.begin(entry);
    if (checked && entry.webhook === 'pending') void this.#keep(this.#sync(entry, checked));
    else this.#audit.complete(entry);
    return result;
  }

  async #sync(entry: AuditEntry, { sessionId, guestId, type, durationMs }: CheckedBroadcast): Promise<void> {
    const { auditId, timestamp, latencyMs } = entry;
    const body = { auditId, timestamp, sessionId, guestId, type, duration: durationMs, latencyMs };
    const { status, reason } = await this.#webhook.post(body, this.#life.signal);
    this.#audit.complete({ ...entry, webhook: status, webhookReason: reason });
  }

  /** The same promise, which `deactivate` waits for. */
  #keep<Value>(promise: Promise<Value>): Promise<Value> {
    const kept = promise.finally(() => this.#running.delete(kept));
    this.#running.add(kept);
    return kept;
  }
}

interface Call {
  readonly auditId: string;
  readonly timestamp: string;
  readonly calledAtMs: number;
}

const DEACTIVATED: Verdict = { outcome: 'aborted', reason: 'The broadcaster was deactivated.', taken: false };

const ABORTED: Verdict = {
  outcome: 'aborted',
  reason: 'It was given up by its caller; if a request had left, it may still arrive.',
  taken: false,
};

function resultOf(
  { auditId, calledAtMs }: Call,
  { outcome, reason, retryAfterMs, error, taken }: Verdict,
  attempts: number,
  nowMs: number,
): BroadcastResult {
  const common = { reason, latencyMs: nowMs - calledAtMs, auditId, attempts };
  if (taken && (outcome === 'sent' || outcome === 'coalesced')) return { success: true, outcome, ...common };
  return {
    success: false,
    // A channel that has done nothing cannot have sent anything.
    outcome: outcome === 'sent' ? 'refused' : outcome,
    ...common,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(error && { error }),
  };
}

/** A value of the caller's for the record: itself when it is a short text, else in words. */
const worded = (value: unknown): string =>
  typeof value === 'string' && value.length <= ECHO_MAX ? value : describe(value);
