/**
 * Who takes part, as the relay's API names them: `guest`, `agent:{userId}`, `bot`; and `agent` where the platform does not
 * say which agent it was (a guest's socket never does).
 */
export type Participant = 'guest' | 'bot' | 'agent' | `agent:${string}`;

/**
 * Who is listed as taking part: also queues and flows, which hold a conversation and say nothing. What an automaton says is
 * `bot`'s, by Genesys's mark on the message; which of those listed it was is not told.
 */
export type ListedParticipant = Participant | 'queue' | 'workflow';

/** Who can be acted for. */
export type Actor = 'guest' | `agent:${string}`;

export const isAgent = (participant: Participant): participant is 'agent' | `agent:${string}` =>
  participant === 'agent' || participant.startsWith('agent:');

/** The id of the user behind `agent:{userId}`. */
export const userIdOf = (participant: Participant): string | undefined =>
  participant.startsWith('agent:') ? participant.slice('agent:'.length) : undefined;
