import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Windows } from '../rate-limits.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';

/** Seconds that a token lives: the platform's default for a client (documented, OAUTH-LIFETIME). */
const ACCESS_TOKEN_SECONDS = 86_400;

/** A bearer of the platform's REST API. Without `agent` it is a client-credentials token: it has no user. */
export interface AccessToken {
  readonly text: string;
  readonly clientId: string;
  readonly agent?: Agent | undefined;
  readonly expiresAtMs: number;
  readonly permissions: ReadonlySet<string>;
  readonly windows: Windows;
  /** Shared by all tokens of this user with this client. */
  readonly userWindows: Windows;
}

/** The permissions that the operations served here ask for (documented: official JavaScript SDK). */
const PERMISSIONS = [
  'conversation:message:create',
  'conversation:webmessaging:create',
  'conversation:message:view',
  'conversation:webmessaging:view',
  'conversation:communication:view',
  'conversation:message:receive',
  'messaging:integration:add',
  'messaging:integration:view',
  'messaging:integration:edit',
  'messaging:integration:delete',
  'messaging:setting:add',
  'messaging:setting:view',
  'messaging:setting:edit',
  'messaging:setting:delete',
] as const;

/** Who has which permissions; whoever is not named has all. */
export interface PermissionOptions {
  readonly agents?: readonly string[] | undefined;
  readonly client?: readonly string[] | undefined;
}

/** The access tokens that work, and those whose time is over. */
export class AccessTokens {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #permissions: { readonly agents: ReadonlySet<string>; readonly client: ReadonlySet<string> };
  readonly #tokens = new Map<string, AccessToken>();
  readonly #userWindows = new Map<string, Windows>();
  /** Seconds that a token lives. */
  readonly lifeSeconds: number;

  constructor(
    ids: SeededIds,
    timeline: Timeline,
    permissions: PermissionOptions = {},
    lifeSeconds: number = ACCESS_TOKEN_SECONDS,
  ) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#permissions = {
      agents: new Set(permissions.agents ?? PERMISSIONS),
      client: new Set(permissions.client ?? PERMISSIONS),
    };
    this.lifeSeconds = lifeSeconds;
  }

  issue(clientId: string, agent?: Agent): AccessToken {
    const token: AccessToken = {
      text: `emulator-${agent === undefined ? 'client' : 'user'}-token-${this.#ids.hex('accessToken')}`,
      clientId,
      agent,
      expiresAtMs: this.#timeline.nowMs() + this.lifeSeconds * 1_000,
      permissions: agent === undefined ? this.#permissions.client : this.#permissions.agents,
      windows: {},
      userWindows: this.#windowsOf(`${clientId} ${agent?.id ?? ''}`),
    };
    this.#tokens.set(token.text, token);
    if (this.#tokens.size > BOUNDS.accessTokens) this.#forgetOldest();
    return token;
  }

  find(text: string): { readonly token: AccessToken; readonly expired: boolean } | undefined {
    const token = this.#tokens.get(text);
    return token && { token, expired: token.expiresAtMs <= this.#timeline.nowMs() };
  }

  /** Ends a token before its time (documented, TOKENS-ME). */
  revoke(token: AccessToken): void {
    this.#tokens.delete(token.text);
  }

  /** Ends all tokens of a user. */
  revokeOf(agent: Agent): void {
    for (const token of [...this.#tokens.values()]) if (token.agent === agent) this.revoke(token);
  }

  /** A token of this agent that has not expired: the oldest, so that logins do not change it, or a new one of this client. */
  currentOf(agent: Agent, clientId: string): AccessToken {
    const now = this.#timeline.nowMs();
    const current = [...this.#tokens.values()].find((each) => each.agent === agent && each.expiresAtMs > now);
    return current ?? this.issue(clientId, agent);
  }

  #windowsOf(key: string): Windows {
    let windows = this.#userWindows.get(key);
    if (windows === undefined) {
      windows = {};
      this.#userWindows.set(key, windows);
    }
    return windows;
  }

  /** Client tokens first: a user token is handed out once, a client can ask for another any time. */
  #forgetOldest(): void {
    const tokens = [...this.#tokens.values()];
    const oldest = tokens.find((each) => each.agent === undefined) ?? tokens[0];
    if (oldest) this.#tokens.delete(oldest.text);
  }
}
