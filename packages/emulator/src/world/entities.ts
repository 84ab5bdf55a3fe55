import type { ContentItem, OpenReason, OpenSender } from '@backchannel/protocol';
import type { Windows } from '../rate-limits.ts';
import type { Customer } from './customers.ts';
import type { Integration } from './integration.ts';

/** Which end of a conversation. */
export type Side = 'guest' | 'agent';

/** A leg of a participant: what agent typing and messages are addressed to (documented, CONVERSATION-LEGS). */
export interface Communication {
  readonly id: string;
  /** `alerting` until the agent answers (documented, PARTICIPANT-STATE). */
  state: 'alerting' | 'connected' | 'disconnected';
  /** The communication at the other end. */
  peerId?: string | undefined;
}

export interface Participant {
  readonly id: string;
  readonly purpose: 'customer' | 'acd' | 'agent';
  readonly name: string;
  readonly userId?: string | undefined;
  readonly startedAtMs: number;
  /** When it was answered; absent while it alerts. */
  connectedAtMs?: number | undefined;
  endedAtMs?: number | undefined;
  attributes: Readonly<Record<string, string>>;
  /** Web messaging gives each participant one. */
  readonly communication: Communication;
}

/** Presence events that are entries of a conversation (GUEST-DISCONNECT-IN-HISTORY); typing is never one. */
export type Presence = 'Join' | 'Disconnect' | 'Clear' | 'SignIn';
export type MessageKind = 'Text' | 'Structured' | Presence;

/** Whether an entry is something that happened, and not something that was said. */
export const isPresence = (kind: MessageKind): kind is Presence => kind !== 'Text' && kind !== 'Structured';

/** An entry of the transcript. `Join` is what opens a conversation without a word. */
export interface Message {
  /** The platform's id. */
  readonly id: string;
  /** The id that guests key it by (third-party, GUEST-MESSAGE-KEY); a bot's has none (GUEST-BOT-MESSAGES). */
  readonly channelMessageId: string;
  readonly correlationId: string;
  readonly kind: MessageKind;
  readonly from: Side;
  /** On the agent's side, and said by a machine. */
  readonly byBot?: boolean | undefined;
  readonly fromName: string;
  readonly text: string;
  /** Quick replies, cards, an attachment, or what the guest picked. */
  readonly content?: readonly ContentItem[] | undefined;
  readonly atMs: number;
  readonly communicationId: string;
  /** `received` inbound; the others outbound, in this order (assumed, AGENT-MESSAGE-STATUS, AGENT-MESSAGE-UNDELIVERED). */
  status: 'received' | 'queued' | 'sent' | 'delivery-success' | 'delivery-failed';
  /** When it got its status. */
  statusAtMs: number;
  /** Why it failed, when somebody said so. */
  failure?: readonly OpenReason[] | undefined;
  /** A receipt said that no other will follow. */
  isSettled?: boolean | undefined;
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
  /** Once it is over (assumed, CONVERSATION-END-LAST-AGENT). */
  endedAtMs?: number | undefined;
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
  /** What came before it in the same session, oldest first: the history shows it (assumed, GUEST-START-NEW-HISTORY). */
  past: readonly Conversation[];
  /** The conversation was ended with type ReadOnly: nothing can be written until the guest starts anew. */
  readOnly: boolean;
  /** Who the guest is, once signed in. */
  customer?: Customer | undefined;
  /** The guest writes through an open messaging integration: known by its address, without a token and a connection here. */
  readonly open?: OpenLink | undefined;
  expiresAtMs: number;
  readonly windows: Windows;
}

/** Address of somebody behind an open messaging integration. */
export type OpenAddress = OpenSender;

/** What ties a session to an integration. */
export interface OpenLink {
  readonly integration: Integration;
  address: OpenAddress;
  /** Ids and times of its messages (documented, OPEN-MESSAGE-KEY). */
  readonly seen: Set<string>;
}
