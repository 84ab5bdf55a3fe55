import type { ParticipantView } from '../domain/commands.ts';
import type { Participant } from '../domain/participant.ts';

/** The users among the participants, each once. */
const usersOf = (participants: readonly ParticipantView[]): readonly string[] => [
  ...new Set(participants.flatMap(({ purpose, userId }) => (purpose === 'agent' && userId ? [userId] : []))),
];

const only = (userIds: readonly string[]): Participant | undefined =>
  userIds.length === 1 ? `agent:${userIds[0]}` : undefined;

/**
 * Who wrote a message. The platform says that it was an agent, and sometimes the name that guests are shown, and never which
 * user: that is certain when only one has ever taken part, or only one who took part has that name. Else it stays `agent`.
 */
export function writerOf(
  message: { readonly from: 'guest' | 'agent' | 'bot'; readonly name?: string | undefined },
  participants: readonly ParticipantView[],
): Participant {
  if (message.from !== 'agent') return message.from;
  const named = participants.filter(({ name }) => name !== undefined && name === message.name);
  return only(usersOf(participants)) ?? only(usersOf(named)) ?? 'agent';
}

/** Which agent a guest's socket means when it says that one types: the one who is connected, if there is one alone. */
export function typistOf(participants: readonly ParticipantView[]): Participant {
  const connected = participants.filter(({ state }) => state === 'connected');
  return only(usersOf(connected)) ?? 'agent';
}
