import type { ParticipantView } from '../domain/commands.ts';
import { type Actor, type ListedParticipant, type Participant, userIdOf } from '../domain/participant.ts';
import { RelayProblem } from '../domain/problem.ts';
import { typistOf, writerOf } from '../legs/attribution.ts';
import type { Conversation } from './conversation.ts';
import { isPlainName } from './plain-name.ts';
import { shown } from './problems.ts';

const isNamedAgent = (participant: ListedParticipant): boolean => participant.startsWith('agent:');
const isActor = (participant: ListedParticipant): participant is Actor =>
  participant === 'guest' || isNamedAgent(participant);

/** Who can have said what is marked as an automaton's, the likeliest first. */
const AUTOMATA: readonly ListedParticipant[] = ['bot', 'workflow', 'queue'];

/** Whether somebody takes part now; `undefined`: an agent of whom the platform has not told. A guest always does. */
export function stateOf({ participants }: Conversation, participant: Actor): ParticipantView['state'] | undefined {
  if (participant === 'guest') return 'connected';
  return participants.findLast((view) => view.participant === participant)?.state;
}

/** The id by which somebody is shown: the guest's is the relay's own, an agent's Genesys's where it is known. */
export function participantIdOf({ binding, participants }: Conversation, participant: Participant): string {
  if (participant === 'guest') return binding.guestParticipantId;
  const names = participant === 'bot' ? AUTOMATA : [participant];
  for (const name of names) {
    const listed = participants.findLast((view) => view.participant === name);
    if (listed) return listed.id;
  }
  return userIdOf(participant) ?? participant;
}

/** Who has the conversation now: after a transfer the last who came. @throws RelayProblem `agent.absent`. */
function connectedAgent({ participants, binding, linked }: Conversation): Actor {
  const found = participants.findLast(({ participant, state }) => isNamedAgent(participant) && state === 'connected');
  if (found && isActor(found.participant)) return found.participant;
  const told = linked ? 'connected' : 'known to be connected';
  throw new RelayProblem('agent.absent', 409, `No agent is ${told} to ${shown(binding.conversationId)} at Genesys.`, {
    fix: 'Try again once an agent has accepted the conversation (GET /v1/conversations/{id} shows who takes part).',
  });
}

/**
 * Who is meant by a name in a call: `guest`, `agent` (who is connected now), `agent:{userId}`, an id of F17 (Genesys's or the relay's), a communication's id, or
 * the id of a user who takes part. `agent:{userId}` is taken at its word, also before the platform has told of that agent.
 *
 * @throws RelayProblem `participant.unknown`, `agent.absent`.
 */
export function participantNamed(conversation: Conversation, name: string): Actor {
  if (name === 'guest' || name === conversation.binding.guestParticipantId) return 'guest';
  if (name === 'agent') return connectedAgent(conversation);
  if (name.startsWith('agent:') && name.length > 'agent:'.length && isPlainName(name)) {
    return name as `agent:${string}`;
  }
  const found = conversation.participants.find(
    ({ id, userId, communicationId }) => name !== '' && (id === name || userId === name || communicationId === name),
  );
  if (found && isActor(found.participant)) return found.participant;
  const why = found
    ? `it is a ${found.participant}, for whom nobody can act`
    : 'nobody in this conversation is known by it';
  throw new RelayProblem('participant.unknown', 404, `${shown(name)} is no participant to act for: ${why}.`, {
    fix: `Use ${knownNames(conversation)}, or an id that GET /api/v2/conversations/{conversationId} shows.`,
  });
}

const knownNames = ({ participants }: Conversation): string =>
  ['guest', ...participants.map(({ participant }) => participant).filter(isNamedAgent)].slice(0, 5).join(', ');

/**
 * Who wrote what the platform shows, by what is known now: the guest’s socket says `agent` and never which. Who is connected may
 * have come after it was written, so that only an agent who is the only one there ever was is named.
 */
export const writerObserved = ({ participants }: Conversation, participant: Participant): Participant =>
  participant === 'agent' ? writerOf({ from: 'agent' }, participants) : participant;

/** Who types at this moment: the one agent who is connected. */
export const typistObserved = ({ participants }: Conversation, participant: Participant): Participant =>
  participant === 'agent' ? typistOf(participants) : participant;
