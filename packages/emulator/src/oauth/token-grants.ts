import { createHash } from 'node:crypto';
import type { OAuthError, TokenResponse } from '@backchannel/protocol';
import type { Agent } from '../world/agents.ts';
import type { World } from '../world/world.ts';
import type { OAuthClient } from '../world/world-state.ts';

/** What the token endpoint answers, and why, for the journal. */
export interface GrantAnswer {
  readonly status: number;
  readonly body: TokenResponse | OAuthError;
  readonly note?: string | undefined;
}

interface Credentials {
  readonly id: string;
  readonly secret: string;
}

/** Errors of this endpoint have fields of their own, both texts equal (documented, OAUTH-ERRORS). */
export const oauthRefusal = (status: number, error: string, description: string, note?: string): GrantAnswer => ({
  status,
  body: { error, description, error_description: description },
  note,
});

function basicOf(header: string | undefined): Credentials | undefined {
  const encoded = /^basic\s+(\S+)\s*$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

function formCredentialsOf(form: URLSearchParams): Credentials | undefined {
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  return id === null || secret === null ? undefined : { id, secret };
}

/** Answers `POST /oauth/token`: client credentials, an authorization code with Basic or PKCE, a refresh token. */
export function answerTokenRequest(
  world: World,
  form: URLSearchParams,
  authorization: string | undefined,
): GrantAnswer {
  const grant = form.get('grant_type');
  switch (grant) {
    case null:
      return oauthRefusal(400, 'invalid_request', 'grant_type is missing');
    case 'client_credentials':
      return clientCredentials(world, form, authorization);
    case 'authorization_code':
      return authorizationCode(world, form, authorization);
    case 'refresh_token':
      return refresh(world, form, authorization);
    default:
      return oauthRefusal(
        400,
        'unsupported_grant_type',
        'the grant type is not supported',
        'Served are client_credentials, authorization_code and refresh_token. User tokens also stand in GET /_emulator/info.',
      );
  }
}

/** The client that the request proves to be, by Basic (or by the form, if that is switched on); else the refusal. */
function authenticate(
  world: World,
  form: URLSearchParams,
  authorization: string | undefined,
): OAuthClient | GrantAnswer {
  const { oauth, loginClient } = world.state;
  const fromForm = formCredentialsOf(form);
  const given = basicOf(authorization) ?? (world.switches.acceptFormCredentials ? fromForm : undefined);
  const failure = world.switches.clientAuthenticationFailure;
  if (given === undefined) {
    const note =
      fromForm === undefined
        ? 'Send the client id and secret as Basic.'
        : 'Credentials in the form are refused: send them as Basic (assumed, OAUTH-FORM-CREDENTIALS).';
    return oauthRefusal(failure, 'invalid_client', 'authentication failed', note);
  }
  const client = [oauth, loginClient].find(({ clientId }) => clientId === given.id);
  if (client === undefined) return oauthRefusal(failure, 'invalid_client', 'client not found');
  if (client.clientSecret !== given.secret) return oauthRefusal(failure, 'invalid_client', 'authentication failed');
  return client;
}

const isRefusal = (answer: OAuthClient | GrantAnswer): answer is GrantAnswer => 'status' in answer;

/** A client has one grant type (documented, OAUTH-ONE-GRANT); how the other is refused is assumed (OAUTH-WRONG-GRANT). */
const wrongGrant = (note: string): GrantAnswer =>
  oauthRefusal(400, 'unauthorized_client', 'the client is not authorized for this grant type', note);

function clientCredentials(world: World, form: URLSearchParams, authorization: string | undefined): GrantAnswer {
  const client = authenticate(world, form, authorization);
  if (isRefusal(client)) return client;
  if (client !== world.state.oauth)
    return wrongGrant('This client logs users in; info.oauth names the one for client credentials.');
  return granted(world, client, undefined, undefined);
}

function authorizationCode(world: World, form: URLSearchParams, authorization: string | undefined): GrantAnswer {
  const { loginClient, authorizations } = world.state;
  const verifier = form.get('code_verifier');
  if (verifier === null) {
    const client = authenticate(world, form, authorization);
    if (isRefusal(client)) return client;
    if (client !== loginClient)
      return wrongGrant('This client is for client credentials; info.loginClient names the one that logs users in.');
  } else if (form.get('client_id') !== loginClient.clientId) {
    const note = 'With PKCE the form has the client_id of info.loginClient, and there is no secret.';
    return oauthRefusal(world.switches.clientAuthenticationFailure, 'invalid_client', 'client not found', note);
  }
  const code = authorizations.redeem(form.get('code') ?? '');
  if (code === undefined) return invalidGrant('The code is unknown, used, or older than five minutes.');
  if (code.redirectUri !== form.get('redirect_uri'))
    return invalidGrant('The redirect_uri is not the one that the code was asked for with.');
  if (code.codeChallenge !== (verifier === null ? undefined : challengeOf(verifier))) {
    return invalidGrant(
      code.codeChallenge === undefined
        ? 'The code was asked for without a code_challenge: exchange it by Basic, without a code_verifier.'
        : 'The code_verifier is not the one whose SHA-256 was the code_challenge.',
    );
  }
  const refreshToken = verifier === null ? authorizations.issueRefreshToken(code.agent) : undefined;
  return granted(world, loginClient, code.agent, refreshToken);
}

function refresh(world: World, form: URLSearchParams, authorization: string | undefined): GrantAnswer {
  const { loginClient, authorizations } = world.state;
  const client = authenticate(world, form, authorization);
  if (isRefusal(client)) return client;
  if (client !== loginClient) return wrongGrant('Refresh tokens belong to the client that logs users in.');
  const spend = world.switches.rotateRefreshTokens;
  const given = form.get('refresh_token') ?? '';
  const agent = authorizations.refresh(given, spend);
  if (agent === undefined)
    return invalidGrant('The refresh token is unknown, used already, or its user’s tokens were ended.');
  return granted(world, client, agent, spend ? authorizations.issueRefreshToken(agent) : given);
}

const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

const invalidGrant = (note: string): GrantAnswer => oauthRefusal(400, 'invalid_grant', 'the grant is not valid', note);

function granted(
  world: World,
  client: OAuthClient,
  agent: Agent | undefined,
  refreshToken: string | undefined,
): GrantAnswer {
  const { tokens } = world.state;
  return {
    status: 200,
    body: {
      access_token: tokens.issue(client.clientId, agent).text,
      token_type: 'bearer',
      expires_in: tokens.lifeSeconds,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    },
  };
}
