import type { SignalOutcome } from '@backchannel/client';
import type { AliasKind, Binding, BindRequest } from './binding.ts';
import type { Evidence, MessageStatus, RelayEvent, Watermark } from './event.ts';
import type { Actor, ListedParticipant, Participant } from './participant.ts';
import type { Principal } from './principal.ts';

/** How a conversation is named in a call: by any of its names, or only by one of the given kinds. */
export interface ConversationRef {
  readonly id: string;
  readonly kinds?: readonly AliasKind[] | undefined;
}

/** Somebody who takes part, as F17 and `GET /v1/conversations/{id}` show it. */
export interface ParticipantView {
  /** What F9 and F13 take: Genesys's participant id where it is known, else the relay's. */
  readonly id: string;
  readonly participant: ListedParticipant;
  /** Genesys's word for what they are. */
  readonly purpose: 'customer' | 'agent' | 'acd' | 'workflow' | 'bot';
  readonly userId?: string | undefined;
  readonly name?: string | undefined;
  readonly communicationId?: string | undefined;
  readonly state: 'alerting' | 'connected' | 'disconnected';
}

/** What a client sees of its conversation. */
export interface ConversationView {
  readonly binding: Binding;
  /** Of the guest's own connection to Genesys. */
  readonly guestLeg: { readonly state: string; readonly reason?: string | undefined };
  readonly participants: readonly ParticipantView[];
  /** Who types now. */
  readonly typing: readonly Participant[];
  readonly watermarks: readonly WatermarkView[];
  /** Messages that wait in its lane. */
  readonly queued: number;
  /** Sequence of its newest event. */
  readonly sequence: number;
}

export interface WatermarkView {
  readonly participant: Participant;
  readonly watermark: Watermark;
  readonly upTo: number;
  readonly evidence: Evidence;
  readonly atMs: number;
}

export interface TypingCommand {
  readonly conversation: ConversationRef;
  /** A name of the API's, or a participant id of F17. */
  readonly participant: string;
  readonly typing: boolean;
  /** How long it holds without being repeated. Default and most: 10,000 (DECLARED_LIFETIME_MS). */
  readonly durationMs?: number | undefined;
  /** Epoch milliseconds at which it was true, by the caller's clock. Older than its duration: `suppressed:stale`. */
  readonly occurredAtMs?: number | undefined;
}

/** Who is meant by a name in a call. */
export interface NamedParticipant {
  readonly binding: Binding;
  readonly participant: Actor;
  /** Whether they take part now; absent: an agent of whom the platform has not told. */
  readonly state?: ParticipantView['state'] | undefined;
}

/** A message that was found by one of its ids. */
export interface FoundMessage {
  readonly conversation: ConversationRef;
  /** Who wrote it. */
  readonly participant: Participant;
  readonly status: MessageStatus;
  /** Why it failed, or waits. */
  readonly reason?: string | undefined;
  /** Ids that Genesys gave it. */
  readonly platformIds: readonly string[];
}

/** What became of a signal. */
export interface SignalResult {
  readonly outcome: SignalOutcome;
  readonly reason: string;
  readonly conversationId: string;
  readonly participant: Participant;
}

export interface MessageCommand {
  readonly conversation: ConversationRef;
  readonly participant: string;
  readonly text: string;
  /** `Idempotency-Key`: the same key and content give the same answer; other content is refused. */
  readonly idempotencyKey?: string | undefined;
}

/** A message that is on disk. */
export interface MessageResult {
  readonly messageId: string;
  readonly conversationId: string;
  readonly participant: Participant;
  readonly sequence: number;
  readonly status: MessageStatus;
  /** The key was used before, with the same content: nothing new happened. */
  readonly repeated: boolean;
}

export interface ReceiptCommand {
  readonly conversation: ConversationRef;
  /** The reader. */
  readonly participant: string;
  readonly watermark: Watermark;
  /** The relay's id or Genesys's. Absent: up to the newest message that the reader can have got. */
  readonly messageId?: string | undefined;
}

export interface ReceiptResult {
  /** `sent`: it moved. `coalesced`: nothing new. */
  readonly outcome: 'sent' | 'coalesced';
  readonly reason: string;
  readonly conversationId: string;
  readonly participant: Participant;
  readonly watermark: Watermark;
  readonly upTo: number;
  readonly messageId?: string | undefined;
}

/** One line of what became of the signals and messages of a conversation, and why. Bounded, newest last. */
export interface ExplainLine {
  readonly time: string;
  readonly participant: Participant;
  readonly what: 'typing' | 'message' | 'receipt' | 'link';
  readonly outcome: string;
  readonly reason: string;
}

