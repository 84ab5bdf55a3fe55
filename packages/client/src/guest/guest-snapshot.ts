import type { SessionState } from '@backchannel/signals';
import type { ChatMessage } from '../core/message-log.ts';
import type { Notice } from '../notice.ts';
import type { Settled } from '../settled.ts';
import type { TypingSignal } from '../typing/typing.ts';

/** A message of the conversation as the guest sees it. */
export type GuestMessage = ChatMessage;

/** What a user interface shows. Immutable: the same object until something changed. */
export interface GuestSnapshot {
  readonly state: SessionState['kind'];
  /** Why the session waits, closed or failed; absent while it is well. */
  readonly reason?: string | undefined;
  /** While waiting: which attempt comes, and how long from the moment at which waiting began. */
  readonly reconnect?: { readonly attempt: number; readonly delayMs: number } | undefined;
  /** Keep it (it is a secret) to resume this session later; it can change when the service wants a fresh one. */
  readonly token: string;
  /** Oldest first, at most `MESSAGES_MAX`. */
  readonly messages: readonly GuestMessage[];
  readonly agentTyping: boolean;
  /** Names of who types, where the platform tells them; can be empty while `agentTyping` is true. */
  readonly typingNames: readonly string[];
  readonly lastNotice?: Notice | undefined;
}

/** A presence event. */
export interface GuestPresence {
  /** `Join`, `Disconnect`, `Clear` or `SignIn`, and whatever the platform adds. */
  readonly type: string;
  readonly from: 'guest' | 'agent';
  /** Nothing may be written any more until the guest starts anew (documented, GUEST-DISCONNECT). */
  readonly readOnly: boolean;
}

/** What `GuestSession.on` tells. */
export interface GuestEvents {
  /** A message that the platform has shown, once: also the copies of the guest's own. Not those of an earlier visit. */
  readonly message: GuestMessage;
  readonly agentTyping: { readonly typing: boolean; readonly names: readonly string[] };
  readonly state: SessionState;
  /** Somebody came, left, signed in or cleared: live presence events of either side, those of the platform's schema. */
  readonly presence: GuestPresence;
  readonly notice: Notice;
  /** How a signal of `GuestSession.typing` ended, and why: also those that were suppressed. */
  readonly typingSettled: { readonly signal: TypingSignal; readonly settled: Settled };
}
