export { type ChatMessage, MESSAGES_MAX } from '../core/message-log.ts';
export type { Notice } from '../notice.ts';
export { AgentConversation } from './agent-conversation.ts';
export type { AgentEvents } from './agent-events.ts';
export {
  AGENT_CONNECT_TIMEOUT_MS,
  AgentSession,
  type AgentSessionOptions,
  CONVERSATIONS_MAX,
} from './agent-session.ts';
export type { AgentConversationSnapshot, AgentMessage, AgentSnapshot } from './agent-snapshot.ts';
export { TokenSource, type TokenSourceOptions } from './token-source.ts';
