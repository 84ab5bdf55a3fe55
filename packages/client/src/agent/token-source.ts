import type { Hosts } from '@backchannel/protocol';
import { completePorts } from '../adapters/system-ports.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { CachedTokens, requestToken, type Tokens } from './cached-tokens.ts';

export type { Tokens } from './cached-tokens.ts';

/** Options of a `TokenSource`: an OAuth client with the grant client credentials. */
export interface TokenSourceOptions {
  readonly hosts: Hosts;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly ports?: Partial<Ports> | undefined;
}

/**
 * Tokens by OAuth client credentials (documented, OAUTH-TOKEN): asked for once however many want one, kept, and renewed a
 * minute before the end. For servers: a browser must not know a client secret.
 *
 * Such a token has no user (documented, USERS-ME), so `AgentSession` then needs a `userId`; whether it may act for an agent
 * is assumed (AGENT-CLIENT-CREDENTIALS).
 */
export class TokenSource implements Tokens {
  readonly hasUser = false;
  readonly #tokens: CachedTokens;

  /** @throws BackchannelError `option.invalid`. */
  constructor({ hosts, clientId, clientSecret, ports }: TokenSourceOptions) {
    checkClient(clientId, clientSecret);
    const complete = completePorts(ports);
    const form = { grant_type: 'client_credentials' };
    const credentials = { clientId, clientSecret };
    this.#tokens = new CachedTokens(complete.clock, () => requestToken({ hosts, ports: complete, credentials, form }));
  }

  /** The token, asked for if need be. A signal ends this wait alone: the request goes on for whoever waits too. */
  get(signal?: AbortSignal): Promise<Settled<string>> {
    return this.#tokens.get(signal);
  }

  /** Forgets a token that the platform did not accept; the next `get` asks for another. */
  rejected(token: string): boolean {
    return this.#tokens.rejected(token);
  }
}

/** Both parts of an OAuth client. @throws BackchannelError `option.invalid`. */
export function checkClient(clientId: string, clientSecret: string): void {
  if (clientId && clientSecret) return;
  const missing = clientId ? 'clientSecret' : 'clientId';
  throw new BackchannelError('option.invalid', `${missing} is empty. Pass both parts of an OAuth client.`);
}

/** A token that the application has from elsewhere (PKCE, a server of its own) and that nobody here can renew. */
export const fixedToken = (token: string): Tokens => ({
  get: async () => ({ outcome: 'sent', reason: 'The token was given.', value: token }),
  rejected: () => false,
});
