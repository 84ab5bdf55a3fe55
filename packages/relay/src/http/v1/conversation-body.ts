import type { ConversationView } from '../../domain/commands.ts';
import type { ConversationBody } from './conversation-schemas.ts';

/** What a client sees of its conversation. Built member by member: the binding holds the guest's token, a secret. */
export function conversationBody(view: ConversationView): ConversationBody {
  const { binding, guestLeg } = view;
  return {
    id: binding.conversationId,
    state: binding.state,
    endedBecause: binding.endedBecause,
    provisioned: binding.provisioned,
    createdAt: isoTime(binding.createdAtMs),
    genesysConversationId: binding.genesysConversationId,
    guest: {
      kind: binding.guest.kind,
      deploymentId: binding.guest.deploymentId,
      participantId: binding.guestParticipantId,
      nickname: binding.guest.nickname,
      connection: { state: guestLeg.state, reason: guestLeg.reason },
    },
    participants: view.participants.map(({ id, participant, purpose, userId, name, communicationId, state }) => ({
      id,
      participant,
      purpose,
      userId,
      name,
      communicationId,
      state,
    })),
    typing: [...view.typing],
    watermarks: view.watermarks.map(({ participant, watermark, upTo, evidence, atMs }) => ({
      participant,
      watermark,
      upTo,
      evidence,
      at: isoTime(atMs),
    })),
    queued: view.queued,
    sequence: view.sequence,
  };
}

export const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
