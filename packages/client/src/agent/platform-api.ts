import type { Parsed } from '@backchannel/protocol';
import { TOKEN_BUDGET } from '@backchannel/signals';
import { requestJson } from '../core/http.ts';
import type { RequestLine } from '../core/request-line.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { SharedArbiter } from '../typing/shared-arbiter.ts';
import type { Tokens } from './cached-tokens.ts';
import type { ReadLine } from './read-line.ts';

export interface PlatformRequest<Value> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly guard?: ((value: unknown) => Parsed<Value>) | undefined;
  /**
   * What it is to the limits: a message or another request waits for its place, a signal has been counted already. A `read`
   * fetches what is old, a `lookup` what somebody else has named: each has a budget of its own beside the token's, so that
   * neither eats the places of messages.
   */
  readonly as: 'message' | 'other' | 'read' | 'lookup' | 'signal';
  readonly signal?: AbortSignal | undefined;
}

/** What an answer of success ends as that can't be read. */
const UNREAD: ReadonlySet<string | undefined> = new Set(['http.unreadable', 'http.too-large']);

/** Why everything of a session ends: the reason of its abort signal. */
export class SessionEnd {
  readonly settled: Settled;

  constructor(reason: string) {
    this.settled = { outcome: 'offline', reason: `The session ended: ${reason}` };
  }
}

/** The lines of requests that can wait, by what they are. */
export type ReadLines = { readonly [Kind in 'read' | 'lookup']: ReadLine };

export interface PlatformApiOptions {
  readonly api: string;
  readonly tokens: Tokens;
  readonly ports: Pick<Ports, 'clock' | 'fetch'>;
  readonly line: RequestLine;
  /** Where what can wait does so; without one, with the others. */
  readonly reads?: ReadLines | undefined;
  readonly shared: SharedArbiter;
}

/**
 * Requests of one token: counted, authorised, and sent once. After a 401 they go once more, with a fresh token, because the
 * platform has done nothing yet; after a 429 signals are silent and everything waits as long as the platform asks.
 *
 * A message whose answer of success can't be read is `sent`, without a value and with the error: the platform has it.
 */
export class PlatformApi {
  readonly #options: PlatformApiOptions;

  constructor(options: PlatformApiOptions) {
    this.#options = options;
  }

  async request<Value = undefined>(request: PlatformRequest<Value>): Promise<Settled<Value>> {
    const { as, signal } = request;
    for (let last = false; ; last = true) {
      const refusal = as === 'signal' && !last ? undefined : await this.#enter(as, signal);
      if (refusal) return { ...refusal, value: undefined };
      const token = await this.#options.tokens.get(signal);
      if (token.value === undefined) return { ...token, value: undefined };
      const settled = await this.#send(request, token.value);
      const again = !last && settled.error?.platform?.status === 401 && this.#options.tokens.rejected(token.value);
      if (!again) return settled;
    }
  }

  async #enter(as: PlatformRequest<unknown>['as'], signal: AbortSignal | undefined): Promise<Settled | undefined> {
    const { line, reads } = this.#options;
    const refusal =
      reads && (as === 'read' || as === 'lookup')
        ? await reads[as].enter(signal)
        : await line.enter(as === 'message' ? 'message' : 'other', [TOKEN_BUDGET.id], signal);
    return refusal && signal?.reason instanceof SessionEnd ? signal.reason.settled : refusal;
  }

  async #send<Value>(
    { method, path, body, guard, as, signal }: PlatformRequest<Value>,
    token: string,
  ): Promise<Settled<Value>> {
    const { api, ports, shared } = this.#options;
    const settled = await requestJson(ports, {
      method,
      url: `${api}${path}`,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
      guard,
      signal,
      // A signal's moment passes long before a request's time does.
      timeoutMs: as === 'signal' && signal ? Infinity : undefined,
    });
    if (settled.error?.platform?.status === 429) {
      shared.arbiter.refused(TOKEN_BUDGET.id, ports.clock.now(), settled.retryAfterMs);
    }
    if (as === 'message' && UNREAD.has(settled.error?.code)) {
      return { ...settled, outcome: 'sent', reason: `The platform took it. ${settled.reason}` };
    }
    return settled;
  }
}
