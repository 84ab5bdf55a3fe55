import type { AgentConversationSnapshot } from '@backchannel/client/agent';
import { SEAT_ATTRIBUTE } from '../guest/guest-seat.ts';
import type { JournalEntry } from '../wire/journal-entry.ts';

interface SaidByGuest {
  readonly id: string;
  readonly tracingId?: string | undefined;
}

/**
 * Which conversation this page's guest is in: a guest never learns the conversation's id. An attribute of the guest's first
 * frame tells it, as long as the emulator shows it on the customer (the switch attributesOnCustomer).
 */
export function conversationOfSeat(
  seatId: string,
  conversations: readonly Pick<AgentConversationSnapshot, 'id' | 'participants'>[],
): string | undefined {
  return conversations.findLast(({ participants }) =>
    participants.some(({ attributes }) => attributes[SEAT_ATTRIBUTE] === seatId),
  )?.id;
}

/**
 * The same without attributes, once the guest has written. The agent's side has other message ids, so the wire tells: a frame
 * on the guest's socket that carries one of the guest's messages.
 */
export function conversationOnWire(
  messages: readonly SaidByGuest[],
  entries: readonly JournalEntry[],
): string | undefined {
  const known = new Set(messages.flatMap(({ id, tracingId }) => [id, tracingId]));
  return entries.findLast(
    ({ surface, conversationId, payload }) =>
      surface === 'guest' && conversationId !== undefined && carriesOneOf(known, payload),
  )?.conversationId;
}

interface GuestFrame {
  readonly tracingId?: string;
  readonly body?: { readonly channel?: { readonly messageId?: string } };
}

function carriesOneOf(known: ReadonlySet<string | undefined>, payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  const { tracingId, body } = payload as GuestFrame;
  const messageId = body?.channel?.messageId;
  return (tracingId !== undefined && known.has(tracingId)) || (messageId !== undefined && known.has(messageId));
}
