import type { ConnectionView } from '../shared/connection-view.ts';
import type { ExplainLine, Participant, RelayConversation } from './relay-answers.ts';
import type { RelaySnapshot } from './relay-watch.ts';

/** A participant as a person would name it: `agent:{id}` is nobody's name. */
export function nameOf(participant: Participant, { participants }: Pick<RelayConversation, 'participants'>): string {
  if (participant === 'guest' || participant === 'bot') return participant;
  return participants.find((each) => each.participant === participant)?.name ?? 'agent';
}

/** `guest types`, `guest and Ana Lima type`; empty when nobody does. */
export function typingText(conversation: RelayConversation): string {
  const names = conversation.typing.map((participant) => nameOf(participant, conversation));
  if (names.length === 0) return '';
  return `${names.join(' and ')} ${names.length === 1 ? 'types' : 'type'}`;
}

/** Each side of the conversation and how it stands, then what waits: `guest live`, `Ana Lima connected`, `2 wait`. */
export function legsText(conversation: RelayConversation): readonly string[] {
  const { state, endedBecause, guest, participants, queued, watermarks } = conversation;
  if (state === 'ended') return [endedBecause === undefined ? 'ended' : `ended: ${endedBecause}`];
  const { connection } = guest;
  const agents = participants.filter((each) => each.purpose === 'agent' && each.state !== 'disconnected');
  return [
    connection.reason === undefined ? `guest ${connection.state}` : `guest ${connection.state}: ${connection.reason}`,
    ...agents.map(({ participant, state: leg }) => `${nameOf(participant, conversation)} ${leg}`),
    ...(agents.length === 0 ? ['no agent'] : []),
    ...watermarks.map(
      ({ participant, watermark, upTo }) => `${nameOf(participant, conversation)} has ${watermark} up to ${upTo}`,
    ),
    ...(queued > 0 ? [`${queued} ${queued === 1 ? 'message waits' : 'messages wait'}`] : []),
  ];
}

/** Whether it did what was asked, did without, or failed. */
export function toneOf({ outcome }: Pick<ExplainLine, 'outcome'>): 'good' | 'spared' | 'bad' {
  if (/^(?:sent|linked|accepted)$/.test(outcome)) return 'good';
  return /^(?:coalesced|suppressed)/.test(outcome) ? 'spared' : 'bad';
}

export const connectionOf = ({ state }: Pick<RelaySnapshot, 'state'>): ConnectionView =>
  state === 'live'
    ? { tone: 'live', text: 'Live' }
    : { tone: state === 'lost' ? 'down' : 'waiting', text: state === 'lost' ? 'Lost, trying again' : 'Connecting' };
