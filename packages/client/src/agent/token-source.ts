import { type Hosts, OAUTH_TOKEN_PATH, type Parsed, parseOAuthError, parseTokenResponse } from '@backchannel/protocol';
import { completePorts } from '../adapters/system-ports.ts';
import { type Refusal, requestJson } from '../core/http.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';

/** A token is renewed this long before it ends. */
const RENEW_BEFORE_MS = 60_000;

/** Where requests get their token from. */
export interface Tokens {
  get(signal?: AbortSignal): Promise<Settled<string>>;
  /** The platform did not accept this token. True when another may be had. */
  rejected(token: string): boolean;
}

export interface TokenSourceOptions {
  readonly hosts: Hosts;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly ports?: Partial<Ports> | undefined;
}

/**
 * Tokens by OAuth client credentials (documented, OAUTH-TOKEN): asked for once however many want one, kept, and renewed
 * {@link RENEW_BEFORE_MS} before the end. For servers: a browser must not know a client secret.
 *
 * Such a token has no user (documented, USERS-ME), so `AgentSession` then needs a `userId`; whether it may act for an agent
 * is assumed (AGENT-CLIENT-CREDENTIALS).
 */
export class TokenSource implements Tokens {
  readonly #options: TokenSourceOptions;
  readonly #ports: Ports;
  #current: { readonly token: string; readonly renewAtMs: number } | undefined;
  #inFlight: Promise<Settled<string>> | undefined;

  /** @throws BackchannelError `option.invalid`. */
  constructor(options: TokenSourceOptions) {
    if (!options.clientId || !options.clientSecret) {
      const missing = options.clientId ? 'clientSecret' : 'clientId';
      throw new BackchannelError('option.invalid', `${missing} is empty. Pass both parts of an OAuth client.`);
    }
    this.#options = options;
    this.#ports = completePorts(options.ports);
  }

  /** The token, asked for if need be. A signal stops nothing that others wait for too. */
  async get(): Promise<Settled<string>> {
    if (this.#current && this.#ports.clock.now() < this.#current.renewAtMs) {
      return { outcome: 'sent', reason: 'The token is still good.', value: this.#current.token };
    }
    this.#inFlight ??= this.#request();
    return this.#inFlight;
  }

  rejected(token: string): boolean {
    if (this.#current?.token === token) this.#current = undefined;
    return true;
  }

  async #request(): Promise<Settled<string>> {
    const { hosts, clientId, clientSecret } = this.#options;
    const settled = await requestJson(this.#ports, {
      method: 'POST',
      url: `${hosts.login}${OAUTH_TOKEN_PATH}`,
      headers: {
        authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
      guard: parseTokenResponse,
      refusalGuard: readRefusal,
    });
    this.#inFlight = undefined;
    if (!settled.value) return { ...settled, value: undefined };
    const { access_token: token, expires_in: seconds } = settled.value;
    this.#current = { token, renewAtMs: this.#ports.clock.now() + seconds * 1_000 - RENEW_BEFORE_MS };
    return { ...settled, value: token };
  }
}

/** A token that the application has from elsewhere (PKCE, a server of its own) and that nobody here can renew. */
export const fixedToken = (token: string): Tokens => ({
  get: async () => ({ outcome: 'sent', reason: 'The token was given.', value: token }),
  rejected: () => false,
});

function readRefusal(value: unknown): Parsed<Refusal> {
  const parsed = parseOAuthError(value);
  if (!parsed.ok) return parsed;
  const { error, description, error_description: longDescription } = parsed.value;
  return { ok: true, value: { code: error, message: description ?? longDescription ?? '' } };
}
