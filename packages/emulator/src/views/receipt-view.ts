import type { Timeline } from '../timeline.ts';
import type { Message } from '../world/entities.ts';

/** Why a message was given up (assumed, AGENT-MESSAGE-UNDELIVERED). */
const EXPIRED = {
  code: 'MessageExpired',
  message: 'The session of the guest ended before the message was delivered.',
} as const;

/** The failure as a conversation shows it beside a message; nothing while it has not failed (documented, MESSAGE-RECEIPTS). */
export const errorInfoOf = ({ status, failure: [reason = EXPIRED] = [] }: Message) =>
  status === 'delivery-failed' ? { errorInfo: { ...reason, status: 400, details: [], errors: [] } } : {};

/**
 * `normalizedReceipts`: what is known of the delivery of an outbound message, oldest first (documented, MESSAGE-RECEIPTS). Which
 * of them web messaging writes is assumed (AGENT-MESSAGE-STATUS).
 */
export function receiptsOf(message: Message, channel: object, timeline: Timeline) {
  const receipt = (status: string, atMs: number, isFinalReceipt: boolean, reasons: readonly object[] = []) => ({
    id: message.id,
    type: 'Receipt',
    status,
    isFinalReceipt,
    ...(reasons.length === 0 ? {} : { reasons }),
    direction: 'Outbound',
    channel: { ...channel, time: timeline.iso(atMs) },
  });
  const sent = receipt('Sent', message.atMs, false);
  switch (message.status) {
    case 'sent':
      return [sent];
    case 'delivery-success':
      return [sent, receipt('Delivered', message.statusAtMs, message.isSettled ?? true)];
    case 'delivery-failed':
      return [sent, receipt('Failed', message.statusAtMs, message.isSettled ?? true, message.failure ?? [EXPIRED])];
    default:
      return [];
  }
}