/** Tells the events of some conversations to one listener. */
export interface Subscription {
  /** Ends it; nothing is told afterwards. */
  close(): void;
}

export interface SubscribeOptions {
  /** One conversation; absent: all that the principal may see. */
  readonly conversation?: ConversationRef | undefined;
  /** Tells everything kept after this position first, then what happens, with no gap and nothing twice. */
  readonly afterPosition?: number | undefined;
  /** The same by place in the conversation (needs `conversation`). */
  readonly afterSequence?: number | undefined;
  readonly event: (event: RelayEvent) => void;
  /** Awaited between the pages of a replay, so that a long one does not overrun a listener that buffers. */
  readonly drained?: (() => Promise<void>) | undefined;
  /** The position asked for is older than what is kept: this is the oldest that is. Told before any event. */
  readonly gap?: ((oldestPosition: number) => void) | undefined;
}

/**
 * Everything that the relay does, however it is asked: `/v1`, streams and field reports parse a request, find out who calls,
 * and call one of these. Each checks what the principal may do, and throws `RelayProblem` for what can't be done; an
 * ephemeral signal that can't go is a result with a reason, not a problem.
 */
export interface RelayCommands {
  /** Makes the conversation, or finds that it is there already. */
  bind(
    principal: Principal,
    conversationId: string,
    request: BindRequest,
  ): Promise<{ readonly created: boolean; readonly view: ConversationView }>;
  /** With `provision`: an unknown id is made, where the configuration allows it. */
  conversation(
    principal: Principal,
    conversation: ConversationRef,
    options?: { readonly provision?: boolean | undefined },
  ): Promise<ConversationView>;
  /** The newest of a client, newest first; at most 1,000. */
  conversations(principal: Principal, limit?: number): Promise<readonly ConversationView[]>;
  /** Ends the relay's part: the guest's socket is closed, and its lane with it once it is empty. */
  unbind(principal: Principal, conversation: ConversationRef): Promise<void>;
  /** Tells listeners at once, then Genesys within the limits; settles with what became of it there. Never kept, never retried. */
  typing(principal: Principal, command: TypingCommand): Promise<SignalResult>;
  /** On disk when it resolves; delivered in order, by the conversation's lane. */
  message(principal: Principal, command: MessageCommand): Promise<MessageResult>;
  /** Settles when Genesys has the message, or has refused it, or after `timeoutMs`. */
  delivered(messageId: string, timeoutMs: number): Promise<MessageStatus>;
  /** Moves a watermark forward, or finds that it stands there already. */
  receipt(principal: Principal, command: ReceiptCommand): Promise<ReceiptResult>;
  /** What became of the newest signals and messages, and why. For clients alone. */
  explain(principal: Principal, conversation: ConversationRef): Promise<readonly ExplainLine[]>;
  /** Tells the events of one conversation, or of all that it may see, from a position on or from now. */
  subscribe(principal: Principal, options: SubscribeOptions): Promise<Subscription>;
  /** A message by the relay's id or Genesys's, of those that the principal may see. For commands that name nothing else. */
  findMessage(principal: Principal, messageId: string): Promise<FoundMessage>;
  /**
   * Who is meant by a name. With `provision` an unknown conversation is made, where the configuration allows it. Throws
   * `participant.unknown`.
   */
  participant(
    principal: Principal,
    conversation: ConversationRef,
    name: string,
    options?: { readonly provision?: boolean | undefined },
  ): Promise<NamedParticipant>;
  /** The id by which F10 and F17 name who is meant by an event: the same for as long as somebody takes part. */
  participantId(bindingId: string, participant: Participant): string;
  /**
   * The conversation that is this session (made where the configuration allows it) and this guest's. One that was made
   * automatically is the first guest's who is named with it. For who may signal for the guest. Throws `participant.unknown`
   * when they don't belong together.
   */
  conversationOfGuest(principal: Principal, session: ConversationRef, guestId: string): Promise<Binding>;
  /** Position of the newest kept event. */
  position(): number;
  /** Where a listener without a position of its own stopped (F10). */
  cursor(subject: string): Promise<number | undefined>;
  /** With a binding: of a listener that hears that one alone, so that the place is forgotten with it. */
  /** Remembers it; on disk when it resolves. */
  saveCursor(subject: string, position: number, bindingId?: string): Promise<void>;
  /** May this principal act for this actor in this conversation? Throws `RelayProblem`. For tokens, made by the HTTP layer. */
  entitled(principal: Principal, conversation: ConversationRef, actor: Actor): Promise<Binding>;
}
