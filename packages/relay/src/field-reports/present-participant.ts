import type { ConversationRef, RelayCommands } from '../domain/commands.ts';
import type { Actor } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { RelayProblem } from '../domain/problem.ts';

/**
 * Who is meant, when they take part now. `/v1` takes an agent at the caller's word and says what became of the signal; the
 * calls that people write here look at the status alone, and a success that nobody sees would deceive them.
 *
 * @throws RelayProblem `participant.unknown`.
 */
export async function presentParticipant(
  relay: RelayCommands,
  principal: Principal,
  conversation: ConversationRef,
  name: string,
  options?: { readonly provision?: boolean | undefined },
): Promise<Actor> {
  const { participant, state } = await relay.participant(principal, conversation, name, options);
  if (state === 'connected' || state === 'alerting') return participant;
  const why = state === undefined ? 'is not in this conversation' : 'has left this conversation';
  throw new RelayProblem('participant.unknown', 404, `The participant ${why}.`, {
    fix: 'Use the id of a participant who takes part: GET /api/v2/conversations/{conversationId} shows them.',
    errors: [{ path: 'participantId', detail: why }],
  });
}
