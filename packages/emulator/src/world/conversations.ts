import { BOUNDS } from '../bounds.ts';
import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';
import type { Conversation, Message, Participant, Session, Side, TypingRecord } from './entities.ts';

/** Says that a bound was reached and what was forgotten. */
export type OnBound = (note: string, conversationId?: string) => void;

type NewMessage = Pick<Message, 'kind' | 'from' | 'fromName' | 'text' | 'communicationId' | 'status' | 'metadata'>;

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
  open(session: Session, agent: Agent | undefined): Conversation {
    if (this.#conversations.size >= BOUNDS.conversations) this.#forgetOldest();
    const now = this.#timeline.nowMs();
    const customer = this.#participant('customer', 'Guest', 'connected');
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
    if (agent !== undefined) {
      queue.endedAtMs = now;
      queue.communication.state = 'disconnected';
      const answering = this.#participant('agent', agent.name, 'connected', agent.id);
      answering.communication.peerId = customer.communication.id;
      customer.communication.peerId = answering.communication.id;
      conversation.participants.push(answering);
    }
    this.#conversations.set(conversation.id, conversation);
    session.conversation = conversation;
    return conversation;
  }

  addMessage(conversation: Conversation, given: NewMessage): Message {
    const message: Message = {
      id: this.#ids.uuid('message'),
      channelMessageId: this.#ids.uuid('channelMessage'),
      correlationId: this.#ids.uuid('correlation'),
      atMs: this.#timeline.nowMs(),
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
    return {
      id: this.#ids.uuid('participant'),
      purpose,
      name,
      userId,
      startedAtMs: this.#timeline.nowMs(),
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
