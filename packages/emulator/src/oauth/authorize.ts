import { isLoopbackHost } from '../http/loopback.ts';
import type { Agent } from '../world/agents.ts';
import type { World } from '../world/world.ts';

/** A request for a code that can be answered: where to, and what comes back with it. */
export interface AuthorizeRequest {
  readonly clientId: string;
  /** As it was written: the exchange of the code has to repeat it. */
  readonly redirectUri: string;
  readonly state: string | undefined;
  readonly codeChallenge: string | undefined;
}

/** What `/oauth/authorize` does: shows the page, sends the browser back, or says on a page why it cannot. */
export type AuthorizeStep =
  | { readonly kind: 'page'; readonly request: AuthorizeRequest }
  | { readonly kind: 'redirect'; readonly to: string; readonly note?: string | undefined }
  | { readonly kind: 'refused'; readonly text: string };

/**
 * Reads the parameters of `/oauth/authorize` (documented, OAUTH-CODE, OAUTH-PKCE). Without a client and an address of its own
 * nobody is sent anywhere; later mistakes go back as `error` and `error_description`.
 */
export function readAuthorize(world: World, query: URLSearchParams): AuthorizeStep {
  const { loginClient, oauth } = world.state;
  const clientId = query.get('client_id');
  if (clientId !== loginClient.clientId) {
    const text =
      clientId === oauth.clientId
        ? 'This client is for client credentials and cannot log users in: use the one that GET /_emulator/info names as loginClient.'
        : 'There is no client with this client_id: GET /_emulator/info names it as loginClient.';
    return { kind: 'refused', text };
  }
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isOfThisMachine(redirectUri)) {
    const text = `The redirect_uri ${JSON.stringify(redirectUri.slice(0, 100))} is not among those of the client: here it is any http address of this machine (assumed, OAUTH-REDIRECT-URIS).`;
    return { kind: 'refused', text };
  }
  const request = {
    clientId,
    redirectUri,
    state: query.get('state') ?? undefined,
    codeChallenge: query.get('code_challenge') ?? undefined,
  };
  const responseType = query.get('response_type');
  if (responseType !== 'code') {
    return back(request, 'unsupported_response_type', `response_type is ${responseType ?? 'missing'}; served is code`);
  }
  const method = query.get('code_challenge_method');
  if (request.codeChallenge !== undefined && method !== 'S256') {
    return back(request, 'invalid_request', `code_challenge_method is ${method ?? 'missing'}; it has to be S256`);
  }
  return { kind: 'page', request };
}

/** Somebody logged in, or said no. */
export function completeAuthorize(world: World, request: AuthorizeRequest, user: string | null): AuthorizeStep {
  const agent: Agent | undefined = world.state.agents.find(({ id }) => id === user);
  if (agent === undefined) return back(request, 'access_denied', 'nobody logged in');
  const code = world.state.authorizations.grant({
    agent,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
  });
  return { kind: 'redirect', to: withParameters(request, { code }), note: `${agent.name} has logged in.` };
}

function isOfThisMachine(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, host } = new URL(address);
  return (protocol === 'http:' || protocol === 'https:') && isLoopbackHost(host);
}

const back = (request: AuthorizeRequest, error: string, description: string): AuthorizeStep => ({
  kind: 'redirect',
  to: withParameters(request, { error, error_description: description }),
  note: description,
});

function withParameters(
  { redirectUri, state }: AuthorizeRequest,
  parameters: Readonly<Record<string, string>>,
): string {
  const to = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value);
  if (state !== undefined) to.searchParams.set('state', state);
  return to.href;
}
