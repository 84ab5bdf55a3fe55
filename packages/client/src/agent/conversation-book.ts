import {
  agentLeg,
  type Conversation,
  conversationPath,
  type EventParticipant,
  parseConversation,
} from '@backchannel/protocol';
import type { Notice } from '../notice.ts';
import type { Settled } from '../settled.ts';
import type { AgentConversation } from './agent-conversation.ts';
import { type AgentParticipant, participantsAfter, participantsOf } from './participants.ts';
import type { PlatformApi } from './platform-api.ts';

/** The most conversations that are kept; the oldest that are over go first. */
export const CONVERSATIONS_MAX = 200;

/** The most that are remembered as none of the session's; the oldest are forgotten first, and read again when heard of. */
const LEFT_OUT_MAX = 5_000;

/** Whether the session takes a conversation in. Asked when it has been read, and again at each event while it is left out. */
export type Follows = (conversation: {
  readonly id: string;
  readonly participants: readonly AgentParticipant[];
}) => boolean;

type ReadAs = 'other' | 'read' | 'lookup';

export interface ConversationBookOptions {
  readonly api: PlatformApi;
  readonly userId: () => string | undefined;
  readonly follows: Follows;
  readonly make: (conversation: Conversation) => AgentConversation;
  /** One that was not here before. */
  readonly added: (conversation: AgentConversation) => void;
  readonly changed: () => void;
  readonly notice: (notice: Notice) => void;
}

/**
 * The conversations of one agent, as the platform has them: which there are, which are being read, and which of them began
 * since the session did.
 */
export class ConversationBook {
  readonly #options: ConversationBookOptions;
  readonly #conversations = new Map<string, AgentConversation>();
  /** Ids of those that `takeNew` gave away, and of those that it leaves out. */
  readonly #handedOut = new Set<string>();
  readonly #reading = new Map<string, Promise<Settled<AgentConversation>>>();
  /** Ids of those that are not followed. */
  readonly #leftOut = new Set<string>();
  /** What was there before the session has been read: from here on conversations are new. */
  #begun = false;

  constructor(options: ConversationBookOptions) {
    this.#options = options;
  }

