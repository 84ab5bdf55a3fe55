import {
  type Hosts,
  OAUTH_TOKEN_PATH,
  type Parsed,
  parseOAuthError,
  parseTokenResponse,
  type TokenResponse,
} from '@backchannel/protocol';
import { type Refusal, requestJson } from '../core/http.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';

/** A token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 60_000;

/** Where requests get their token from. Implemented by `TokenSource` and `UserTokenSource`, or by the application. */
export interface Tokens {
  /** False: the token is of no user (client credentials), so nothing is asked that only users have. Default: it is found out. */
  readonly hasUser?: boolean | undefined;
  /** The token to use now. */
  get(signal?: AbortSignal): Promise<Settled<string>>;
  /** The platform did not accept this token. True when another may be had. */
  rejected(token: string): boolean;
}

/**
 * A token that is asked for once however many want it, kept, and renewed a minute before its end. A signal ends the wait of
 * whoever gave it; the request goes on, because others may wait for it too.
 */
export class CachedTokens implements Tokens {
  readonly #clock: Ports['clock'];
  readonly #request: () => Promise<Settled<TokenResponse>>;
  #current: { readonly token: string; readonly renewAtMs: number } | undefined;
  #inFlight: Promise<Settled<string>> | undefined;

  constructor(clock: Ports['clock'], request: () => Promise<Settled<TokenResponse>>) {
    this.#clock = clock;
    this.#request = request;
  }

  get(signal?: AbortSignal): Promise<Settled<string>> {
    if (this.#current && this.#clock.now() < this.#current.renewAtMs) {
      const { token: value } = this.#current;
      return Promise.resolve({ outcome: 'sent', reason: 'The token is still good.', value });
    }
    this.#inFlight ??= this.#renew().finally(() => {
      this.#inFlight = undefined;
    });
    return unlessAborted(this.#inFlight, signal);
  }

  rejected(token: string): boolean {
    if (this.#current?.token === token) this.#current = undefined;
    return true;
  }

  async #renew(): Promise<Settled<string>> {
    const settled = await this.#request();
    if (!settled.value) return { ...settled, value: undefined };
    const { access_token: token, expires_in: seconds } = settled.value;
    this.#current = { token, renewAtMs: this.#clock.now() + seconds * 1_000 - RENEW_BEFORE_MS };
    return { ...settled, value: token };
  }
}

/** What all wait for, or the end of one caller's patience. */
function unlessAborted(shared: Promise<Settled<string>>, signal: AbortSignal | undefined): Promise<Settled<string>> {
  if (!signal) return shared;
  return new Promise((resolve, reject) => {
    const abort = () => resolve({ outcome: 'aborted', reason: 'The caller gave up while a token was asked for.' });
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** One request to the token endpoint. */
export const requestToken = ({
  hosts,
  ports,
  credentials,
  form,
  signal,
}: {
  readonly hosts: Hosts;
  readonly ports: Ports;
  /** Absent with PKCE, which has no secret (documented, OAUTH-PKCE). */
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string } | undefined;
  readonly form: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}): Promise<Settled<TokenResponse>> =>
  requestJson(ports, {
    method: 'POST',
    url: `${hosts.login}${OAUTH_TOKEN_PATH}`,
    headers: {
      ...(credentials && { authorization: basicOf(credentials.clientId, credentials.clientSecret) }),
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
    guard: parseTokenResponse,
    refusalGuard: readRefusal,
    signal,
  });

/** UTF-8, as RFC 7617 has it; `btoa` alone throws at anything beyond Latin-1. */
const basicOf = (clientId: string, clientSecret: string): string =>
  `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${clientId}:${clientSecret}`)))}`;

function readRefusal(value: unknown): Parsed<Refusal> {
  const parsed = parseOAuthError(value);
  if (!parsed.ok) return parsed;
  const { error, description, error_description: longDescription } = parsed.value;
  return { ok: true, value: { code: error, message: description ?? longDescription ?? '' } };
}
