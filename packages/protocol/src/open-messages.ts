import { boolean, defaulted, guard, id, list, object, optional, text } from './reader.ts';

/** The four calls by which a customer's own channel speaks to Genesys (documented, OPEN-INBOUND). */
export type OpenInboundKind = 'message' | 'event' | 'receipt' | 'structured/response';

/** Path of an inbound call of an open messaging integration; `POST` only (documented, OPEN-INBOUND). */
export const openInboundPath = (integrationId: string, kind: OpenInboundKind): string =>
  `/api/v2/conversations/messages/${encodeURIComponent(integrationId)}/inbound/open/${kind}`;

/** What the id of an end user is (documented, OPEN-ID-TYPE). */
export type OpenIdType = 'Email' | 'Phone' | 'Opaque';

/** The end user whom a message comes from. */
export interface OpenSender {
  readonly id: string;
  readonly idType: OpenIdType;
  readonly nickname?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  /** URL of a picture. */
  readonly image?: string | undefined;
  readonly email?: string | undefined;
}

/** Statuses that a receipt can be submitted with: there is no `Read` (documented, OPEN-RECEIPT-STATUS). */
export const OPEN_RECEIPT_STATUSES = ['Sent', 'Delivered', 'Failed', 'Published', 'Removed'] as const;
/** What a receipt of an integration can say: there is no `Read`. */
export type OpenReceiptStatus = (typeof OPEN_RECEIPT_STATUSES)[number];

/** Why a message failed (documented, OPEN-RECEIPT-REASONS). */
export const OPEN_REASON_CODES = [
  'MessageExpired',
  'RateLimited',
  'MessageNotAllowed',
  'GeneralError',
  'UnsupportedMessage',
  'UnknownMessage',
  'InvalidMessageStructure',
  'InvalidDestination',
  'ServerError',
  'MediaTypeNotAllowed',
  'InvalidMediaContentLength',
  'RecipientOptedOut',
  'DataFiltered',
] as const;
/** Why a message of an integration failed, as a code. */
export type OpenReasonCode = (typeof OPEN_REASON_CODES)[number];

/** One reason of a failure. */
export interface OpenReason {
  readonly code?: string | undefined;
  readonly message: string;
}

/** The answer to each of the four calls, as far as it matters to the caller. */
export interface OpenAnswer {
  /** The platform's id of what was taken; of a receipt, the id of the message that it is about. */
  readonly id?: string | undefined;
  /** `Text`, `Event`, `Receipt`, `Structured`. */
  readonly type?: string | undefined;
  /** Of a receipt: `Failed` means that the platform did not take it, whatever the HTTP status (third-party, OPEN-RECEIPT-REFUSED). */
  readonly status?: string | undefined;
  readonly reasons: readonly OpenReason[];
  readonly isFinalReceipt: boolean;
  /** Only when it was asked for (documented, OPEN-PREFETCH). */
  readonly conversationId?: string | undefined;
}

/** Reads the answer to an inbound call. */
export const parseOpenAnswer = guard(
  object<OpenAnswer>({
    id: optional(id),
    type: optional(text),
    status: optional(text),
    reasons: defaulted(list(object<OpenReason>({ code: optional(text), message: defaulted(text, '') })), []),
    isFinalReceipt: defaulted(boolean, false),
    conversationId: optional(id),
  }),
);
