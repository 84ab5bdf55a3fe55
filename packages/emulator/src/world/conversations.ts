import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';
import { customerOf } from './conversation-parts.ts';
import { fullNameOf } from './customers.ts';
import type { Conversation, Message, Participant, Session, Side, TypingRecord } from './entities.ts';

/** Says that a bound was reached and what was forgotten. */
export type OnBound = (note: string, conversationId?: string) => void;

type NewMessage = Partial<Pick<Message, 'channelMessageId'>> &
  Omit<Message, 'id' | 'channelMessageId' | 'correlationId' | 'atMs' | 'statusAtMs'>;

/** All conversations, their transcripts and their typing. Knows nothing of sockets or requests. */
export class Conversations {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #onBound: OnBound;
  readonly #conversations = new Map<string, Conversation>();

  constructor(ids: SeededIds, timeline: Timeline, onBound: OnBound) {
    this.#ids = ids;
    this.#timeline = timeline;
    this.#onBound = onBound;
  }

  find(id: string): Conversation | undefined {
    return this.#conversations.get(id);
  }

  list(): IterableIterator<Conversation> {
    return this.#conversations.values();
  }

  /** Opens the conversation of a session: the customer, the queue that took it, and the agent when there is one. */
  open(session: Session, agent: Agent | undefined, answered: boolean): Conversation {
    if (this.#conversations.size >= BOUNDS.conversations) this.#forgetOldest();
    const now = this.#timeline.nowMs();
    const customer = this.#participant('customer', nameOf(session), 'connected');
    const queue = this.#participant('acd', 'Demo queue', 'connected');
    queue.communication.peerId = customer.communication.id;
    customer.communication.peerId = queue.communication.id;
    const conversation: Conversation = {
      id: this.#ids.uuid('conversation'),
      startedAtMs: now,
      session,
      participants: [customer, queue],
      messages: [],
      typing: [],
      windows: {},
    };
    if (agent !== undefined) this.hand(conversation, queue, agent, answered);
    this.#conversations.set(conversation.id, conversation);
    if (session.conversation !== undefined) {
      session.past = [...session.past, session.conversation].slice(-BOUNDS.pastConversations);
    }
    session.conversation = conversation;
    return conversation;
  }

  /**
   * Hands the part of a participant, which ends, to an agent or to the queue. Whoever takes it is a new participant with a new
   * communication (documented, CONVERSATION-LEGS).
   */
  hand(conversation: Conversation, leaving: Participant, to: Agent | 'queue', answered: boolean): Participant {
    this.end(leaving);
    const taking =
      to === 'queue'
        ? this.#participant('acd', 'Demo queue', 'connected')
        : this.#participant('agent', to.name, answered ? 'connected' : 'alerting', to.id);
    const customer = customerOf(conversation);
    taking.communication.peerId = customer.communication.id;
    customer.communication.peerId = taking.communication.id;
    conversation.participants.push(taking);
    return taking;
  }

  /** Ends a participant's leg; one that has ended stays as it is. */
  end(participant: Participant): void {
    participant.endedAtMs ??= this.#timeline.nowMs();
    participant.communication.state = 'disconnected';
  }

  addMessage(conversation: Conversation, given: NewMessage): Message {
    const now = this.#timeline.nowMs();
    const message: Message = {
      id: this.#ids.uuid('message'),
      channelMessageId: this.#ids.uuid('channelMessage'),
      correlationId: this.#ids.uuid('correlation'),
      atMs: now,
      statusAtMs: now,
      ...given,
    };
    conversation.messages.push(message);
    this.#trim(conversation, conversation.messages, BOUNDS.transcriptMessages, 'messages');
    return message;
  }

  addTyping(conversation: Conversation, from: Side, durationMs: number): TypingRecord {
    const to = from === 'guest' ? 'agent' : 'guest';
    const record: TypingRecord = { atMs: this.#timeline.nowMs(), from, to, durationMs };
    conversation.typing.push(record);
    this.#trim(conversation, conversation.typing, BOUNDS.typingRecords, 'typing records');
    return record;
  }

  #participant(
    purpose: Participant['purpose'],
    name: string,
    state: Participant['communication']['state'],
    userId?: string,
  ): Participant {
    const now = this.#timeline.nowMs();
    return {
      id: this.#ids.uuid('participant'),
      purpose,
      name,
      userId,
      startedAtMs: now,
      connectedAtMs: state === 'connected' ? now : undefined,
      attributes: {},
      communication: { id: this.#ids.uuid('communication'), state },
    };
  }

  /** A tenth at a time, so that a long conversation pays for its bound now and then and not with every message. */
  #trim(conversation: Conversation, list: unknown[], max: number, what: string): void {
    if (list.length <= max) return;
    const forgotten = list.splice(0, Math.ceil(max / 10)).length;
    this.#onBound(
      `The conversation has reached its bound of ${max} ${what}: the oldest ${forgotten} are forgotten.`,
      conversation.id,
    );
  }

  #forgetOldest(): void {
    const oldest = this.#conversations.values().next().value;
    if (oldest === undefined) return;
    this.#conversations.delete(oldest.id);
    if (oldest.session.conversation === oldest) oldest.session.conversation = undefined;
    this.#onBound(
      `The emulator has reached its bound of ${BOUNDS.conversations} conversations: the oldest is forgotten.`,
      oldest.id,
    );
  }
}

/** An agent sees a guest by the name that it signed in with, or that its own channel gives it. */
function nameOf({ customer, open }: Session): string {
  if (customer !== undefined) return fullNameOf(customer);
  const { nickname, firstName, lastName } = open?.address ?? {};
  return nickname ?? ([firstName, lastName].filter((each) => each !== undefined).join(' ') || 'Guest');
}
