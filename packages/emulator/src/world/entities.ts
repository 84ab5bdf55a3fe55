import type { Windows } from '../rate-limits.ts';

export type Side = 'guest' | 'agent';

/** A leg of a participant: what agent typing and messages are addressed to (documented, CONVERSATION-LEGS). */
export interface Communication {
  readonly id: string;
  state: 'connected' | 'disconnected';
  /** The communication at the other end. */
  peerId?: string | undefined;
}

export interface Participant {
  readonly id: string;
  readonly purpose: 'customer' | 'acd' | 'agent';
  readonly name: string;
  readonly userId?: string | undefined;
  readonly startedAtMs: number;
  endedAtMs?: number | undefined;
  attributes: Readonly<Record<string, string>>;
  /** Web messaging gives each participant one. */
  readonly communication: Communication;
}

/** An entry of the transcript. `Join` is what opens a conversation without a word; typing is never an entry. */
export interface Message {
  /** The platform's id. */
  readonly id: string;
  /** The id that guests key it by (third-party, GUEST-MESSAGE-KEY). */
  readonly channelMessageId: string;
  readonly correlationId: string;
  readonly kind: 'Text' | 'Join';
  readonly from: Side;
  readonly fromName: string;
  readonly text: string;
  readonly atMs: number;
  readonly communicationId: string;
  /** `received` inbound; `sent` or `delivery-success` outbound (assumed, AGENT-MESSAGE-STATUS). */
  readonly status: 'received' | 'sent' | 'delivery-success';
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Typing that reached the other side. */
export interface TypingRecord {
  readonly atMs: number;
  readonly from: Side;
  readonly to: Side;
  readonly durationMs: number;
}

export interface Conversation {
  readonly id: string;
  readonly startedAtMs: number;
  readonly session: Session;
  readonly participants: Participant[];
  readonly messages: Message[];
  readonly typing: TypingRecord[];
  /** For the limit of agent typing per conversation. */
  readonly windows: Windows;
}

/** An open connection of a session. Implemented by the guest socket's connection; the world only counts and hands them out. */
export interface GuestLink {
  readonly openedAtMs: number;
}

/** A guest: whoever presents this token (documented, GUEST-TOKEN). It may have several connections, and none. */
export interface Session {
  readonly id: string;
  readonly token: string;
  /** In the order in which they configured. */
  readonly links: GuestLink[];
  conversation?: Conversation | undefined;
  expiresAtMs: number;
  readonly windows: Windows;
}
