export {
  type AgentMessageRequest,
  type AgentTypingRequest,
  agentMessagePath,
  agentMessagesPath,
  agentTypingPath,
  type MessageData,
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  parseMessageData,
} from './agent-messages.ts';
export {
  agentLeg,
  type Communication,
  type Conversation,
  conversationPath,
  MESSAGE_CONVERSATIONS_PATH,
  type MessageReference,
  type Participant,
  parseConversation,
  parseIdListing,
  parseUserMe,
  USERS_ME_PATH,
} from './conversations.ts';
export { type DeploymentConfig, deploymentConfigPath, parseDeploymentConfig } from './deployment-config.ts';
export { type ErrorBody, PLATFORM_ERRORS, type PlatformErrorCode, parseErrorBody } from './error-body.ts';
export { FACTS, type Fact, type FactId, type Mark } from './facts.ts';
export { GUEST_CODES, type GuestCode } from './guest-codes.ts';
export { GUEST_HISTORY_PATH, type GuestHistoryPage, parseGuestHistoryPage } from './guest-history.ts';
export {
  type ChannelParty,
  type MessageChannel,
  type MessageEvent,
  messageKey,
  type StructuredMessage,
  type TypingEvent,
} from './guest-message.ts';
export {
  type ConfigureSession,
  type Echo,
  type GetJwt,
  GUEST_ACTIONS,
  type GuestRequest,
  type IncomingMessage,
  type OnMessage,
  parseGuestRequest,
} from './guest-requests.ts';
export {
  type GuestEnvelope,
  type GuestResponse,
  type JwtResponse,
  parseGuestResponse,
  type SessionResponse,
  type TooManyRequests,
} from './guest-responses.ts';
export { LIMITS, type Limit, type LimitName } from './limits.ts';
export {
  type ChannelTopic,
  type EventParticipant,
  NOTIFICATION_CHANNELS_PATH,
  NOTIFICATION_PING,
  type NotificationChannel,
  type NotificationFrame,
  parseChannelTopics,
  parseNotificationChannel,
  parseNotificationFrame,
  parseSubscriptionRequest,
  subscriptionsPath,
  TOPICS,
} from './notifications.ts';
export { OAUTH_TOKEN_PATH, type OAuthError, parseOAuthError, parseTokenResponse, type TokenResponse } from './oauth.ts';
export { describe, explainProblem, type Parsed, type Problem, parseJson } from './parsed.ts';
export { type Hosts, hostsAt, hostsIn, REGION_DOMAINS, type Region } from './regions.ts';
