import type { SignalOutcome } from '@backchannel/signals';

/** Entries that `getMetrics().auditLog` keeps; the oldest go first, and are counted. Whoever needs all takes `onAudit`. */
export const AUDIT_ENTRIES_MAX = 1_000;

/**
 * What became of the webhook of one broadcast. `none`: no address, or nothing to tell because the broadcast failed. `skipped`:
 * too many were on their way.
 */
export type WebhookStatus = 'none' | 'pending' | 'delivered' | 'failed' | 'skipped' | 'aborted';

/** One broadcast, on record. It holds ids and no text, no token and no secret. */
export interface AuditEntry {
  /** UUID. */
  readonly auditId: string;
  /** Of the call, ISO 8601. */
  readonly timestamp: string;
  /** As given; what is no text, or too long, is put in words. */
  readonly sessionId: string;
  readonly guestId: string;
  readonly type: string;
  /** Absent when it was wrong. */
  readonly durationMs?: number | undefined;
  readonly latencyMs: number;
  readonly success: boolean;
  readonly outcome: SignalOutcome;
  readonly reason: string;
  readonly attempts: number;
  readonly webhook: WebhookStatus;
  /** Why the webhook was not delivered. */
  readonly webhookReason?: string | undefined;
}

/** Hears each entry once, when it is complete: at most 5 s after the broadcast, since it says how the webhook ended. */
export type AuditSink = (entry: AuditEntry) => void | Promise<void>;

/** The newest entries, in the order of their ends; each is replaced by its complete form when the webhook is done. */
export class AuditLog {
  readonly #entries = new Map<string, AuditEntry>();
  readonly #sink: AuditSink | undefined;
  #dropped = 0;
  #sinkFailures = 0;

  constructor(sink: AuditSink | undefined) {
    this.#sink = sink;
  }

  get entries(): readonly AuditEntry[] {
    return [...this.#entries.values()];
  }

  /** Entries that the bound has pushed out. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How often the sink threw or rejected; no broadcast fails for that. */
  get sinkFailures(): number {
    return this.#sinkFailures;
  }

  /** Adds an entry whose webhook, if any, is still on its way. */
  begin(entry: AuditEntry): void {
    this.#entries.set(entry.auditId, entry);
    if (this.#entries.size <= AUDIT_ENTRIES_MAX) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      this.#dropped += 1;
      break;
    }
  }

  /** The entry will not change any more. */
  complete(entry: AuditEntry): void {
    if (this.#entries.has(entry.auditId)) this.#entries.set(entry.auditId, entry);
    if (this.#sink) void this.#tell(this.#sink, entry);
  }

  async #tell(sink: AuditSink, entry: AuditEntry): Promise<void> {
    try {
      await sink(entry);
    } catch {
      this.#sinkFailures += 1;
    }
  }
}
