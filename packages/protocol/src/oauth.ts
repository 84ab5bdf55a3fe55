import { defaulted, guard, id, number, object, optional, text } from './reader.ts';

/** Path of the token endpoint on the **login** host; not under `/api/v2` (documented, OAUTH-TOKEN). */
export const OAUTH_TOKEN_PATH = '/oauth/token';

/** Path of the login page on the **login** host: it redirects with a code (documented, OAUTH-CODE, OAUTH-PKCE). */
export const OAUTH_AUTHORIZE_PATH = '/oauth/authorize';

/** The answer of the token endpoint. */
export interface TokenResponse {
  readonly access_token: string;
  /** Used verbatim as the Authorization scheme; `bearer` on the wire. */
  readonly token_type: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Comes with a code that was exchanged by Basic (documented, OAUTH-CODE, OAUTH-REFRESH). */
  readonly refresh_token?: string | undefined;
}

/** An error of the token endpoint: other fields than the API's error body; both texts are equal (documented, OAUTH-ERRORS). */
export interface OAuthError {
  readonly error: string;
  readonly description?: string | undefined;
  readonly error_description?: string | undefined;
}

/** Reads the answer of the token endpoint (OAUTH-TOKEN). */
export const parseTokenResponse = guard(
  object<TokenResponse>({
    access_token: id,
    token_type: defaulted(text, 'bearer'),
    expires_in: number,
    refresh_token: optional(id),
  }),
);

/** Reads what the token endpoint says when it refuses (OAUTH-ERRORS). */
export const parseOAuthError = guard(
  object<OAuthError>({ error: id, description: optional(text), error_description: optional(text) }),
);
