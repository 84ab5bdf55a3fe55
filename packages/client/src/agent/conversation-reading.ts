import type { Conversation } from '@backchannel/protocol';
import { type AgentParticipant, participantsOf } from './participants.ts';

/** What was read is for the sessions alone. */
export let conversationOf: (reading: ConversationReading) => Conversation;

/** A conversation as it was at one moment: `AgentPlatform.read` makes it, and `AgentSession.adopt` takes it instead of an id. */
export class ConversationReading {
  readonly id: string;
  /** Who takes part, or did. */
  readonly participants: readonly AgentParticipant[];
  readonly #conversation: Conversation;

  static {
    conversationOf = (reading) => reading.#conversation;
  }

  constructor(conversation: Conversation) {
    this.id = conversation.id;
    this.participants = participantsOf(conversation);
    this.#conversation = conversation;
  }
}
