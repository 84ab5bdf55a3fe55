export type { ChatMessage } from '../core/message-log.ts';
export type { Notice } from '../notice.ts';
export { AgentConversation } from './agent-conversation.ts';
export { AgentSession, type AgentSessionOptions } from './agent-session.ts';
export type { AgentConversationSnapshot, AgentEvents, AgentMessage, AgentSnapshot } from './agent-snapshot.ts';
export { TokenSource, type TokenSourceOptions } from './token-source.ts';
