import type { Conversation, EventParticipant } from '@backchannel/protocol';

/** Somebody who takes part in a conversation, or did. */
export interface AgentParticipant {
  /** The participantId of the platform's REST API. */
  readonly id: string;
  /** `customer`, `agent`, `acd` (a queue), `workflow`, … */
  readonly purpose: string;
  readonly name?: string | undefined;
  /** For agents. */
  readonly userId?: string | undefined;
  /** `alerting`, `connected`, `disconnected`, … */
  readonly state: string;
  /**
   * The participant's leg: what the platform's REST API calls communicationId; the last one once the participant has left.
   * Events don't tell it, so somebody new has none until the conversation is read again.
   */
  readonly communicationId?: string | undefined;
  /** Texts by name; a guest's custom attributes are assumed to stand on the customer (GUEST-ATTRIBUTES-ON-CUSTOMER). */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The participants of a conversation that was read. */
export const participantsOf = ({ participants }: Conversation): readonly AgentParticipant[] =>
  participants.map(({ id, purpose, name, userId, endTime, attributes, communications }) => {
    const leg = communications.find(({ state }) => state !== 'disconnected') ?? communications.at(-1);
    return {
      id,
      purpose,
      name,
      userId,
      state: endTime === undefined ? (leg?.state ?? '') : 'disconnected',
      communicationId: leg?.id,
      attributes,
    };
  });

/** The same after an event, which carries all of them; names stay known where it leaves them out. */
export const participantsAfter = (
  before: readonly AgentParticipant[],
  event: readonly EventParticipant[],
): readonly AgentParticipant[] =>
  event.map(({ id, purpose, userId, state, attributes, name }) => {
    const known = before.find((each) => each.id === id);
    return {
      id,
      purpose,
      name: name ?? known?.name,
      userId: userId ?? known?.userId,
      state: state ?? known?.state ?? '',
      communicationId: known?.communicationId,
      attributes,
    };
  });
