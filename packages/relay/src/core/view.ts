import type { ConversationView, ParticipantView } from '../domain/commands.ts';
import type { StoredWatermark } from '../store/store.ts';
import type { Conversation } from './conversation.ts';

/** What a client sees of its conversation. */
export function viewOf(
  conversation: Conversation,
  watermarks: readonly StoredWatermark[],
  { queued, sequence }: { readonly queued: number; readonly sequence: number },
): ConversationView {
  const { binding, guestLeg, guestReason, shown } = conversation;
  return {
    binding,
    guestLeg: { state: guestLeg?.state ?? 'closed', reason: guestReason ?? binding.endedBecause },
    participants: participantsOf(conversation),
    typing: shown.map(({ participant }) => participant),
    watermarks: watermarks.map(({ participant, watermark, upTo, evidence, atMs }) => ({
      participant,
      watermark,
      upTo,
      evidence,
      atMs,
    })),
    queued,
    sequence,
  };
}

/**
 * Genesys's word; until it is known, the guest alone, by the id that the relay gave. A guest is called as the integrator calls
 * it: on the way to Genesys that nickname is an attribute, so Genesys's own name of a guest does not know it.
 */
function participantsOf({ binding, participants, isLive }: Conversation): readonly ParticipantView[] {
  const { nickname } = binding.guest;
  if (participants.some(({ purpose }) => purpose === 'customer')) {
    if (nickname === undefined) return participants;
    return participants.map((each) => (each.purpose === 'customer' ? { ...each, name: nickname } : each));
  }
  const guest: ParticipantView = {
    id: binding.guestParticipantId,
    participant: 'guest',
    purpose: 'customer',
    name: nickname,
    state: isLive ? 'connected' : 'disconnected',
  };
  return [guest, ...participants];
}
