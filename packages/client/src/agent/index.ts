export { type ChatMessage, MESSAGES_MAX } from '../core/message-log.ts';
export type { Notice } from '../notice.ts';
export { type AgentCallOptions, AgentConversation, type TransferTarget } from './agent-conversation.ts';
export type { AgentEvents } from './agent-events.ts';
export { type AgentBudget, AgentPlatform, type AgentPlatformOptions, type ReadOptions } from './agent-platform.ts';
export {
  ADOPT_TIMEOUT_MS,
  AGENT_CONNECT_TIMEOUT_MS,
  AgentSession,
  type AgentSessionOptions,
  type SharedSessionOptions,
} from './agent-session.ts';
export type { AgentConversationSnapshot, AgentMessage, AgentSnapshot } from './agent-snapshot.ts';
export type { Tokens } from './cached-tokens.ts';
export { CONVERSATIONS_MAX, type Follows } from './conversation-book.ts';
export type { ConversationReading } from './conversation-reading.ts';
export type { Delivery } from './deliveries.ts';
export { type BegunLogin, beginLogin, completeLogin, type LoginOptions, type UserToken } from './login.ts';
export type { AgentParticipant } from './participants.ts';
export { TokenSource, type TokenSourceOptions } from './token-source.ts';
export { UserTokenSource, type UserTokenSourceOptions } from './user-token-source.ts';
