export { MAY_HAVE_ARRIVED } from '../guest-outbox.ts';
export { REQUEST_TIMEOUT_MS } from './ask.ts';
export {
  type AttachmentRules,
  attachmentRules,
  attachmentUrl,
  deleteAttachment,
  type GuestAttachment,
  sendAttachment,
  UPLOAD_TIMEOUT_MS,
  uploadAttachment,
} from './attachments.ts';
export { type Choice, choicesOf, contentOf, reply } from './content.ts';
export { clear, OLDER_PAGES_MAX, olderMessages, startNew } from './conversation.ts';
export { EXPIRY_NOTICE_MS, type ExpiryNotice, healthCheck, type SessionLife, watchExpiry } from './health.ts';
export { type OfflineQueueOptions, QUEUE_MAX, QUEUE_WAIT_MAX_MS, queueWhileOffline } from './offline-queue.ts';
export {
  answerForm,
  componentsOf,
  type FormAnswer,
  type Picker,
  pickersOf,
  pickItems,
  pickTime,
} from './pickers.ts';
export { recentMessages } from './recent-messages.ts';
export { type OnlineEvents, retryNow, retryWhenOnline } from './retry.ts';
export { RENEWALS_MAX, type SignedIn, type SignInProof, signIn, signOut } from './sign-in.ts';
export { type ReconnectSpread, spreadReconnects } from './spread-reconnects.ts';
export { keepToken, loadToken, MemoryTokenStore, type TokenStore, webTokenStore } from './token-store.ts';
export { type TokenStoreCase, tokenStoreCases } from './token-store-cases.ts';
