import { describe, type Hosts, hostsAt, type Parsed } from '@backchannel/protocol';
import type { SignalOutcome } from '@backchannel/signals';
import { completePorts } from '../adapters/system-ports.ts';
import { CachedTokens, requestToken } from '../agent/cached-tokens.ts';
import { checkClient } from '../agent/token-source.ts';
import { type Refusal, requestJson } from '../core/http.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { ChannelSignal, TypingChannel } from './typing-channel.ts';

/** A relay, and the OAuth client to use there. */
export interface RelayAccess {
  /** Address of the relay, without `/api/v2`: `http://127.0.0.1:4200`. */
  readonly apiBaseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Options of a `RelayTypingChannel`. */
export interface RelayTypingChannelOptions {
  readonly ports?: Partial<Ports> | undefined;
  /** Ends a request for a token, which no single broadcast may end because others wait for it too. */
  readonly signal?: AbortSignal | undefined;
}

/** Statuses of a session that lives; every other one is over. */
const ACTIVE: ReadonlySet<unknown> = new Set(['ACTIVE', 'CONNECTED', 'Routed']);

/** Longest text of the relay's that goes into a reason, in characters. */
const REFUSAL_MAX = 500;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** So that the compiler misses none; a relay's answer can name any of them. */
const OUTCOMES: Readonly<Record<SignalOutcome, true>> = {
  sent: true,
  coalesced: true,
  'suppressed:budget': true,
  'suppressed:stale': true,
  'suppressed:gap': true,
  'suppressed:quiet': true,
  'suppressed:privacy': true,
  'suppressed:no-conversation': true,
  'suppressed:disabled': true,
  offline: true,
  unsupported: true,
  refused: true,
  timeout: true,
  aborted: true,
};

/**
 * Typing through a relay, by the calls that integrators know: `GET /api/v2/messaging/sessions/{sessionId}` and
 * `POST /api/v2/messaging/guests/{guestId}/typing`, with a token by client credentials that is cached and renewed 60 s before
 * its end. Genesys itself serves neither call: `apiBaseUrl` is a relay's.
 *
 * Of what the relay answers, the client's secret and the token are cut out before anybody sees it.
 */
export class RelayTypingChannel implements TypingChannel {
  readonly #hosts: Hosts;
  readonly #ports: Ports;
  readonly #tokens: CachedTokens;
  readonly #clientSecret: string;
  /** The newest two: while one is replaced, answers about the other are still on their way. */
  #shownTokens: readonly string[] = [];

  /** @throws BackchannelError `option.invalid`. */
  constructor({ apiBaseUrl, clientId, clientSecret }: RelayAccess, { ports, signal }: RelayTypingChannelOptions = {}) {
    checkClient(clientId, clientSecret);
    const complete = completePorts(ports);
    const hosts = hostsAt(checkedBaseUrl(apiBaseUrl));
    const request = {
      hosts,
      ports: complete,
      credentials: { clientId, clientSecret },
      form: { grant_type: 'client_credentials' },
      signal,
    };
    this.#ports = complete;
    this.#hosts = hosts;
    this.#clientSecret = clientSecret;
    this.#tokens = new CachedTokens(complete.clock, () => requestToken(request));
  }

  /** `refused` when the id is no UUID; a session that the relay does not know is not active. */
  async isActive(sessionId: string, { signal }: { readonly signal: AbortSignal }): Promise<Settled<boolean>> {
    if (!UUID.test(sessionId)) return refusedId(sessionId);
    const path = `/api/v2/messaging/sessions/${sessionId}`;
    const settled = await this.#request({ method: 'GET', path, guard: parseStatus, signal });
    if (settled.error?.platform?.status === 404) return { outcome: 'sent', reason: settled.reason, value: false };
    if (settled.value === undefined) return { ...settled, value: undefined };
    const { status } = settled.value;
    return { outcome: 'sent', reason: `The session's status is ${describe(status)}.`, value: ACTIVE.has(status) };
  }

  /** Has a token ready; `refused` when the id is no UUID. */
  async prepare(sessionId: string, { signal }: { readonly signal: AbortSignal }): Promise<Settled> {
    if (!UUID.test(sessionId)) return refusedId(sessionId);
    return this.#told<undefined>({ ...(await this.#tokens.get(signal)), value: undefined });
  }

