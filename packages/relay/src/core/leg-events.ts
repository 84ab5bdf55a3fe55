import { isAgent, type Participant } from '../domain/participant.ts';
import type { LegListener } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import type { Alias } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { Endings } from './endings.ts';
import type { EventLog } from './event-log.ts';
import type { Lanes } from './lanes.ts';
import { typistObserved } from './participants.ts';
import type { TypingPlane } from './typing-plane.ts';

export interface LegEventsOptions {
  readonly conversations: Conversations;
  readonly events: EventLog;
  readonly lanes: Lanes;
  readonly plane: TypingPlane;
  readonly endings: Endings;
  readonly log: Log;
}

/** What the legs tell of one conversation, brought to who needs it. Nobody waits for the store here: what fails is logged. */
export function listenerFor(conversation: Conversation, options: LegEventsOptions): LegListener {
  const { conversations, events, lanes, plane, endings, log } = options;
  const { id: bindingId } = conversation.binding;

  const inBackground = (what: string, work: Promise<unknown>): void => {
    work.catch((error: unknown) => log.error(what, { bindingId, error }));
  };

  /** A lane that is empty is not asked for: most conversations have none that waits. */
  const poke = (eager: boolean): void => {
    const lane = lanes.find(conversation);
    if (lane && lane.queued > 0) lane.poke(eager);
  };

  return {
    message: (message) => lanes.observe(conversation, message),

    typing(participant, typing) {
      if (!conversation.isOpen) return;
      plane.observed(conversation, typistObserved(conversation, participant), typing);
    },

    guestState({ reason, token }) {
      conversation.guestReason = reason;
      conversation.legChanged();
      if (conversation.isLive) poke(true);
      const { guest } = conversation.binding;
      if (token === guest.token) return;
      conversation.binding = { ...conversation.binding, guest: { ...guest, token } };
      inBackground('conversation.token-unsaved', events.record([{ kind: 'update-binding', bindingId, token }]));
    },

    linked({ genesysConversationId, participants }) {
      conversation.linked = true;
      conversation.participants = participants;
      const isThere = (participant: Participant) =>
        participants.some((each) => each.participant === participant && each.state !== 'disconnected');
      plane.left(
        conversation,
        (participant) => isAgent(participant) && participant !== 'agent' && !isThere(participant),
      );
      const reason = `Genesys calls it ${genesysConversationId}.`;
      inBackground('conversation.link-unsaved', conversations.linked(conversation, genesysConversationId, reason));
      const aliases: readonly Alias[] = [
        ...participants.map(({ id }) => ({ kind: 'genesys-participant' as const, alias: id })),
        ...participants.flatMap(({ communicationId }) =>
          communicationId === undefined ? [] : [{ kind: 'genesys-communication' as const, alias: communicationId }],
        ),
      ];
      inBackground('conversation.names-unsaved', conversations.name(conversation, aliases));
      poke(true);
    },

    ended: (reason) => inBackground('conversation.end-unsaved', endings.end(conversation, reason)),
  };
}
