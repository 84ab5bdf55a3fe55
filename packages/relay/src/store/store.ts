import type { AliasKind, Binding } from '../domain/binding.ts';
import type { EventBody, Evidence, LoggedEvent, MessageStatus, Watermark } from '../domain/event.ts';
import type { Participant } from '../domain/participant.ts';

/** Rows of each kind that one `forget` takes: some milliseconds of work. */
export const FORGET_MAX = 1_000;

/** A message of ours on its way, or one that was seen on the platform. */
export interface StoredMessage {
  readonly id: string;
  readonly bindingId: string;
  readonly participant: Participant;
  /** Empty once it is older than the retention, like `reason` and `idempotencyKey`. */
  readonly text: string;
  readonly status: MessageStatus;
  readonly sequence: number;
  readonly reason?: string | undefined;
  readonly platformIds: readonly string[];
  /** How often it has left, and when the lane may try (again). */
  readonly attempts: number;
  readonly dueAtMs: number;
  readonly acceptedAtMs: number;
  readonly idempotencyKey?: string | undefined;
}

/**
 * One change, with the condition under which it holds written into its name. All of a batch are committed together, in
 * order; one that does not hold changes nothing and says so, and the others go on.
 */
export type Write =
  /** Only when each name is free: an open binding of the same client keeps its names, an ended one gives them up. */
  | { readonly kind: 'bind'; readonly binding: Binding; readonly aliases: readonly Alias[] }
  /** Only while it is open. */
  | {
      readonly kind: 'update-binding';
      readonly bindingId: string;
      readonly token?: string | undefined;
      readonly genesysConversationId?: string | undefined;
      readonly ended?: { readonly because: string } | undefined;
    }
  | { readonly kind: 'add-alias'; readonly bindingId: string; readonly alias: Alias }
  /** Only while the binding is open. Refused when the lane has `laneMax` waiting, or the key was used with other content. */
  | {
      readonly kind: 'accept-message';
      readonly message: Pick<
        StoredMessage,
        'id' | 'bindingId' | 'participant' | 'text' | 'acceptedAtMs' | 'idempotencyKey'
      >;
      readonly laneMax: number;
      readonly time: string;
    }
  /** Only while it is `accepted` and has left `attempts` times: two workers never take one attempt. */
  | { readonly kind: 'begin-attempt'; readonly messageId: string; readonly attempts: number; readonly atMs: number }
  | { readonly kind: 'postpone'; readonly messageId: string; readonly dueAtMs: number; readonly reason: string }
  | {
      readonly kind: 'settle-message';
      readonly messageId: string;
      readonly status: 'sent' | 'failed';
      readonly platformIds: readonly string[];
      readonly reason?: string | undefined;
      readonly time: string;
    }
  /** A message that the platform showed: `known` when `id` or one of its ids is, and then its other ids are too. Only while the binding is open. */
  | {
      readonly kind: 'observe-message';
      readonly id: string;
      readonly bindingId: string;
      readonly participant: Participant;
      readonly text: string;
      readonly platformIds: readonly string[];
      readonly time: string;
    }
  /** Forward only, each watermark with those that it includes, and never past the newest message of somebody else. */
  | {
      readonly kind: 'advance-watermark';
      readonly bindingId: string;
      readonly participant: Participant;
      readonly watermark: Watermark;
      /** Absent: the newest message of somebody else that is sent. */
      readonly messageId?: string | undefined;
      readonly evidence: Evidence;
      readonly atMs: number;
      readonly time: string;
    }
  | { readonly kind: 'append-event'; readonly bindingId: string; readonly body: EventBody; readonly time: string }
  /** With a binding, only while there is one, and it is forgotten with it; without, it stays. */
  | {
      readonly kind: 'save-cursor';
      readonly subject: string;
      readonly position: number;
      readonly bindingId?: string | undefined;
    }
  /**
   * Retention: events and settled messages older than this, and ended bindings of which nothing is left. Never what still
   * waits. While its binding is open, a message is only emptied: it keeps its ids, its author and its place, because the platform
   * shows it again at each reconnect, and it must not be taken for a new one. At most `FORGET_MAX` of each at once, so that
   * nothing else waits for it: say it again while there is `more`.
   */
  | { readonly kind: 'forget'; readonly beforeMs: number };

