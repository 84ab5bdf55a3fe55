import type { ReceiptCommand, ReceiptResult } from '../domain/commands.ts';
import type { Principal } from '../domain/principal.ts';
import { mayBeSame } from '../store/names.ts';
import type { Store } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import { requireActor, requireScope } from './entitle.ts';
import type { EventLog } from './event-log.ts';
import { invalid, unknownMessage } from './problems.ts';
import type { Relinking } from './relinking.ts';

export interface ReceiptsOptions {
  readonly conversations: Conversations;
  readonly events: EventLog;
  readonly store: Store;
  readonly wallTime: () => string;
  readonly relinking: Relinking;
}

export interface ReceiptDone {
  readonly conversation: Conversation;
  readonly result: ReceiptResult;
}

/** How far somebody has read, by their own word. Only ever forward; the same again changes nothing and says so. */
export class Receipts {
  readonly #options: ReceiptsOptions;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  async report(principal: Principal, command: ReceiptCommand): Promise<ReceiptDone> {
    const { conversations, events, store, wallTime, relinking } = this.#options;
    requireScope(principal, 'signals:write');
    const conversation = await conversations.find(principal, command.conversation, { provision: true });
    const participant = await relinking.named(conversation, command.participant);
    requireActor(principal, participant);
    const { id: bindingId, clientId, conversationId } = conversation.binding;
    const { watermark } = command;
    const message = command.messageId === undefined ? undefined : await store.findMessage(clientId, command.messageId);
    if (command.messageId !== undefined && message?.bindingId !== bindingId) throw unknownMessage(command.messageId);
    if (message && mayBeSame(participant, message.participant)) {
      const detail = `messageId names a message of ${message.participant}: ${participant} can only have read what others wrote.`;
      throw invalid('messageId', detail, 'Report the receipt for its reader, or leave messageId out.');
    }
    const time = wallTime();
    const [outcome] = await events.record([
      {
        kind: 'advance-watermark',
        bindingId,
        participant,
        watermark,
        messageId: message?.id,
        evidence: 'reported',
        atMs: Date.parse(time),
        time,
      },
    ]);
    const base = { conversationId, participant, watermark };
    if (outcome?.status === 'done' && outcome.event?.body.kind === 'receipt') {
      const { upTo, messageId } = outcome.event.body;
      return { conversation, result: { ...base, outcome: 'sent', reason: 'It moved.', upTo, messageId } };
    }
    if (outcome?.status !== 'unchanged') throw unknownMessage(command.messageId ?? '');
    const { upTo, messageId } = outcome;
    const reason = upTo === 0 ? 'There is nothing to read yet.' : 'It stood there already, or further.';
    return { conversation, result: { ...base, outcome: 'coalesced', reason, upTo, messageId } };
  }
}
