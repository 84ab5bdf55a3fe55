import type { Conversation } from '@backchannel/protocol';
import { type AgentParticipant, participantsOf } from './participants.ts';

/** What was read is for the sessions alone. */
export let readingOf: (reading: ConversationReading) => Reading;

interface Reading {
  readonly conversation: Conversation;
  /** As what it was asked for, and is asked for again if it has to be. */
  readonly as: 'other' | 'lookup';
}

/** A conversation as it was at one moment: `AgentPlatform.read` makes it, and `AgentSession.adopt` takes it instead of an id. */
export class ConversationReading {
  readonly id: string;
  /** Who takes part, or did. */
  readonly participants: readonly AgentParticipant[];
  readonly #reading: Reading;

  static {
    readingOf = (reading) => reading.#reading;
  }

  constructor(conversation: Conversation, as: Reading['as']) {
    this.id = conversation.id;
    this.participants = participantsOf(conversation);
    this.#reading = { conversation, as };
  }
}
