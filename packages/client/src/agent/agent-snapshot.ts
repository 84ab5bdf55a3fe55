import type { ChatMessage } from '../core/message-log.ts';
import type { Notice } from '../notice.ts';

/** A message of a conversation as the agent sees it. */
export type AgentMessage = ChatMessage;

/** One conversation. Immutable: the same object until something changed. */
export interface AgentConversationSnapshot {
  readonly id: string;
  /** The agent's leg: what the platform's REST API calls communicationId. */
  readonly communicationId: string;
  readonly state: 'connected' | 'disconnected';
  readonly guestName?: string | undefined;
  /** Oldest first, at most `MESSAGES_MAX`. */
  readonly messages: readonly AgentMessage[];
  readonly guestTyping: boolean;
}

/** What a user interface shows. Immutable: the same object until something changed. */
export interface AgentSnapshot {
  readonly state: 'idle' | 'connecting' | 'live' | 'waiting' | 'closed' | 'failed';
  /** Why the session waits, closed or failed; absent while it is well. */
  readonly reason?: string | undefined;
  /** While waiting: which attempt comes, and how long from the moment at which waiting began. */
  readonly reconnect?: { readonly attempt: number; readonly delayMs: number } | undefined;
  readonly userId?: string | undefined;
  readonly name?: string | undefined;
  /** In the order in which they became known. */
  readonly conversations: readonly AgentConversationSnapshot[];
  readonly lastNotice?: Notice | undefined;
}
