import type { ContentItem, OpenReason } from '@backchannel/protocol';
import { BOUNDS } from '../bounds.ts';
import type { Switches } from '../switches.ts';
import type { Timeline } from '../timeline.ts';
import { liveConversationOf } from './conversation-parts.ts';
import type { Conversation, Message, OpenAddress, Participant, Session } from './entities.ts';
import type { Integration } from './integration.ts';
import type { OpenIntegrations } from './open-integrations.ts';
import { typingDuration } from './typing-duration.ts';

/** What somebody says: a text, files, or what was pressed. */
export interface OpenWords {
  readonly kind: 'Text' | 'Structured';
  readonly text: string;
  readonly content?: readonly ContentItem[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** The id that the channel gave it. Default: one of the platform's. */
  readonly channelMessageId?: string;
}

/** What is needed of the world. */
interface OpenWorld {
  readonly state: { readonly openMessaging: OpenIntegrations };
  readonly switches: Pick<Switches, 'openEventOpensConversation' | 'ignoreRepeatedOpenMessages'>;
  readonly timeline: Timeline;
  guestSaid(session: Session, said: OpenWords, attributes: undefined, origin: undefined): Message;
  guestTyped(session: Session, durationMs: number): boolean;
  begin(session: Session): Conversation;
}

/** Who hears of it. */
interface OpenListener {
  conversationChanged(conversation: Conversation, left: readonly Participant[]): void;
  noted(note: string, conversationId?: string): void;
}

/** What became of an inbound message: added, or known from before (assumed, OPEN-MESSAGE-REPEATED). */
export interface OpenSaid {
  readonly conversation: Conversation;
  readonly message: Message;
  readonly repeated: boolean;
}

/** The people behind an integration: what they say and do, and what becomes of what they are told. */
export class OpenGuests {
  readonly #world: OpenWorld;
  readonly #listener: OpenListener;

  constructor(world: OpenWorld, listener: OpenListener) {
    this.#world = world;
    this.#listener = listener;
  }

  /** Opens the conversation when there is none (documented, OPEN-NEW-CONVERSATION). */
  said(integration: Integration, from: OpenAddress, time: string, words: OpenWords): OpenSaid {
    const session = this.#sessionOf(integration, from);
    const { channelMessageId } = words;
    const earlier = channelMessageId === undefined ? undefined : this.#repeated(session, channelMessageId, time);
    if (earlier !== undefined) return { ...earlier, repeated: true };
    const message = this.#world.guestSaid(session, words, undefined, undefined);
    const { conversation } = session;
    if (conversation === undefined) throw new Error('A guest who has said something is in a conversation.');
    return { conversation, message, repeated: false };
  }

  /**
   * Typing holds for the duration that a typing event without one has. It opens a conversation when there is none (documented,
   * OPEN-NEW-CONVERSATION; switch openEventOpensConversation). `reached`: an agent was there to see it.
   */
  typed(
    integration: Integration,
    from: OpenAddress,
  ): { readonly conversation: Conversation | undefined; readonly reached: boolean } {
    const session = this.#sessionOf(integration, from);
    if (this.#world.switches.openEventOpensConversation) this.#world.begin(session);
    const conversation = liveConversationOf(session);
    const reached = conversation !== undefined && this.#world.guestTyped(session, typingDuration(undefined, false));
    return { conversation, reached };
  }

  /** The conversation that this address is in. */
  conversationOf(integration: Integration, from: OpenAddress): Conversation | undefined {
    const session = this.#world.state.openMessaging.knownGuestAt(integration, from.id);
    return session && liveConversationOf(session);
  }

  /** The outbound message with this id that went to this address. */
  sentTo(
    integration: Integration,
    addressId: string,
    messageId: string,
  ): { readonly conversation: Conversation; readonly message: Message } | undefined {
    const conversation = this.#world.state.openMessaging.knownGuestAt(integration, addressId)?.conversation;
    const message = conversation?.messages.find((each) => each.id === messageId && each.from === 'agent');
    return conversation && message && { conversation, message };
  }

  /** A receipt, or the end of a webhook, settles an outbound message (assumed, OPEN-RECEIPT-EFFECT). `false`: it was settled. */
  settle(
    conversation: Conversation,
    message: Message,
    status: 'sent' | 'delivery-success' | 'delivery-failed',
    { isFinal, reasons }: { readonly isFinal: boolean; readonly reasons?: readonly OpenReason[] | undefined },
  ): boolean {
    if (message.isSettled === true) return false;
    message.isSettled = isFinal;
    message.failure = status === 'delivery-failed' ? reasons : undefined;
    message.status = status;
    message.statusAtMs = this.#world.timeline.nowMs();
    this.#listener.conversationChanged(conversation, []);
    return true;
  }

  #sessionOf(integration: Integration, from: OpenAddress): Session {
    const { session, forgotten } = this.#world.state.openMessaging.guestAt(integration, from);
    if (forgotten !== undefined) {
      const note = `The emulator has its bound of ${BOUNDS.sessions} open messaging users: the one quiet longest is forgotten.`;
      this.#listener.noted(note, forgotten.conversation?.id);
    }
    return session;
  }

  /** The message with this id and time that came before; else both are remembered. */
  #repeated(
    session: Session,
    messageId: string,
    time: string,
  ): { readonly conversation: Conversation; readonly message: Message } | undefined {
    const { open, conversation } = session;
    if (open === undefined || !this.#world.switches.ignoreRepeatedOpenMessages) return undefined;
    const key = JSON.stringify([messageId, time]);
    const message = open.seen.has(key)
      ? conversation?.messages.find((each) => each.from === 'guest' && each.channelMessageId === messageId)
      : undefined;
    if (conversation !== undefined && message !== undefined) return { conversation, message };
    open.seen.add(key);
    const [oldest] = open.seen;
    if (open.seen.size > BOUNDS.transcriptMessages && oldest !== undefined) open.seen.delete(oldest);
    return undefined;
  }
}
