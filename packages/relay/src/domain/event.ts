import type { Participant } from './participant.ts';

/** Where a message stands: `accepted` once it is on disk, `sent` once Genesys has it. */
export type MessageStatus = 'accepted' | 'sent' | 'failed';

/** How far somebody has read. Ordered: each includes those before it. */
export const WATERMARKS = ['delivered', 'displayed', 'seen', 'acknowledged'] as const;
export type Watermark = (typeof WATERMARKS)[number];

/** How it is known: somebody's own report, or something that they did. */
export type Evidence = 'reported' | 'reply' | 'typing' | 'delivery';

/** What happened, as streams tell it. */
export type EventBody =
  | {
      readonly kind: 'message';
      readonly messageId: string;
      readonly participant: Participant;
      readonly text: string;
      readonly status: MessageStatus;
      /** Ids that Genesys gave it. */
      readonly platformIds: readonly string[];
    }
  | {
      readonly kind: 'message-status';
      readonly messageId: string;
      readonly participant: Participant;
      readonly status: MessageStatus;
      readonly reason?: string | undefined;
      readonly platformIds: readonly string[];
    }
  | {
      readonly kind: 'receipt';
      /** The reader. */
      readonly participant: Participant;
      readonly watermark: Watermark;
      /** The newest message that it covers, and its sequence. */
      readonly messageId: string;
      readonly upTo: number;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'conversation'; readonly state: 'linked' | 'ended'; readonly reason?: string | undefined };

/** A typing event: told to who listens now, never kept. */
export interface TypingBody {
  readonly kind: 'typing';
  readonly participant: Participant;
  readonly typing: boolean;
  /** How long it holds unless something renews or ends it. */
  readonly durationMs?: number | undefined;
  /** Why it ended. */
  readonly because?: 'stopped' | 'expired' | 'message' | 'disconnected' | undefined;
}

/** What every event carries. */
export interface EventHead {
  readonly bindingId: string;
  readonly clientId: string;
  readonly conversationId: string;
  /** ISO 8601: the relay's time of the event. */
  readonly time: string;
}

/** A kept event: it has a place in its conversation and in the log, and a stream resumes by it. */
export interface LoggedEvent extends EventHead {
  /** Place in the whole log: grows, with gaps. What `/v1/stream` resumes by. */
  readonly position: number;
  /** Place in the conversation: 1, 2, 3, … What SSE resumes by, and what watermarks count in. */
  readonly sequence: number;
  readonly body: EventBody;
}

/** An event that is told once. */
export interface PassingEvent extends EventHead {
  readonly position?: undefined;
  readonly sequence?: undefined;
  readonly body: TypingBody;
}

export type RelayEvent = LoggedEvent | PassingEvent;