  /** What the relay says became of it; `sent` when it answers 2xx and says nothing more. */
  async typing(
    { sessionId, guestId, type, durationMs }: ChannelSignal,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<Settled> {
    const path = `/api/v2/messaging/guests/${encodeURIComponent(guestId)}/typing`;
    const body = { sessionId, guestId, type, ...(type === 'typing' && { duration: durationMs }) };
    const settled = await this.#request({ method: 'POST', path, body, guard: parseAnswer, signal });
    if (!settled.value) return { ...settled, value: undefined };
    const { outcome = 'sent', reason = 'The relay took it.' } = settled.value;
    return { outcome, reason: sentence(this.#withoutSecrets(reason)) };
  }

  async #request<Value>({
    method,
    path,
    body,
    guard,
    signal,
  }: {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly body?: unknown;
    readonly guard: (value: unknown) => Parsed<Value>;
    readonly signal: AbortSignal;
  }): Promise<Settled<Value>> {
    const token = await this.#tokens.get(signal);
    if (token.value === undefined) return this.#told<Value>({ ...token, value: undefined });
    if (!this.#shownTokens.includes(token.value)) this.#shownTokens = [token.value, ...this.#shownTokens.slice(0, 1)];
    const settled = await requestJson(this.#ports, {
      method,
      url: `${this.#hosts.api}${path}`,
      headers: {
        authorization: `Bearer ${token.value}`,
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      guard,
      refusalGuard: parseRefusal,
      signal,
    });
    return this.#told(settled, () => this.#tokens.rejected(token.value ?? ''));
  }

  /** A settled request as others may see it: what may be tried again says when, and no secret is in its words. */
  #told<Value>(settled: Settled<Value>, rejected?: () => boolean): Settled<Value> {
    const { error } = settled;
    const reason = sentence(this.#withoutSecrets(settled.reason));
    if (!error) return { ...settled, reason };
    const { platform } = error;
    // The cause of a network error can hold the request with its headers, so it is not passed on.
    const text = this.#withoutSecrets(error.message.replace(`${error.code}: `, ''));
    const told = platform && { ...platform, code: platform.code && this.#withoutSecrets(platform.code) };
    return {
      outcome: settled.outcome,
      reason,
      error: new BackchannelError(this.#withoutSecrets(error.code), text, { platform: told }),
      // With a fresh token it can be said again. A 429 without a time leaves the time to the caller's backoff.
      ...(platform?.status === 401 && rejected?.() && { retryAfterMs: 0 }),
      ...(platform?.status === 429 && { retryAfterMs: settled.retryAfterMs ?? 0 }),
    };
  }

  #withoutSecrets(text: string): string {
    return [this.#clientSecret, ...this.#shownTokens].reduce(
      (left, secret) => left.replaceAll(secret, '[redacted]'),
      text,
    );
  }
}

function checkedBaseUrl(apiBaseUrl: unknown): string {
  const url = typeof apiBaseUrl === 'string' && URL.canParse(apiBaseUrl) ? new URL(apiBaseUrl) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash) {
    return url.href;
  }
  // The address is not repeated when it may hold a password.
  const found = url?.username || url?.password ? 'an address with a user name or a password' : describe(apiBaseUrl);
  throw new BackchannelError(
    'option.invalid',
    `apiBaseUrl is ${found}. Pass the http(s) address of a relay alone, such as "http://127.0.0.1:4200".`,
  );
}

function refusedId(sessionId: string): Settled<never> {
  const text = `Nothing was broadcast: sessionId is ${describe(sessionId)}. The relay takes a UUID.`;
  const error = new BackchannelError('broadcast.invalid', text);
  return { outcome: 'refused', reason: error.message, error };
}

/** So that another one can follow. */
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (path: string, value: unknown, expected: string): Parsed<never> => ({
  ok: false,
  problem: { path, found: describe(value), expected },
});

function parseStatus(value: unknown): Parsed<{ readonly status: string }> {
  if (!isObject(value)) return wrong('$', value, 'an object');
  const { status } = value;
  return typeof status === 'string' ? { ok: true, value: { status } } : wrong('$.status', status, 'a text');
}

interface RelayAnswer {
  readonly outcome?: SignalOutcome | undefined;
  readonly reason?: string | undefined;
}

/** An answer without a known outcome is a plain yes. */
function parseAnswer(value: unknown): Parsed<RelayAnswer> {
  if (!isObject(value)) return wrong('$', value, 'an object');
  const { outcome, reason } = value;
  if (typeof outcome !== 'string' || !Object.hasOwn(OUTCOMES, outcome)) return { ok: true, value: {} };
  return {
    ok: true,
    value: {
      outcome: outcome as SignalOutcome,
      ...(typeof reason === 'string' && { reason: reason.slice(0, REFUSAL_MAX) }),
    },
  };
}

/** The platform's envelope (`message`, `code`), or a problem document (RFC 9457: `detail`, `title`). */
function parseRefusal(value: unknown): Parsed<Refusal> {
  if (!isObject(value)) return wrong('$', value, 'an object');
  const text = (...names: readonly string[]): string => {
    const found = names.map((name) => value[name]).find((member) => typeof member === 'string' && member !== '');
    return typeof found === 'string' ? found.slice(0, REFUSAL_MAX) : '';
  };
  return { ok: true, value: { message: text('message', 'detail', 'title'), code: text('code') } };
}
