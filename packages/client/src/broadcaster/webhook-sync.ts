import { describe } from '@backchannel/protocol';
import { withDeadline } from '../core/deadline.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { WebhookStatus } from './audit-log.ts';
import type { Indicator } from './broadcast.ts';

/** How long a webhook may take. */
export const WEBHOOK_TIMEOUT_MS = 5_000;

/** Webhooks on their way at once. One more is skipped, and says so: a slow receiver holds nobody up and fills no memory. */
export const WEBHOOKS_IN_FLIGHT_MAX = 256;

/** The JSON body that is posted for each broadcast that the channel took. */
export interface WebhookBody {
  readonly event: 'typing';
  /** Counts the webhooks of one broadcaster from 1: they may arrive in another order. */
  readonly sequence: number;
  readonly auditId: string;
  /** Of the call, ISO 8601. */
  readonly timestamp: string;
  readonly sessionId: string;
  readonly guestId: string;
  readonly type: Indicator;
  /** In milliseconds, as in the call. */
  readonly duration: number;
  readonly latencyMs: number;
}

/** How one webhook ended. */
export interface WebhookResult {
  readonly status: WebhookStatus;
  readonly reason?: string | undefined;
}

/**
 * Tells another system of broadcasts, each once. Its address can be a secret (many chat products put one into the path), so
 * no result names it, and an error's text, which may repeat it, is not passed on.
 */
export class WebhookSync {
  readonly #url: string | undefined;
  readonly #ports: Pick<Ports, 'clock' | 'fetch'>;
  readonly #counts = { delivered: 0, failed: 0, skipped: 0, aborted: 0 };
  #inFlight = 0;
  #sequence = 0;

  /** @throws BackchannelError `option.invalid`. */
  constructor(url: string | undefined, ports: Pick<Ports, 'clock' | 'fetch'>) {
    this.#url = url === undefined ? undefined : checkedUrl(url);
    this.#ports = ports;
  }

  get isOn(): boolean {
    return this.#url !== undefined;
  }

  /** How many ended in which way. */
  get counts(): Readonly<Record<'delivered' | 'failed' | 'skipped' | 'aborted', number>> {
    return { ...this.#counts };
  }

  /** Settles within {@link WEBHOOK_TIMEOUT_MS}, and never throws. */
  async post(body: Omit<WebhookBody, 'event' | 'sequence'>, signal: AbortSignal): Promise<WebhookResult> {
    if (this.#url === undefined) return { status: 'none' };
    const result = await this.#post(this.#url, body, signal);
    if (result.status in this.#counts) this.#counts[result.status as keyof typeof this.counts] += 1;
    return result;
  }

  async #post(url: string, body: Omit<WebhookBody, 'event' | 'sequence'>, signal: AbortSignal): Promise<WebhookResult> {
    if (this.#inFlight >= WEBHOOKS_IN_FLIGHT_MAX) {
      return { status: 'skipped', reason: `${WEBHOOKS_IN_FLIGHT_MAX} webhooks were on their way already.` };
    }
    this.#inFlight += 1;
    this.#sequence += 1;
    const text = JSON.stringify({ event: 'typing', sequence: this.#sequence, ...body } satisfies WebhookBody);
    try {
      const answer = await withDeadline(
        { clock: this.#ports.clock, timeoutMs: WEBHOOK_TIMEOUT_MS, signal },
        async (signal) => {
          const headers = { 'content-type': 'application/json' };
          const response = await this.#ports.fetch(url, { method: 'POST', headers, body: text, signal });
          // Unread, the answer would keep its connection.
          await response.body?.cancel();
          return response.status;
        },
      );
      if (answer.kind === 'timeout') {
        return { status: 'failed', reason: `The webhook had no answer within ${WEBHOOK_TIMEOUT_MS} ms.` };
      }
      if (answer.kind === 'aborted') return { status: 'aborted', reason: 'The broadcaster was deactivated.' };
      if (answer.value >= 200 && answer.value < 300) return { status: 'delivered' };
      return { status: 'failed', reason: `The webhook was answered ${answer.value}.` };
    } catch (error) {
      return { status: 'failed', reason: `The webhook did not reach its receiver (${networkCodeOf(error)}).` };
    } finally {
      this.#inFlight -= 1;
    }
  }
}

/** `ECONNREFUSED` and the like, which name no address. */
function networkCodeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : 'no connection';
}

function checkedUrl(url: unknown): string {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol) && !parsed.username && !parsed.password) return parsed.href;
  const found = typeof url === 'string' ? 'a text of another kind' : describe(url);
  throw new BackchannelError(
    'option.invalid',
    `webhookUrl is ${found} (not shown: it may hold a secret). Pass an http(s) address without user name and password, or leave it out.`,
  );
}
