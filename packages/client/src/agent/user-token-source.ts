import type { Hosts, TokenResponse } from '@backchannel/protocol';
import { completePorts } from '../adapters/system-ports.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { CachedTokens, requestToken, type Tokens } from './cached-tokens.ts';
import { checkClient } from './token-source.ts';

/** Options of `UserTokenSource`. */
export interface UserTokenSourceOptions {
  readonly hosts: Hosts;
  /** An OAuth client for authorization code, with its secret. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the login gave: a code that was not exchanged yet, or a refresh token that was kept. */
  readonly grant: { readonly code: string; readonly redirectUri: string } | { readonly refreshToken: string };
  /**
   * Hears each refresh token, to keep it: the one before may not work any more (assumed, OAUTH-REFRESH-ROTATES).
   */
  readonly onRefreshToken?: ((refreshToken: string) => void) | undefined;
  readonly ports?: Partial<Ports> | undefined;
}

/**
 * Tokens of a user who logged in by authorization code, renewed by the refresh token (documented, OAUTH-CODE,
 * OAUTH-REFRESH). For servers: it needs the client secret. In a browser use `beginLogin` and `completeLogin` (PKCE).
 *
 * ```ts
 * const token = new UserTokenSource({ hosts, clientId, clientSecret, grant: { refreshToken }, onRefreshToken: keep });
 * const agent = new AgentSession({ hosts, token });
 * ```
 */
export class UserTokenSource implements Tokens {
  readonly #options: UserTokenSourceOptions;
  readonly #ports: Ports;
  readonly #tokens: CachedTokens;
  #grant: UserTokenSourceOptions['grant'];

  /** @throws BackchannelError `option.invalid`. */
  constructor(options: UserTokenSourceOptions) {
    checkClient(options.clientId, options.clientSecret);
    const { grant } = options;
    if (!('code' in grant ? grant.code && grant.redirectUri : grant.refreshToken)) {
      throw new BackchannelError(
        'option.invalid',
        'grant is incomplete. Pass { code, redirectUri } from the login, or { refreshToken }.',
      );
    }
    this.#options = options;
    this.#grant = grant;
    this.#ports = completePorts(options.ports);
    this.#tokens = new CachedTokens(this.#ports.clock, () => this.#request());
  }

  /** The token, asked for if need be. A signal ends this wait alone: the request goes on for whoever waits too. */
  get(signal?: AbortSignal): Promise<Settled<string>> {
    return this.#tokens.get(signal);
  }

  /** Forgets a token that the platform did not accept; the next `get` renews it. */
  rejected(token: string): boolean {
    return this.#tokens.rejected(token);
  }

  async #request(): Promise<Settled<TokenResponse>> {
    const { hosts, clientId, clientSecret, onRefreshToken } = this.#options;
    const grant = this.#grant;
    const form: Record<string, string> =
      'code' in grant
        ? { grant_type: 'authorization_code', code: grant.code, redirect_uri: grant.redirectUri }
        : { grant_type: 'refresh_token', refresh_token: grant.refreshToken };
    const settled = await requestToken({ hosts, ports: this.#ports, credentials: { clientId, clientSecret }, form });
    const refreshToken = settled.value?.refresh_token;
    if (refreshToken !== undefined) {
      this.#grant = { refreshToken };
      onRefreshToken?.(refreshToken);
    }
    return settled;
  }
}
