export {
  type AgentMessageRequest,
  type AgentTypingRequest,
  agentMessagePath,
  agentMessagesPath,
  agentTypingPath,
  type MessageData,
  type MessageReceipt,
  parseAgentMessageRequest,
  parseAgentTypingRequest,
  parseMessageData,
  parseMessageListing,
  type ReceiptReason,
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
export {
  type AllowedMedia,
  type AttachmentRefusal,
  GUEST_SIDE_CLASSES,
  type GuestConfiguration,
  type PresignedUrl,
  parseAttachmentDeleted,
  parseAttachmentRefusal,
  parseGuestConfiguration,
  parsePresignedUrl,
  parseUploadSuccess,
  type UploadSuccess,
} from './guest-attachments.ts';
export { GUEST_CODES, type GuestCode } from './guest-codes.ts';
export {
  type AttachmentContent,
  type ButtonResponse,
  type Card,
  type CardAction,
  type ContentItem,
  parseContent,
  type QuickReply,
} from './guest-content.ts';
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
  type AvailableTime,
  type DatePicker,
  type Form,
  type FormComponent,
  type FormInput,
  type ListPicker,
  type PickerItem,
  parseDatePicker,
  parseForm,
  parseListPicker,
} from './guest-pickers.ts';
export {
  type CloseSession,
  type ConfigureAuthenticatedSession,
  type ConfigureSession,
  type DeleteAttachment,
  type Echo,
  type GetAttachment,
  type GetConfiguration,
  type GetJwt,
  GUEST_ACTIONS,
  type GuestRequest,
  type IncomingMessage,
  type OnAttachment,
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
export {
  GUEST_SIGN_IN_PATHS,
  type GuestTokens,
  guestPushDevicePath,
  parseGuestTokens,
  parseTokenExchangeRequest,
  parseTokenRefreshRequest,
  type TokenExchangeRequest,
  type TokenRefreshRequest,
} from './guest-sign-in.ts';
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
export {
  OAUTH_AUTHORIZE_PATH,
  OAUTH_TOKEN_PATH,
  type OAuthError,
  parseOAuthError,
  parseTokenResponse,
  type TokenResponse,
} from './oauth.ts';
export {
  OPEN_REASON_CODES,
  OPEN_RECEIPT_STATUSES,
  type OpenAnswer,
  type OpenIdType,
  type OpenInboundKind,
  type OpenReason,
  type OpenReasonCode,
  type OpenReceiptStatus,
  type OpenSender,
  openInboundPath,
  parseOpenAnswer,
} from './open-messages.ts';
export {
  type OpenAttachment,
  type OpenEventRequest,
  type OpenMessageRequest,
  type OpenReceiptRequest,
  type OpenRecipient,
  type OpenStructuredResponseRequest,
  parseOpenEventRequest,
  parseOpenMessageRequest,
  parseOpenReceiptRequest,
  parseOpenStructuredResponseRequest,
} from './open-requests.ts';
export {
  type EventSetting,
  MESSAGING_SETTINGS_DEFAULT_PATH,
  MESSAGING_SETTINGS_PATH,
  type MessagingSettingRequest,
  OPEN_INTEGRATIONS_PATH,
  type OpenIntegrationRequest,
  parseDefaultSettingRequest,
  parseMessagingSettingRequest,
  parseMessagingSettingUpdate,
  parseOpenIntegrationRequest,
  parseOpenIntegrationUpdate,
  type SettingSwitch,
} from './open-settings.ts';
export {
  OPEN_SIGNATURE_HEADER,
  OPEN_SIGNATURE_PREFIX,
  type OpenParty,
  type OpenWebhook,
  parseOpenWebhook,
} from './open-webhook.ts';
export { describe, explainProblem, type Parsed, type Problem, parseJson } from './parsed.ts';
export {
  type AttributesRequest,
  bulkMessagesPath,
  PARTICIPANT_STATES,
  type ParticipantRequest,
  parseAttributesRequest,
  parseMessageIds,
  parseParticipantRequest,
  parseTransferRequest,
  participantAttributesPath,
  participantPath,
  replaceParticipantPath,
  type TransferRequest,
} from './participation.ts';
export { type Hosts, hostsAt, hostsIn, REGION_DOMAINS, type Region } from './regions.ts';
