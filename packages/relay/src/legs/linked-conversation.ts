import type { Clock } from '@backchannel/client';
import type { AgentConversation, AgentMessage, AgentParticipant } from '@backchannel/client/agent';
import type { ParticipantView } from '../domain/commands.ts';
import type { ListedParticipant } from '../domain/participant.ts';
import { writerOf } from './attribution.ts';
import type { AgentLeg, LegListener } from './legs.ts';
import { PlatformAgent } from './platform-agent.ts';
import { TypingTold } from './typing-told.ts';

/** What one of the followed agents sees of it. */
interface View {
  readonly conversation: AgentConversation;
  readonly leg: AgentLeg;
  readonly unsubscribe: () => void;
  /** Those that it told last: another list when it has heard or read of a change. */
  participants: readonly AgentParticipant[] | undefined;
}

export interface LinkedConversationOptions {
  readonly id: string;
  readonly bindingId: string;
  readonly listener: LegListener;
  readonly clock: Clock;
}

/**
 * One conversation of Genesys's that belongs to a binding, as those of the followed agents see it who are or were in it. A
 * transfer adds a view; the view of who has left stays, and says so.
 */
export class LinkedConversation {
  readonly id: string;
  readonly bindingId: string;
  readonly #listener: LegListener;
  readonly #views = new Map<string, View>();
  readonly #typing: TypingTold;
  /** Users whose session says that the guest types. */
  readonly #heard = new Set<string>();
  #participants: readonly ParticipantView[] = [];

  constructor({ id, bindingId, listener, clock }: LinkedConversationOptions) {
    this.id = id;
    this.bindingId = bindingId;
    this.#listener = listener;
    this.#typing = new TypingTold(clock, (typing) => listener.typing('guest', typing));
  }

  get participants(): readonly ParticipantView[] {
    return this.#participants;
  }

  /** The agents who are or were in it. */
  get legs(): readonly AgentLeg[] {
    return [...this.#views.values()].map(({ leg }) => leg);
  }

  leg(userId: string): AgentLeg | undefined {
    return this.#views.get(userId)?.leg;
  }

  /** What this agent sees of it; another object than before takes its place. */
  add(userId: string, conversation: AgentConversation): void {
    const known = this.#views.get(userId);
    if (known?.conversation === conversation) return;
    known?.unsubscribe();
    const view: View = {
      conversation,
      leg: new PlatformAgent(userId, conversation),
      unsubscribe: conversation.subscribe(() => this.#changed(view)),
      participants: undefined,
    };
    this.#views.set(userId, view);
    this.#changed(view);
    for (const message of conversation.snapshot().messages) this.message(message);
  }

  /** An agent's session has shown a message. */
  message(message: AgentMessage): void {
    if (message.status !== 'sent') return;
    const participant = writerOf(message, this.#participants);
    this.#listener.message({ platformIds: [message.id], participant, text: message.text, time: message.time });
  }

  /** An agent's session says whether the guest types. */
  guestTyping(userId: string, typing: boolean): void {
    if (typing) this.#heard.add(userId);
    else this.#heard.delete(userId);
    this.#typing.is(this.#heard.size > 0);
  }

  /** Tells nothing any more. */
  close(): void {
    for (const { unsubscribe } of this.#views.values()) unsubscribe();
    this.#views.clear();
    this.#typing.close();
  }

  /** Sessions say that anything changed: a message, a delivery, typing. The newest list of participants is the one to tell. */
  #changed(view: View): void {
    const { participants } = view.conversation;
    if (participants === view.participants) return;
    view.participants = participants;
    const told = participants.flatMap(viewOf).map((each) => {
      // Events don't tell communications: what one session has read, another that has only heard must not take away.
      const known = this.#participants.find(({ id }) => id === each.id);
      return { ...each, communicationId: each.communicationId ?? known?.communicationId };
    });
    if (JSON.stringify(told) === JSON.stringify(this.#participants)) return;
    this.#participants = told;
    this.#listener.linked({ genesysConversationId: this.id, participants: told });
  }
}

/** How the API names who has each purpose; of agents it says which, where that is known. */
const NAMES: Readonly<Record<ParticipantView['purpose'], ListedParticipant>> = {
  customer: 'guest',
  agent: 'agent',
  acd: 'queue',
  workflow: 'workflow',
  bot: 'bot',
};

const isPurpose = (purpose: string): purpose is ParticipantView['purpose'] => Object.hasOwn(NAMES, purpose);

/** A participant as the relay's API shows it; none for sorts that a messaging conversation does not have. */
function viewOf({ id, purpose, userId, name, communicationId, state }: AgentParticipant): ParticipantView[] {
  if (!isPurpose(purpose)) return [];
  const participant = purpose === 'agent' && userId !== undefined ? (`agent:${userId}` as const) : NAMES[purpose];
  return [{ id, participant, purpose, userId, name, communicationId, state: stateOf(state) }];
}

function stateOf(state: string): ParticipantView['state'] {
  if (state === 'disconnected' || state === 'terminated') return 'disconnected';
  return state === 'connected' ? 'connected' : 'alerting';
}
