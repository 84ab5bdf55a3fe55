/** What the relay's API answers, as far as this page reads it. */

/** `guest`, `bot`, `agent`, or `agent:{userId}`. */
export type Participant = string;

export interface RelayConversation {
  readonly id: string;
  readonly state: 'open' | 'ended';
  readonly endedBecause?: string;
  /** Once the relay knows it. */
  readonly genesysConversationId?: string;
  readonly guest: {
    readonly nickname?: string;
    readonly connection: { readonly state: string; readonly reason?: string };
  };
  readonly participants: readonly {
    readonly participant: Participant;
    readonly purpose: string;
    readonly name?: string;
    readonly state: 'alerting' | 'connected' | 'disconnected';
  }[];
  readonly typing: readonly Participant[];
  readonly watermarks: readonly {
    readonly participant: Participant;
    readonly watermark: string;
    readonly upTo: number;
  }[];
  readonly queued: number;
}

/** One line of `GET /v1/conversations/{id}/explain`. */
export interface ExplainLine {
  readonly time: string;
  readonly participant: Participant;
  readonly what: string;
  readonly outcome: string;
  readonly reason: string;
}

/** A frame of `/v1/stream`; other members depend on its kind. */
export interface StreamFrame {
  readonly type: string;
  readonly kind?: string;
  readonly conversationId?: string;
  readonly participant?: Participant;
  readonly typing?: boolean;
}
