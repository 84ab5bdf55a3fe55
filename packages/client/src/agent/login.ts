import { type Hosts, OAUTH_AUTHORIZE_PATH } from '@backchannel/protocol';
import { completePorts } from '../adapters/system-ports.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { requestToken } from './cached-tokens.ts';

/** Options of a login in the browser. */
export interface LoginOptions {
  readonly hosts: Hosts;
  /** Id of an OAuth client for authorization code with PKCE. */
  readonly clientId: string;
  /** Where the platform sends the browser back; the client has to name it. */
  readonly redirectUri: string;
  readonly ports?: Partial<Ports> | undefined;
}

/** A login on its way: send the browser to `url`, and keep the rest until it comes back (session storage is a good place). */
export interface BegunLogin {
  readonly url: string;
  /** Comes back with the browser, and proves that it was this login. */
  readonly state: string;
  /** Proves to the platform that who exchanges the code is who asked for it. */
  readonly codeVerifier: string;
}

/** What a login gives. */
export interface UserToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

const base64Url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

/**
 * Begins a login of an agent in the browser: authorization code with PKCE, which needs no secret (documented, OAUTH-PKCE).
 *
 * ```ts
 * const login = await beginLogin({ hosts, clientId, redirectUri });
 * sessionStorage.setItem('login', JSON.stringify(login));
 * location.assign(login.url);
 * ```
 *
 * @throws BackchannelError `option.invalid`.
 */
export async function beginLogin({ hosts, clientId, redirectUri, ports }: LoginOptions): Promise<BegunLogin> {
  for (const [name, value] of Object.entries({ clientId, redirectUri })) {
    if (!value) throw new BackchannelError('option.invalid', `${name} is empty. Pass that of your OAuth client.`);
  }
  const { ids } = completePorts(ports);
  const unguessable = () => ids.uuid().replaceAll('-', '');
  const state = unguessable();
  // 64 characters of the 43 to 128 that are allowed.
  const codeVerifier = unguessable() + unguessable();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier));
  const parameters = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
    code_challenge: base64Url(digest),
    code_challenge_method: 'S256',
  });
  return { url: `${hosts.login}${OAUTH_AUTHORIZE_PATH}?${parameters}`, state, codeVerifier };
}

/**
 * Ends a login: exchanges the code that the browser came back with for the agent's token. It has no refresh token (assumed,
 * OAUTH-PKCE-NO-REFRESH): when it ends, begin again.
 *
 * ```ts
 * const begun = JSON.parse(sessionStorage.getItem('login') ?? '{}');
 * const settled = await completeLogin({ hosts, clientId, redirectUri, begun, returnedTo: location.href });
 * if (settled.value) new AgentSession({ hosts, token: settled.value.token });
 * ```
 *
 * Settles as `refused` when nobody logged in, when the browser comes from another login, or when the code is too old.
 */
export async function completeLogin({
  hosts,
  clientId,
  redirectUri,
  begun,
  returnedTo,
  ports,
  signal,
}: LoginOptions & {
  readonly begun: Pick<BegunLogin, 'state' | 'codeVerifier'>;
  /** The whole address that the browser came back to. */
  readonly returnedTo: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<Settled<UserToken>> {
  const query = new URL(returnedTo).searchParams;
  const refused = (reason: string): Settled<UserToken> => ({
    outcome: 'refused',
    reason,
    error: new BackchannelError('login.refused', reason),
  });
  if (query.get('state') !== begun.state) return refused('The browser comes back from another login. Begin again.');
  const code = query.get('code');
  if (!code) {
    const why = query.get('error_description') ?? query.get('error') ?? 'there is no code in the address';
    return refused(`Nobody was logged in: ${why}.`);
  }
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    client_id: clientId,
    code_verifier: begun.codeVerifier,
  };
  const settled = await requestToken({ hosts, ports: completePorts(ports), form, signal });
  if (!settled.value) return { ...settled, value: undefined };
  const { access_token: token, expires_in: expiresInSeconds } = settled.value;
  return { ...settled, value: { token, expiresInSeconds } };
}
