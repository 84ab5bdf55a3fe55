import type { NotificationSurface } from '../notifications/notification-surface.ts';
import type { AccessToken } from '../world/access-tokens.ts';
import type { World } from '../world/world.ts';

/** One request that has been let in: who asks, and what for. */
export interface Call {
  readonly world: World;
  readonly notifications: NotificationSurface;
  readonly token: AccessToken;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` for an empty body. */
  readonly body: unknown;
  /** `127.0.0.1:4100`, as the caller knows this server. */
  readonly host: string;
}

/** The answer of an operation. Without a body the answer is empty. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly conversationId?: string | undefined;
  /** For the journal: what became of it. */
  readonly note?: string | undefined;
}

/** An operation of the platform REST API, as a row: everything that is true of it before it runs stands here. */
export interface Operation {
  /** The name that the official SDKs give it. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** As the platform documents it, with `{name}` for parameters. */
  readonly path: string;
  /** The caller needs any of these; empty = none is documented. */
  readonly permissions: readonly string[];
  readonly run: (call: Call) => Answer;
}
