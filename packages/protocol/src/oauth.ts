import { defaulted, guard, id, number, object, optional, text } from './reader.ts';

/** Path of the token endpoint on the **login** host; not under `/api/v2` (documented, OAUTH-TOKEN). */
export const OAUTH_TOKEN_PATH = '/oauth/token';

/** The answer of the token endpoint. */
export interface TokenResponse {
  readonly access_token: string;
  /** Used verbatim as the Authorization scheme; `bearer` on the wire. */
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** An error of the token endpoint: other fields than the API's error body; both texts are equal (documented, OAUTH-ERRORS). */
export interface OAuthError {
  readonly error: string;
  readonly description?: string | undefined;
  readonly error_description?: string | undefined;
}

export const parseTokenResponse = guard(
  object<TokenResponse>({ access_token: id, token_type: defaulted(text, 'bearer'), expires_in: number }),
);

export const parseOAuthError = guard(
  object<OAuthError>({ error: id, description: optional(text), error_description: optional(text) }),
);
