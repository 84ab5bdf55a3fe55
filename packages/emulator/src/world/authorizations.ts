import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';

/** Milliseconds that a code can be exchanged (assumed, OAUTH-CODE-LIFE). */
const CODE_LIFE_MS = 300_000;

/** A login that an application may exchange for a token, once. */
export interface AuthorizationCode {
  readonly agent: Agent;
  readonly redirectUri: string;
  /** SHA-256 of the verifier, base64url; absent without PKCE (documented, OAUTH-PKCE). */
  readonly codeChallenge: string | undefined;
  readonly expiresAtMs: number;
}

/** What users have allowed an application: codes that wait for their exchange, and refresh tokens. */
export class Authorizations {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #codes = new Map<string, AuthorizationCode>();
  readonly #refreshTokens = new Map<string, Agent>();

  constructor(ids: SeededIds, timeline: Timeline) {
    this.#ids = ids;
    this.#timeline = timeline;
  }

  /** A code for a user who has logged in. */
  grant(given: Omit<AuthorizationCode, 'expiresAtMs'>): string {
    const code = `emulator-code-${this.#ids.hex('authorizationCode')}`;
    this.#codes.set(code, { ...given, expiresAtMs: this.#timeline.nowMs() + CODE_LIFE_MS });
    forgetOldest(this.#codes, BOUNDS.authorizationCodes);
    return code;
  }

  /** Whose code it is, once; `undefined` when it is unknown, used or too old. */
  redeem(code: string): AuthorizationCode | undefined {
    const found = this.#codes.get(code);
    this.#codes.delete(code);
    return found !== undefined && found.expiresAtMs > this.#timeline.nowMs() ? found : undefined;
  }

  issueRefreshToken(agent: Agent): string {
    const token = `emulator-refresh-token-${this.#ids.hex('refreshToken')}`;
    this.#refreshTokens.set(token, agent);
    forgetOldest(this.#refreshTokens, BOUNDS.refreshTokens);
    return token;
  }

  /** Whose refresh token it is. `spend`: it does not work again (assumed, OAUTH-REFRESH-ROTATES). */
  refresh(token: string, spend: boolean): Agent | undefined {
    const agent = this.#refreshTokens.get(token);
    if (spend) this.#refreshTokens.delete(token);
    return agent;
  }

  /** Ends what this user has allowed. */
  revokeOf(agent: Agent): void {
    for (const [token, owner] of this.#refreshTokens) if (owner === agent) this.#refreshTokens.delete(token);
  }
}

function forgetOldest(map: Map<string, unknown>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) return;
    map.delete(key);
  }
}
