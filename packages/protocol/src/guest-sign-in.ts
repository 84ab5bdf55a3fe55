import { guard, id, object, optional, text } from './reader.ts';

/** Paths of a guest's sign-in on the API host (documented, GUEST-SIGN-IN). No access token: the deployment is the authority. */
export const GUEST_SIGN_IN_PATHS = {
  exchange: '/api/v2/webdeployments/token/oauthcodegrantjwtexchange',
  refresh: '/api/v2/webdeployments/token/refresh',
  revoke: '/api/v2/webdeployments/token/revoke',
} as const;

/** Path of a guest's push device; `tokenId` is the session token in lower case (documented, GUEST-PUSH). */
export const guestPushDevicePath = (deploymentId: string, tokenId: string): string =>
  `/api/v2/webmessaging/deployments/${encodeURIComponent(deploymentId)}/pushdevices/${encodeURIComponent(tokenId)}`;

/** Trades what the customer's own identity provider gave for a JWT of the deployment: by code, or by an id token. */
export interface TokenExchangeRequest {
  readonly deploymentId: string;
  readonly oauth: {
    readonly code?: string | undefined;
    readonly redirectUri?: string | undefined;
    readonly codeVerifier?: string | undefined;
    readonly idToken?: string | undefined;
    readonly nonce?: string | undefined;
  };
}

/** The mobile SDK sends no `deploymentId`, the platform's model requires one (documented, GUEST-SIGN-IN-REFRESH). */
export interface TokenRefreshRequest {
  readonly refreshToken: string;
  readonly deploymentId?: string | undefined;
}

/** The answer of exchange and refresh. `jwt` goes into `configureAuthenticatedSession`. */
export interface GuestTokens {
  readonly jwt: string;
  readonly refreshToken?: string | undefined;
}

/** Reads the body of the exchange, as the platform does. */
export const parseTokenExchangeRequest = guard(
  object<TokenExchangeRequest>({
    deploymentId: id,
    oauth: object<TokenExchangeRequest['oauth']>({
      code: optional(id),
      redirectUri: optional(text),
      codeVerifier: optional(text),
      idToken: optional(id),
      nonce: optional(text),
    }),
  }),
);

/** Reads the body of the refresh, as the platform does. */
export const parseTokenRefreshRequest = guard(
  object<TokenRefreshRequest>({ refreshToken: id, deploymentId: optional(id) }),
);

/** Reads the answer of exchange and refresh. */
export const parseGuestTokens = guard(object<GuestTokens>({ jwt: id, refreshToken: optional(id) }));