  /** In the order in which they became known. */
  get all(): readonly AgentConversation[] {
    return [...this.#conversations.values()];
  }

  get(id: string): AgentConversation | undefined {
    return this.#conversations.get(id);
  }

  begin(): void {
    this.#begun = true;
  }

  /** One that is new and that nobody has got yet, the oldest first. */
  takeNew(): AgentConversation | undefined {
    const found = this.all.find((each) => !this.#handedOut.has(each.id) && each.state !== 'disconnected');
    if (found) this.#handedOut.add(found.id);
    return found;
  }

  /** What the platform lists no more is over, or is another conversation by the time it comes back. */
  keepOnly(ids: readonly string[]): void {
    for (const known of this.all) if (!ids.includes(known.id)) this.#drop(known);
  }

  /** Reads these, and all that are known. */
  async readAll(ids: readonly string[], signal: AbortSignal, as: 'other' | 'read'): Promise<void> {
    const all = new Set([...ids, ...this.#conversations.keys()]);
    // Also one that can't be read now was there before.
    if (!this.#begun) for (const id of all) this.#handedOut.add(id);
    await Promise.all([...all].map((id) => this.read(id, signal, as)));
  }

  /** Reads a conversation, once at a time; one in which the agent has a leg is here from then on. */
  read(id: string, signal: AbortSignal, as: ReadAs = 'other'): Promise<Settled<AgentConversation>> {
    const running = this.#reading.get(id);
    if (running) return running;
    const reading = this.#read(id, signal, as).finally(() => {
      if (this.#reading.get(id) === reading) this.#reading.delete(id);
    });
    this.#reading.set(id, reading);
    return reading;
  }

  /**
   * Takes in what was read elsewhere a moment ago, without another request. What is known is read again: events may have told
   * more of it since, and what is older must not undo that.
   */
  async take(
    { conversation, as }: { readonly conversation: Conversation; readonly as: ReadAs },
    signal: AbortSignal,
  ): Promise<Settled<AgentConversation>> {
    const { id } = conversation;
    if (this.#conversations.has(id) || this.#reading.has(id)) return this.read(id, signal, as);
    return this.#found(conversation, { outcome: 'sent', reason: `The conversation ${id} was read.` });
  }

  /** An event tells of one that is not known. */
  heard(id: string, participants: readonly EventParticipant[], signal: AbortSignal): void {
    const isLeftOut =
      this.#leftOut.has(id) && !this.#options.follows({ id, participants: participantsAfter([], participants) });
    if (!isLeftOut) void this.read(id, signal);
  }

  /** Leaves it out of what is new, unless it does not come now. */
  async withoutHandingOut<Value>(id: string, reading: () => Promise<Value>): Promise<Value> {
    const isUnknown = !this.#conversations.has(id);
    if (isUnknown) this.#handedOut.add(id);
    try {
      return await reading();
    } finally {
      if (isUnknown && !this.#conversations.has(id)) this.#handedOut.delete(id);
    }
  }

  /** The session has ended. */
  close(): void {
    this.#reading.clear();
    for (const conversation of this.all) conversation.close();
  }

  async #read(id: string, signal: AbortSignal, as: ReadAs): Promise<Settled<AgentConversation>> {
    const { api, notice } = this.#options;
    const request = { method: 'GET', path: conversationPath(id), guard: parseConversation, as, signal } as const;
    const { value, ...settled } = await api.request(request);
    if (signal.aborted) return { outcome: 'aborted', reason: 'The session ended before the conversation was read.' };
    let known = this.#conversations.get(id);
    if (known && (settled.error?.platform?.status === 404 || (value && !known.isSameAs(value)))) {
      this.#drop(known);
      known = undefined;
    }
    if (!value) {
      const text = `A conversation could not be read: ${settled.reason}`;
      notice({ code: 'conversation.unread', text, error: settled.error });
      return settled;
    }
    return this.#found(value, settled, known);
  }

  /** What the platform has of it now. */
  #found(value: Conversation, settled: Settled, known?: AgentConversation): Settled<AgentConversation> {
    const { id } = value;
    const userId = this.#options.userId();
    const hasLeg = known ? known.update(value) : agentLeg(value, userId) !== undefined;
    if (!hasLeg) {
      return {
        outcome: 'suppressed:no-conversation',
        reason: `The agent ${userId} has no leg in the conversation ${id}: it was not offered to, or has left it.`,
      };
    }
    if (!known && !this.#options.follows({ id, participants: participantsOf(value) })) {
      this.#leaveOut(id);
      return { outcome: 'suppressed:no-conversation', reason: `The conversation ${id} is not followed here.` };
    }
    this.#leftOut.delete(id);
    return { ...settled, value: known ?? this.#add(value) };
  }

  #leaveOut(id: string): void {
    this.#leftOut.add(id);
    const [oldest] = this.#leftOut;
    if (oldest !== undefined && this.#leftOut.size > LEFT_OUT_MAX) this.#leftOut.delete(oldest);
  }

  #add(value: Conversation): AgentConversation {
    const conversation = this.#options.make(value);
    this.#conversations.set(conversation.id, conversation);
    if (!this.#begun) this.#handedOut.add(conversation.id);
    this.#forgetOldest();
    this.#options.changed();
    this.#options.added(conversation);
    return conversation;
  }

  #forgetOldest(): void {
    if (this.#conversations.size <= CONVERSATIONS_MAX) return;
    const oldest = this.all.find((each) => each.state === 'disconnected') ?? this.all[0];
    if (!oldest) return;
    this.#drop(oldest);
    this.#options.notice({
      code: 'conversations.dropped',
      text: `More than ${CONVERSATIONS_MAX} conversations: ${oldest.id} was forgotten.`,
    });
  }

  /** Ends a conversation that is no more, or not the agent's. */
  #drop(conversation: AgentConversation): void {
    conversation.ended();
    this.#conversations.delete(conversation.id);
    this.#handedOut.delete(conversation.id);
    this.#options.changed();
  }
}
