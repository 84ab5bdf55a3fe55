import type { ConnectionView } from '../shared/connection-view.ts';
import type { ExplainLine, Participant, RelayConversation } from './relay-answers.ts';
import type { RelaySnapshot } from './relay-watch.ts';

/** A participant as a person would name it: `agent:{id}` is nobody's name, and a nickname does not say on which side. */
export function nameOf(
  participant: Participant,
  { guest, participants }: Pick<RelayConversation, 'guest' | 'participants'>,
): string {
  if (participant === 'guest') return guest.nickname === undefined ? 'guest' : `guest ${guest.nickname}`;
  if (participant === 'bot') return participant;
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
  const { state, endedBecause, guest, participants, queued } = conversation;
  if (state === 'ended') return [endedBecause === undefined ? 'ended' : `ended: ${endedBecause}`];
  const { connection } = guest;
  const guestName = nameOf('guest', conversation);
  const agents = participants.filter((each) => each.purpose === 'agent' && each.state !== 'disconnected');
  return [
    `${guestName} ${connection.state}${connection.reason === undefined ? '' : `: ${connection.reason}`}`,
    ...agents.map(({ participant, state: leg }) => `${nameOf(participant, conversation)} ${leg}`),
    ...(agents.length === 0 ? ['no agent'] : []),
    ...receiptsText(conversation),
    ...(queued > 0 ? [`${queued} ${queued === 1 ? 'message waits' : 'messages wait'}`] : []),
  ];
}

/** Strongest first: each says those after it too. */
const WATERMARKS = [
  ['acknowledged', 'acknowledged by'],
  ['seen', 'seen by'],
  ['displayed', 'displayed to'],
  ['delivered', 'delivered to'],
] as const;

/**
 * `seen by guest up to event 4`. One receipt moves several watermarks of its reader, since what was seen was displayed and
 * delivered: of these only what a stronger one does not say is told.
 */
function receiptsText(conversation: RelayConversation): readonly string[] {
  const { watermarks } = conversation;
  const readers = [...new Set(watermarks.map(({ participant }) => participant))];
  return readers.flatMap((reader) => {
    let told = 0;
    return WATERMARKS.flatMap(([name, words]) => {
      const { upTo = 0 } = watermarks.find((each) => each.participant === reader && each.watermark === name) ?? {};
      if (upTo <= told) return [];
      told = upTo;
      return [`${words} ${nameOf(reader, conversation)} up to event ${upTo}`];
    });
  });
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
