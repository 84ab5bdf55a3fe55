import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Windows } from '../rate-limits.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';

/** Seconds that a token lives: the platform's default for a client (documented, 300 to 172,800). */
export const ACCESS_TOKEN_SECONDS = 86_400;

/** A bearer of the platform's REST API. Without `agent` it is a client-credentials token: it has no user. */
export interface AccessToken {
  readonly text: string;
  readonly agent?: Agent | undefined;
  readonly expiresAtMs: number;
  readonly permissions: ReadonlySet<string>;
  readonly windows: Windows;
}

/** The permissions that the operations served here ask for (documented: official JavaScript SDK). */
const PERMISSIONS = [
  'conversation:message:create',
  'conversation:webmessaging:create',
  'conversation:message:view',
  'conversation:webmessaging:view',
  'conversation:communication:view',
] as const;

/** Who has which permissions; whoever is not named has all. */
export interface PermissionOptions {
  readonly agents?: readonly string[] | undefined;
  readonly client?: readonly string[] | undefined;
}

export class AccessTokens {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #permissions: { readonly agents: ReadonlySet<string>; readonly client: ReadonlySet<string> };
  readonly #tokens = new Map<string, AccessToken>();

  constructor(ids: SeededIds, timeline: Timeline, permissions: PermissionOptions = {}) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#permissions = {
      agents: new Set(permissions.agents ?? PERMISSIONS),
      client: new Set(permissions.client ?? PERMISSIONS),
    };
  }

  issue(agent?: Agent): AccessToken {
    const token: AccessToken = {
      text: `emulator-${agent === undefined ? 'client' : 'user'}-token-${this.#ids.hex('accessToken')}`,
      agent,
      expiresAtMs: this.#timeline.nowMs() + ACCESS_TOKEN_SECONDS * 1_000,
      permissions: agent === undefined ? this.#permissions.client : this.#permissions.agents,
      windows: {},
    };
    this.#tokens.set(token.text, token);
    if (this.#tokens.size > BOUNDS.accessTokens) this.#forgetOldest();
    return token;
  }

  find(text: string): { readonly token: AccessToken; readonly expired: boolean } | undefined {
    const token = this.#tokens.get(text);
    return token && { token, expired: token.expiresAtMs <= this.#timeline.nowMs() };
  }

  /** A token of this agent that has not expired: the newest, or a new one. */
  currentOf(agent: Agent): AccessToken {
    const now = this.#timeline.nowMs();
    const current = [...this.#tokens.values()].findLast((each) => each.agent === agent && each.expiresAtMs > now);
    return current ?? this.issue(agent);
  }

  /** Client tokens first: a user token is handed out once, a client can ask for another any time. */
  #forgetOldest(): void {
    const tokens = [...this.#tokens.values()];
    const oldest = tokens.find((each) => each.agent === undefined) ?? tokens[0];
    if (oldest) this.#tokens.delete(oldest.text);
  }
}
