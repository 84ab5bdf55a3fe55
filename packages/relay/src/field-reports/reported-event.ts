import * as z from 'zod';
import type { ConversationRef, MessageResult, ReceiptResult, RelayCommands, SignalResult } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { messageResultSchema, receiptResultSchema, signalResultSchema } from '../http/v1/signal-routes.ts';
import { ownActor } from './field-report.ts';

/** One event of F1 or F3, whatever its members are called there. */
export type ReportedEvent =
  | { readonly type: 'typing' }
  | { readonly type: 'read' | 'read-receipt'; readonly messageId?: string | undefined }
  | { readonly type: 'message'; readonly text: string; readonly idempotencyKey?: string | undefined };

/** What one was answered with. */
export const reportedResultSchema = z.union([signalResultSchema, receiptResultSchema, messageResultSchema]);

/** Does what an event says, for the participant whose events they are. */
export function applyEvent(
  relay: RelayCommands,
  principal: Principal,
  conversation: ConversationRef,
  event: ReportedEvent,
): Promise<SignalResult | ReceiptResult | MessageResult> {
  const participant = ownActor(principal);
  switch (event.type) {
    case 'typing':
      return relay.typing(principal, { conversation, participant, typing: true });
    case 'read':
    case 'read-receipt':
      return relay.receipt(principal, { conversation, participant, watermark: 'seen', messageId: event.messageId });
    case 'message': {
      const { text, idempotencyKey } = event;
      return relay.message(principal, { conversation, participant, text, idempotencyKey });
    }
  }
}