/** One name of a binding; unique within its client and kind while the binding is open. */
export interface Alias {
  readonly kind: AliasKind;
  readonly alias: string;
}

/** What became of a write; `event` is what was appended to the log by it, if anything was. */
export type WriteOutcome =
  | { readonly status: 'done'; readonly event?: LoggedEvent | undefined }
  /** `bind`, `add-alias`: somebody else has that name (of the same client). */
  | { readonly status: 'taken'; readonly bindingId: string }
  | { readonly status: 'repeated'; readonly message: StoredMessage }
  | { readonly status: 'key-conflict'; readonly message: StoredMessage }
  | { readonly status: 'lane-full' }
  | { readonly status: 'known'; readonly message: StoredMessage }
  | { readonly status: 'unchanged'; readonly upTo: number; readonly messageId?: string | undefined }
  | {
      readonly status: 'forgotten';
      readonly events: number;
      /** Emptied, or gone altogether. */
      readonly messages: number;
      readonly bindings: number;
      readonly more: boolean;
    }
  /** The condition does not hold: no such row, or not in the state that the write expects. */
  | { readonly status: 'absent' };

/** How far somebody has got, and how that is known. */
export interface StoredWatermark {
  readonly participant: Participant;
  readonly watermark: Watermark;
  readonly upTo: number;
  readonly messageId: string;
  readonly evidence: Evidence;
  readonly atMs: number;
}

/** Which events of the log: of a client, or of one binding, after a place. */
export interface EventQuery {
  readonly clientId: string;
  readonly bindingId?: string | undefined;
  readonly afterPosition?: number | undefined;
  readonly afterSequence?: number | undefined;
  readonly limit: number;
}

/**
 * What the relay remembers. A write is on disk when its promise resolves. SQL is the truth: whoever schedules work asks
 * here what is due. Implemented by `MemoryStore` and `SqliteStore`; `storeCases` is the suite that both pass.
 */
export interface Store {
  /** One transaction, or part of a larger one: outcomes in the order of the writes. Rejects when nothing was committed. */
  apply(batch: readonly Write[]): Promise<readonly WriteOutcome[]>;
  /** By any of its names, within one client; `kinds` narrows. */
  findBinding(clientId: string, alias: string, kinds?: readonly AliasKind[]): Promise<Binding | undefined>;
  /** Every name of a binding, in no order. */
  aliases(bindingId: string): Promise<readonly Alias[]>;
  /** Every binding that is open, for the start. */
  openBindings(): Promise<readonly Binding[]>;
  /** By the relay's id or one of the platform's, within one client. */
  findMessage(clientId: string, id: string): Promise<StoredMessage | undefined>;
  /** The oldest message of the lane that waits, due or not. */
  nextInLane(bindingId: string): Promise<StoredMessage | undefined>;
  /** Lanes in which something waits, each with when its oldest is due. */
  waitingLanes(): Promise<readonly { readonly bindingId: string; readonly dueAtMs: number; readonly queued: number }[]>;
  /** Ascending by position. */
  events(query: EventQuery): Promise<readonly LoggedEvent[]>;
  /** Sequence of the newest event in the conversation; 0 when there is none, or no such binding. */
  sequence(bindingId: string): Promise<number>;
  /** Position of the newest event there ever was (0: none), and of the oldest that is kept (one after the newest: none). */
  positions(): Promise<{ readonly newest: number; readonly oldest: number }>;
  /** How far each participant has got. */
  watermarks(bindingId: string): Promise<readonly StoredWatermark[]>;
  /** What `save-cursor` kept last. */
  cursor(subject: string): Promise<number | undefined>;
  /** Writes what was given to it, then lets go of what it holds. Later calls reject. */
  close(): Promise<void>;
}
