import { explainProblem, type Parsed, parseErrorBody, parseJson } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { withDeadline } from './deadline.ts';

/** The longest that one HTTP request may take. */
const HTTP_TIMEOUT_MS = 15_000;

/** The longest answer that is read, in characters; a conversation with thousands of messages stays below. */
const HTTP_ANSWER_MAX = 4_000_000;

export interface HttpRequest<Value> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Reads the answer. Absent when it has none that matters: any 2xx then is a success, with or without a body. */
  readonly guard?: ((value: unknown) => Parsed<Value>) | undefined;
  /** Reads a refusal. Default: the platform's error envelope. */
  readonly refusalGuard?: ((value: unknown) => Parsed<Refusal>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: `HTTP_TIMEOUT_MS`. `Infinity`: `signal` is aborted in time by whoever has it. */
  readonly timeoutMs?: number | undefined;
}

/** What a refusal says; empty texts where it says nothing. */
export interface Refusal {
  readonly message: string;
  readonly code: string;
  readonly contextId?: string | undefined;
}

/**
 * One request, one settled result; nothing is retried here. Answers outside 2xx end as `refused` with the platform's code,
 * status and context id on the error, and with `retryAfterMs` when a Retry-After came along (documented, ERROR-429).
 */
export async function requestJson<Value>(
  { clock, fetch }: Pick<Ports, 'clock' | 'fetch'>,
  {
    method,
    url,
    headers,
    body,
    guard,
    refusalGuard = parseErrorBody,
    signal,
    timeoutMs = HTTP_TIMEOUT_MS,
  }: HttpRequest<Value>,
): Promise<Settled<Value>> {
  const what = `${method} ${url.replace(/\?.*/s, '')}`;
  try {
    const result = await withDeadline({ clock, timeoutMs, signal }, async (signal) => {
      const init = { method, signal, ...(headers && { headers }), ...(body !== undefined && { body }) };
      const response = await fetch(url, init);
      return { response, text: await response.text() };
    });
    if (result.kind === 'timeout') {
      return failed('timeout', 'http.timeout', `${what} had no answer within ${timeoutMs} ms.`);
    }
    if (result.kind === 'aborted') return { outcome: 'aborted', reason: `${what} was given up.` };
    const { response, text } = result.value;
    if (!response.ok) return refused(what, response, parseJson(text, refusalGuard));
    if (!guard) return { outcome: 'sent', reason: `${what} succeeded.` };
    if (text.length > HTTP_ANSWER_MAX) {
      return failed('refused', 'http.too-large', `${what} answered more than ${HTTP_ANSWER_MAX} characters.`);
    }
    const parsed = parseJson(text, guard);
    if (parsed.ok) return { outcome: 'sent', reason: `${what} succeeded.`, value: parsed.value };
    return failed('refused', 'http.unreadable', `${what} answered something else: ${explainProblem(parsed.problem)}.`);
  } catch (error) {
    const text = `${what} did not reach the server (${String(error)}). Check address, network and CORS.`;
    return failed('offline', 'http.unreachable', text, error);
  }
}

function refused(what: string, response: Response, body: Parsed<Refusal>): Settled<never> {
  const { message, code, contextId }: Refusal = body.ok ? body.value : { message: '', code: '' };
  const status = response.status;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const words = `${what} was refused with ${status}${code && ` ${code}`}${message && `: ${message}`}`;
  const platform = { status, code: code || undefined, contextId };
  return {
    outcome: 'refused',
    reason: words,
    error: new BackchannelError(`platform.${code || status}`, words, { platform }),
    ...(seconds >= 0 && { retryAfterMs: seconds * 1_000 }),
  };
}

function failed(
  outcome: 'timeout' | 'refused' | 'offline',
  code: string,
  text: string,
  cause?: unknown,
): Settled<never> {
  return { outcome, reason: text, error: new BackchannelError(code, text, { cause }) };
}
