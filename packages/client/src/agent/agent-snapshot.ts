import type { ChatMessage } from '../core/message-log.ts';
import type { Notice } from '../notice.ts';
import type { Delivery } from './deliveries.ts';
import type { AgentParticipant } from './participants.ts';

/** A message of a conversation as the agent sees it. */
export interface AgentMessage extends ChatMessage {
  /** What the platform says became of a message that it has; absent for the guest's, and until it says something. */
  readonly delivery?: Delivery | undefined;
  /** Why the delivery failed, as far as the platform says (documented, MESSAGE-RECEIPTS). */
  readonly deliveryReason?: string | undefined;
}

/** One conversation. Immutable: the same object until something changed. */
export interface AgentConversationSnapshot {
  readonly id: string;
  /** The agent's leg: what the platform's REST API calls communicationId. */
  readonly communicationId: string;
  /** The agent's part: `alerting` until it is answered, `disconnected` once the agent has left or handed it on. */
  readonly state: 'alerting' | 'connected' | 'disconnected';
  readonly guestName?: string | undefined;
  /** Everybody who takes part or did, in the order in which they came. */
  readonly participants: readonly AgentParticipant[];
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
