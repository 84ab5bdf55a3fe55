import type { AliasKind } from '../domain/binding.ts';
import { isAgent, type Participant } from '../domain/participant.ts';

/** Which name wins where one string names two conversations of a client: the integrator's own id, then what the relay gave, then Genesys's. */
export const ALIAS_KINDS = [
  'conversation',
  'session',
  'guest',
  'guest-participant',
  'genesys-conversation',
  'genesys-participant',
  'genesys-communication',
] as const satisfies readonly AliasKind[];

/**
 * May `writer` be `reader`? An `agent` without a name may be any of them, so nobody's receipt covers what might be the
 * reader's own message.
 */
export const mayBeSame = (reader: Participant, writer: Participant): boolean =>
  reader === writer || (isAgent(reader) && isAgent(writer) && (reader === 'agent' || writer === 'agent'));
