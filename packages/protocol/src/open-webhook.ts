import type { OpenReason } from './open-messages.ts';
import { boolean, defaulted, guard, id, list, number, object, optional, text } from './reader.ts';

/** Header of an outbound webhook with its signature (documented, OPEN-SIGNATURE). */
export const OPEN_SIGNATURE_HEADER = 'X-Hub-Signature-256';

/** What stands before the base64 of the HMAC-SHA256 of the body's bytes (documented, OPEN-SIGNATURE). */
export const OPEN_SIGNATURE_PREFIX = 'sha256=';

/** One end of an outbound webhook's channel. */
export interface OpenParty {
  readonly id: string;
  readonly idType?: string | undefined;
  readonly nickname?: string | undefined;
}

/** Body of an outbound webhook: what Genesys posts to the integration's URL (documented, OPEN-WEBHOOK). */
export interface OpenWebhook {
  readonly id: string;
  /** `Text`, `Structured`, `Event`, `Receipt`; a reader keeps whatever stands there. */
  readonly type: string;
  readonly channel: {
    /** The integration. */
    readonly id?: string | undefined;
    /** Of a receipt about an inbound message: the id that the channel gave it (third-party, OPEN-WEBHOOK-RECEIPT). */
    readonly messageId?: string | undefined;
    readonly to?: OpenParty | undefined;
    readonly from?: OpenParty | undefined;
    /** ISO 8601. */
    readonly time?: string | undefined;
  };
  /** `Outbound`; a receipt about an inbound message has `Inbound` (third-party, OPEN-WEBHOOK-RECEIPT). */
  readonly direction?: string | undefined;
  readonly text?: string | undefined;
  /** Unread: `parseContent` reads it. */
  readonly content: readonly unknown[];
  readonly events: readonly {
    readonly eventType: string;
    readonly typing?: { readonly type?: string | undefined; readonly duration?: number | undefined } | undefined;
  }[];
  readonly status?: string | undefined;
  readonly reasons: readonly OpenReason[];
  readonly isFinalReceipt: boolean;
  /** `Human` or `Bot`. */
  readonly originatingEntity?: string | undefined;
  readonly conversationId?: string | undefined;
}

// One copy of the official sample spells it nickName, the other nickname: only the second is read.
const party = object<OpenParty>({ id, idType: optional(text), nickname: optional(text) });

/** Reads the body of an outbound webhook. */
export const parseOpenWebhook = guard(
  object<OpenWebhook>({
    id,
    type: text,
    channel: object({
      id: optional(text),
      messageId: optional(text),
      to: optional(party),
      from: optional(party),
      time: optional(text),
    }),
    direction: optional(text),
    text: optional(text),
    content: defaulted(
      list<unknown>((value) => value),
      [],
    ),
    events: defaulted(
      list(object({ eventType: text, typing: optional(object({ type: optional(text), duration: optional(number) })) })),
      [],
    ),
    status: optional(text),
    reasons: defaulted(list(object<OpenReason>({ code: optional(text), message: defaulted(text, '') })), []),
    isFinalReceipt: defaulted(boolean, false),
    originatingEntity: optional(text),
    conversationId: optional(text),
  }),
);
