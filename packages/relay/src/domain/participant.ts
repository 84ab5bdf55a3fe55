/**
 * Who takes part, as the relay's API names them: `guest`, `agent:{userId}`, `bot`; and `agent` where the platform does not
 * say which agent it was (a guest's socket never does).
 */
export type Participant = 'guest' | 'bot' | 'agent' | `agent:${string}`;

/** Who can be acted for. */
export type Actor = 'guest' | `agent:${string}`;

export const isAgent = (participant: Participant): participant is 'agent' | `agent:${string}` =>
  participant === 'agent' || participant.startsWith('agent:');

/** The id of the user behind `agent:{userId}`. */
export const userIdOf = (participant: Participant): string | undefined =>
  participant.startsWith('agent:') ? participant.slice('agent:'.length) : undefined;
