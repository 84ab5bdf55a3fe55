import { type ContentItem, parseContent, type QuickReply } from '@backchannel/protocol';
import type { Settled } from '../../settled.ts';
import type { SendOptions } from '../guest-outbox.ts';
import type { GuestSession } from '../guest-session.ts';
import type { GuestMessage } from '../guest-snapshot.ts';

/** Something in a message that the guest may pick. */
export interface Choice {
  readonly text: string;
  readonly payload: string;
  /** `QuickReply`, or `Button` for a card's. */
  readonly type: 'QuickReply' | 'Button';
  /** Title of the card that it stands on. */
  readonly card?: string | undefined;
}

/** What a message carries beside its text, item by item; items that cannot be read are left out (GUEST-TOLERANCE). */
export function contentOf({ content = [] }: GuestMessage): readonly ContentItem[] {
  return content.flatMap(({ contentType, item }) => {
    const field = contentType.charAt(0).toLowerCase() + contentType.slice(1);
    const parsed = parseContent([{ contentType, [field]: item }]);
    return parsed.ok ? parsed.value : [];
  });
}

/** What the guest may answer with a press: quick replies, and the postback buttons of cards and carousels. */
export const choicesOf = (message: GuestMessage): readonly Choice[] => contentOf(message).flatMap(choicesIn);

function choicesIn(item: ContentItem): readonly Choice[] {
  switch (item.contentType) {
    case 'QuickReply':
      return [quick(item.quickReply)];
    case 'QuickReplyV2':
      return item.quickReplyV2.actions.map(quick);
    case 'Card':
      return cardChoices(item.card);
    case 'Carousel':
      return item.carousel.cards.flatMap(cardChoices);
    default:
      return [];
  }
}

const quick = ({ text, payload }: QuickReply): Choice => ({ type: 'QuickReply', text, payload });

const cardChoices = ({ title, actions }: Extract<ContentItem, { contentType: 'Card' }>['card']): readonly Choice[] =>
  actions.flatMap(({ type, text, payload }) =>
    // The official mobile SDK takes Button for Postback; a Link is opened, not answered.
    type?.toLowerCase() !== 'link' && text !== undefined && payload !== undefined
      ? [{ type: 'Button', text, payload, card: title }]
      : [],
  );

/**
 * Answers with a press on a quick reply or a card's button. It goes as `Structured` with the label as its text, as Genesys' web
 * client does (third-party, GUEST-BUTTON-RESPONSE), so the agent reads what was pressed. Settles like `send`.
 *
 * @throws BackchannelError as `send` does.
 */
export function reply(
  guest: GuestSession,
  { text, payload, type = 'QuickReply' }: Pick<Choice, 'text' | 'payload'> & Partial<Choice>,
  options: Omit<SendOptions, 'content'> = {},
): Promise<Settled<GuestMessage>> {
  const content = [{ contentType: 'ButtonResponse', buttonResponse: { type, text, payload } }];
  return guest.send(text, { ...options, content });
}
