import { quantile } from './load.ts';

/** What `children/relay.ts` is started with, as JSON. */
export interface RelayChild {
  /** The stub's. */
  readonly genesysUrl: string;
  /** Conversations `agent-{n}`, each with a connected agent; their guests wait to be connected. */
  readonly agentConversations?: number | undefined;
  /** Conversations `guest-{n}`, each with a guest whose socket is open. */
  readonly guestConversations?: number | undefined;
  /** So many of those there are in all, once it is asked for `allGuests`. */
  readonly guestConversationsLater?: number | undefined;
  /** A database file, `:memory:`, or `nothing`: a store that keeps nothing. Default `:memory:`. */
  readonly store?: string | undefined;
  /** How many times faster than the real one its clock is. */
  readonly faster?: number | undefined;
  /** Default: as many as a benchmark needs. */
  readonly connectionsPerMinute?: number | undefined;
}

/** What it says when it is ready. */
export interface RelayReady {
  readonly url: string;
  /** May do everything. */
  readonly token: string;
}

export const SECRET = 'bench-secret';

/** Conversations of one agent: as many as an agent's session keeps. */
export const AGENT_CONVERSATIONS = 200;

/** Whose conversation `agent-{index}` is. */
export const agentOf = (index: number): string => `agent:user-${Math.floor(index / AGENT_CONVERSATIONS)}`;

/** `count` things in an order that touches all of them before one comes twice, from where the last one ended. */
export function inTurn(count: number): () => number {
  let next = -1;
  return () => {
    next = (next + 1) % count;
    return next;
  };
}

export const p99 = (latenciesMs: readonly number[]): number => quantile(latenciesMs, 0.99);
