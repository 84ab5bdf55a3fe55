import {
  OPEN_REASON_CODES,
  OPEN_RECEIPT_STATUSES,
  type OpenIdType,
  type OpenReason,
  type OpenReceiptStatus,
  type OpenSender,
} from './open-messages.ts';
import { boolean, guard, id, list, object, oneOf, optional, type Reader, text, texts } from './reader.ts';

/** A file that goes with a message, by its address. */
export interface OpenAttachment {
  readonly mediaType: 'Image' | 'Video' | 'Audio' | 'File' | 'Link';
  readonly url: string;
  readonly mime: string;
  readonly id?: string | undefined;
  readonly text?: string | undefined;
  readonly sha256?: string | undefined;
  readonly filename?: string | undefined;
}

/** Body of `…/inbound/open/message`: a text, files, or both (documented, OPEN-INBOUND). */
export interface OpenMessageRequest {
  readonly channel: {
    readonly from: OpenSender;
    /** ISO 8601. */
    readonly time: string;
    /** The channel's own id of the message; unique together with `time` (documented, OPEN-MESSAGE-KEY). */
    readonly messageId?: string | undefined;
    /** All that the schema has here; custom attributes are a guest socket's. */
    readonly metadata?: { readonly subType?: string | undefined } | undefined;
  };
  readonly text?: string | undefined;
  readonly content?: readonly { readonly attachment?: OpenAttachment | undefined }[] | undefined;
  /** Flat (third-party, OPEN-METADATA). */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Body of `…/inbound/open/event`: typing without `On`, `Off` or duration (documented, OPEN-EVENT). */
export interface OpenEventRequest {
  readonly channel: { readonly from: OpenSender; readonly time: string };
  readonly events: readonly { readonly eventType: 'Typing' }[];
}

/** Body of `…/inbound/open/receipt`: what became of an outbound message (documented, OPEN-RECEIPT-STATUS). */
export interface OpenReceiptRequest {
  /** The platform's id of the message, as the webhook carried it. */
  readonly id: string;
  readonly channel: { readonly to: OpenRecipient; readonly time: string };
  readonly status: OpenReceiptStatus;
  /** For `Failed`. */
  readonly reasons?: readonly OpenReason[] | undefined;
  /** Whether no other will follow. */
  readonly isFinalReceipt?: boolean | undefined;
}

/** The end user whom an outbound message was for. */
export interface OpenRecipient extends Omit<OpenSender, 'idType'> {
  readonly idType?: OpenIdType | undefined;
}

/** Body of `…/inbound/open/structured/response`: the end user pressed a button (documented, OPEN-INBOUND). */
export interface OpenStructuredResponseRequest {
  readonly channel: OpenMessageRequest['channel'];
  readonly buttonResponse: {
    readonly type: 'Button' | 'QuickReply' | 'DatePicker';
    readonly text: string;
    readonly payload: string;
    readonly id?: string | undefined;
  };
  /** The platform's id of the message that had the button. */
  readonly originatingMessageId: string;
}

/** Official samples write `email` where the schema says `Email`, and that was accepted (documented, OPEN-ID-TYPE). */
const idType: Reader<OpenIdType> = (value, path, report) => {
  const given = typeof value === 'string' ? value.charAt(0).toUpperCase() + value.slice(1).toLowerCase() : value;
  return oneOf('Email', 'Phone', 'Opaque')(given, path, report);
};

const names = {
  nickname: optional(text),
  firstName: optional(text),
  lastName: optional(text),
  image: optional(text),
  email: optional(text),
};
const sender = object<OpenSender>({ id, idType, ...names });
const recipient = object<OpenRecipient>({ id, idType: optional(idType), ...names });

const messageChannel = object<OpenMessageRequest['channel']>({
  from: sender,
  time: id,
  messageId: optional(id),
  metadata: optional(object({ subType: optional(text) })),
});

const attachment = object<OpenAttachment>({
  mediaType: oneOf('Image', 'Video', 'Audio', 'File', 'Link'),
  url: id,
  mime: id,
  id: optional(text),
  text: optional(text),
  sha256: optional(text),
  filename: optional(text),
});

/** Reads the body of an inbound message, as the platform does. */
export const parseOpenMessageRequest = guard(
  object<OpenMessageRequest>({
    channel: messageChannel,
    text: optional(text),
    content: optional(list(object({ attachment: optional(attachment) }))),
    metadata: optional(texts),
  }),
);

/** Reads the body of an inbound event, as the platform does. */
export const parseOpenEventRequest = guard(
  object<OpenEventRequest>({
    channel: object({ from: sender, time: id }),
    events: list(object({ eventType: oneOf('Typing') })),
  }),
);

/** Reads the body of an inbound receipt, as the platform does. */
export const parseOpenReceiptRequest = guard(
  object<OpenReceiptRequest>({
    id,
    channel: object({ to: recipient, time: id }),
    status: oneOf(...OPEN_RECEIPT_STATUSES),
    reasons: optional(list(object({ code: optional(oneOf(...OPEN_REASON_CODES)), message: text }))),
    isFinalReceipt: optional(boolean),
  }),
);

/** Reads the body of an inbound structured response, as the platform does. */
export const parseOpenStructuredResponseRequest = guard(
  object<OpenStructuredResponseRequest>({
    channel: messageChannel,
    buttonResponse: object({
      type: oneOf('Button', 'QuickReply', 'DatePicker'),
      text,
      payload: text,
      id: optional(text),
    }),
    originatingMessageId: id,
  }),
);
