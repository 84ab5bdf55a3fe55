/** What `children/relay.ts` is started with, as JSON. */
export interface RelayChild {
  /** The stub's, or an emulator's. */
  readonly genesysUrl: string;
  /** Conversations `agent-{n}`, each with a connected agent. */
  readonly agentConversations?: number | undefined;
  /** Conversations `guest-{n}`, each with a guest whose socket is open. */
  readonly guestConversations?: number | undefined;
  /** Default: in memory. */
  readonly storeFile?: string | undefined;
  /** How many times faster than the real one its clock is. */
  readonly faster?: number | undefined;
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

/** Whose conversation it is. */
export const agentOf = (index: number): string => `agent:user-${Math.floor(index / AGENT_CONVERSATIONS)}`;
