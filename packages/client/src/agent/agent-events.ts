import type { Notice } from '../notice.ts';
import type { Settled } from '../settled.ts';
import type { TypingSignal } from '../typing/typing.ts';
import type { AgentConversation } from './agent-conversation.ts';
import type { AgentMessage, AgentSnapshot } from './agent-snapshot.ts';

/** What `AgentSession.on` tells. */
export interface AgentEvents {
  /** A conversation that the session has not seen before. */
  readonly conversation: AgentConversation;
  readonly guestTyping: { readonly conversation: AgentConversation; readonly typing: boolean };
  /** A message that the platform has shown, once: also the agent's own. */
  readonly message: { readonly conversation: AgentConversation; readonly message: AgentMessage };
  /** The platform tells what became of a message that it has: its `delivery` changed. */
  readonly delivery: { readonly conversation: AgentConversation; readonly message: AgentMessage };
  readonly state: AgentSnapshot['state'];
  readonly notice: Notice;
  /** How a signal of a conversation's `typing` ended, and why: also those that were suppressed. */
  readonly typingSettled: {
    readonly conversation: AgentConversation;
    readonly signal: TypingSignal;
    readonly settled: Settled;
  };
}
