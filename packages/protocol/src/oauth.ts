import { Fields } from './fields.ts';
import type { Parsed } from './parsed.ts';

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

export function parseTokenResponse(value: unknown): Parsed<TokenResponse> {
  const fields = Fields.of(value);
  return fields.end({
    access_token: fields.id('access_token'),
    token_type: fields.optional('token_type', fields.string) ?? 'bearer',
    expires_in: fields.number('expires_in'),
  });
}

export function parseOAuthError(value: unknown): Parsed<OAuthError> {
  const fields = Fields.of(value);
  return fields.end({
    error: fields.id('error'),
    description: fields.optional('description', fields.string),
    error_description: fields.optional('error_description', fields.string),
  });
}
