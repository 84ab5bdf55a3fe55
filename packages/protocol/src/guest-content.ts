import { guard, id, list, number, object, oneOf, optional, own, type Reader, text } from './reader.ts';

/** What a guest pressed or picked, as it answers a quick reply, a card or a picker (documented, GUEST-BUTTON-RESPONSE). */
export interface ButtonResponse {
  readonly type: 'Button' | 'DatePicker' | 'Form' | 'ListPicker' | 'QuickReply';
  /** The label that was pressed. */
  readonly text: string;
  /** What the answer means to the other side; copied from the button. */
  readonly payload: string;
  readonly originatingMessageId?: string | undefined;
}

/** A file that goes with a message. A guest names its `id` alone; the service adds the rest. */
export interface AttachmentContent {
  readonly id?: string | undefined;
  /** `Audio`, `File`, `Image`, `Link` or `Video`. */
  readonly mediaType?: string | undefined;
  readonly filename?: string | undefined;
  /** Bytes. */
  readonly fileSize?: number | undefined;
  readonly mime?: string | undefined;
  readonly url?: string | undefined;
}

/** One suggested answer of an agent or a bot. */
export interface QuickReply {
  readonly text: string;
  readonly payload: string;
  readonly image?: string | undefined;
}

/** A button of a card: `Link` opens `url`, `Postback` is answered with its `text` and `payload`. */
export interface CardAction {
  readonly type?: string | undefined;
  readonly text?: string | undefined;
  readonly payload?: string | undefined;
  readonly url?: string | undefined;
}

/** A card of an agent or a bot: a title, perhaps a picture, and buttons. */
export interface Card {
  readonly title: string;
  readonly description?: string | undefined;
  readonly image?: string | undefined;
  readonly actions: readonly CardAction[];
}

/**
 * One entry of `content[]`. What stands in the field that is named like the type is read for the types below; other types of
 * the schema, and ones that it does not have, keep their name (GUEST-TOLERANCE).
 */
export type ContentItem =
  | { readonly contentType: 'Attachment'; readonly attachment: AttachmentContent }
  | { readonly contentType: 'ButtonResponse'; readonly buttonResponse: ButtonResponse }
  | { readonly contentType: 'QuickReply'; readonly quickReply: QuickReply }
  | {
      readonly contentType: 'QuickReplyV2';
      readonly quickReplyV2: { readonly title: string; readonly actions: readonly QuickReply[] };
    }
  | { readonly contentType: 'Card'; readonly card: Card }
  | { readonly contentType: 'Carousel'; readonly carousel: { readonly cards: readonly Card[] } }
  | { readonly contentType: 'Other'; readonly name: string; readonly item: unknown };

const attachment = object<AttachmentContent>({
  id: optional(text),
  mediaType: optional(text),
  filename: optional(text),
  fileSize: optional(number),
  mime: optional(text),
  url: optional(text),
});

const buttonResponse = object<ButtonResponse>({
  type: oneOf('Button', 'DatePicker', 'Form', 'ListPicker', 'QuickReply'),
  text,
  payload: text,
  originatingMessageId: optional(text),
});

const quickReply = object<QuickReply>({ text, payload: text, image: optional(text) });

const card = object<Card>({
  title: text,
  description: optional(text),
  image: optional(text),
  actions: list(
    object<CardAction>({ type: optional(text), text: optional(text), payload: optional(text), url: optional(text) }),
  ),
});

const ITEMS = {
  Attachment: object({ attachment }),
  ButtonResponse: object({ buttonResponse }),
  QuickReply: object({ quickReply }),
  QuickReplyV2: object({ quickReplyV2: object({ title: text, actions: list(quickReply) }) }),
  Card: object({ card }),
  Carousel: object({ carousel: object({ cards: list(card) }) }),
} as const;

const named = object<{ contentType: string }>({ contentType: id });

/** Reads one entry of `content[]`. */
const contentItem: Reader<ContentItem> = (value, path, report) => {
  const { contentType } = named(value, path, report);
  if (!Object.hasOwn(ITEMS, contentType)) {
    const item = own(value, contentType.charAt(0).toLowerCase() + contentType.slice(1));
    return { contentType: 'Other', name: contentType, item };
  }
  const known = contentType as keyof typeof ITEMS;
  return { contentType: known, ...ITEMS[known](value, path, report) } as ContentItem;
};

/** `content[]` of any message. */
export const contentItems: Reader<readonly ContentItem[]> = list(contentItem);

/** Reads `content[]` of a message: quick replies, cards, attachments, and what the guest answered. */
export const parseContent = guard(contentItems);
