export { AUDIT_ENTRIES_MAX, type AuditEntry, type AuditSink, type WebhookStatus } from './audit-log.ts';
export {
  type Broadcast,
  DURATION_DEFAULT_MS,
  DURATION_MAX_MS,
  DURATION_MIN_MS,
  ID_CHARACTERS_MAX,
  INDICATORS,
  type Indicator,
} from './broadcast.ts';
export type { BroadcastDone, BroadcastFailed, BroadcastResult } from './broadcast-result.ts';
export type { BroadcastCounts } from './broadcast-tally.ts';
export { type BroadcasterConfig, type BroadcasterOptions, broadcasterConfigFrom } from './broadcaster-config.ts';
export { ACTIVE_CACHE_MS, ATTEMPTS_MAX, INACTIVE_CACHE_MS, RETRY_BASE_MS } from './delivery.ts';
export { HeldSessionsChannel, type HeldSessionsChannelOptions } from './held-sessions-channel.ts';
export { type RelayAccess, RelayTypingChannel, type RelayTypingChannelOptions } from './relay-typing-channel.ts';
export { HANDOVER_MS, SESSIONS_MAX, TYPING_GAP_MS } from './session-turns.ts';
export {
  BATCH_CONCURRENCY,
  BATCH_MAX,
  type BatchOptions,
  type BroadcasterMetrics,
  type BroadcasterStats,
  type BroadcastOptions,
  TypingBroadcaster,
} from './typing-broadcaster.ts';
export type { ChannelSignal, TypingChannel } from './typing-channel.ts';
export { WEBHOOK_TIMEOUT_MS, WEBHOOKS_IN_FLIGHT_MAX, type WebhookBody } from './webhook-sync.ts';
