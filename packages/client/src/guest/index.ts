export type { SessionState } from '@backchannel/signals';
export { type ChatMessage, MESSAGES_MAX } from '../core/message-log.ts';
export type { Notice } from '../notice.ts';
export type { GuestSessionOptions } from './guest-options.ts';
export { COPY_TIMEOUT_MS, RECONCILE_TIMEOUT_MS, type SendOptions } from './guest-outbox.ts';
export { CONNECT_TIMEOUT_MS, GuestSession } from './guest-session.ts';
export type { GuestEvents, GuestMessage, GuestPresence, GuestSnapshot } from './guest-snapshot.ts';
export { GuestSocket, type GuestSocketHandlers, type GuestSocketOptions } from './guest-socket.ts';
