import type { Actor } from './participant.ts';

/** What a credential may do. Names of the field (F15) are aliases of these. */
export type Scope = 'signals:read' | 'signals:write' | 'messages:write';

/** A program with credentials of the relay: everything that it made, and nobody else's. */
export interface ClientPrincipal {
  readonly kind: 'client';
  readonly clientId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** For whom it may act. `agents`: ids of users, or everyone. */
  readonly actAs: { readonly guest: boolean; readonly agents: ReadonlySet<string> | 'everyone' };
  /** Epoch milliseconds at which its token ends. */
  readonly expiresAtMs: number;
}

/** A browser with a token for one conversation and one participant. */
export interface ConversationPrincipal {
  readonly kind: 'conversation';
  /** The client whose conversation it is. */
  readonly clientId: string;
  readonly bindingId: string;
  readonly participant: Actor;
  /** Whether it may be exchanged for a newer one (F8); others end when they end. */
  readonly renewable?: boolean | undefined;
  readonly scopes: ReadonlySet<Scope>;
  readonly expiresAtMs: number;
}

/** Who calls. Every command takes one and is the one place that decides what it may do. */
export type Principal = ClientPrincipal | ConversationPrincipal;
