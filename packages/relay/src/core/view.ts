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
    typing: [...shown.keys()],
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

/** Genesys's word; until it is known, the guest alone, by the id that the relay gave. */
function participantsOf({ binding, participants, isLive }: Conversation): readonly ParticipantView[] {
  if (participants.some(({ purpose }) => purpose === 'customer')) return participants;
  const guest: ParticipantView = {
    id: binding.guestParticipantId,
    participant: 'guest',
    purpose: 'customer',
    name: binding.guest.nickname,
    state: isLive ? 'connected' : 'disconnected',
  };
  return [guest, ...participants];
}
