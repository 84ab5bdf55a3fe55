import type { Switches } from '../switches.ts';
import type { Timeline } from '../timeline.ts';
import type { Agent } from './agents.ts';
import { activeAgentsOf } from './conversation-parts.ts';
import type { Conversation, Participant } from './entities.ts';
import type { State, WorldListener } from './world-state.ts';

/** What is needed of the world. */
interface ParticipationWorld {
  readonly state: Pick<State, 'conversations' | 'agents' | 'ids' | 'queueId'>;
  readonly switches: Pick<Switches, 'routeToFirstAgent' | 'agentsAnswerAtOnce'>;
  readonly timeline: Timeline;
}

/** Who takes part in a conversation, and how that changes: answering, leaving, handing on, ending. */
export class Participation {
  readonly #world: ParticipationWorld;
  readonly #listener: WorldListener;

  constructor(world: ParticipationWorld, listener: WorldListener) {
    this.#world = world;
    this.#listener = listener;
  }

  /** An alerting agent answers (documented, PARTICIPANT-STATE); one that has answered stays as it is. */
  answer(conversation: Conversation, participant: Participant): void {
    if (participant.communication.state !== 'alerting') return;
    participant.communication.state = 'connected';
    participant.connectedAtMs = this.#world.timeline.nowMs();
    this.#listener.conversationChanged(conversation, []);
  }

  /**
   * Hands the part of a participant to an agent or to the queue, whose leg ends at once (documented, TRANSFER; assumed,
   * TRANSFER-LEAVES). From the queue the next agent who has not just had it gets it (assumed, ROUTING-FIRST-AGENT).
   */
  transfer(conversation: Conversation, leaving: Participant, to: Agent | 'queue'): void {
    const { conversations, agents } = this.#world.state;
    const { routeToFirstAgent, agentsAnswerAtOnce } = this.#world.switches;
    const taking = conversations.hand(conversation, leaving, to, agentsAnswerAtOnce);
    const next = to === 'queue' && routeToFirstAgent ? agents.find(({ id }) => id !== leaving.userId) : undefined;
    if (next !== undefined) conversations.hand(conversation, taking, next, agentsAnswerAtOnce);
    this.#listener.conversationChanged(conversation, [leaving]);
  }

  /**
   * Somebody leaves, or is made to: the last agent, or the customer, takes the whole conversation with them (assumed,
   * CONVERSATION-END-LAST-AGENT).
   */
  disconnectParticipant(conversation: Conversation, participant: Participant): void {
    if (participant.endedAtMs !== undefined) return;
    this.#world.state.conversations.end(participant);
    const waits = conversation.participants.some((each) => each.purpose === 'acd' && each.endedAtMs === undefined);
    const over = participant.purpose === 'customer' || (activeAgentsOf(conversation).length === 0 && !waits);
    if (over) this.#end(conversation, [participant]);
    else this.#listener.conversationChanged(conversation, [participant]);
  }

  /** Ends all legs (documented, CONVERSATION-END). */
  disconnectConversation(conversation: Conversation): void {
    if (conversation.endedAtMs === undefined) this.#end(conversation, []);
  }

  /** Changes those attributes that are named and keeps the others (assumed, PARTICIPANT-ATTRIBUTES-MERGED). */
  setAttributes(conversation: Conversation, participant: Participant, attributes: Participant['attributes']): void {
    participant.attributes = { ...participant.attributes, ...attributes };
    this.#listener.conversationChanged(conversation, []);
  }

  #end(conversation: Conversation, left: readonly Participant[]): void {
    const leaving = [...left, ...activeAgentsOf(conversation)];
    for (const each of conversation.participants) this.#world.state.conversations.end(each);
    conversation.endedAtMs = this.#world.timeline.nowMs();
    this.#listener.conversationEnded(conversation, leaving);
  }
}
