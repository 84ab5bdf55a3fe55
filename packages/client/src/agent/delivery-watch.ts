import {
  agentMessagePath,
  type MessageData,
  type MessageReceipt,
  type MessageReference,
  parseMessageData,
} from '@backchannel/protocol';
import type { MessageLog } from '../core/message-log.ts';
import type { Notice } from '../notice.ts';
import type { AgentMessage } from './agent-snapshot.ts';
import { Deliveries } from './deliveries.ts';
import type { PlatformApi } from './platform-api.ts';

export interface DeliveryWatchOptions {
  readonly conversationId: string;
  readonly api: PlatformApi;
  /** Ends with the session; absent: it has ended. */
  readonly life: () => AbortSignal | undefined;
  readonly log: MessageLog;
  readonly notice: (notice: Notice) => void;
  /** The delivery of a message that is shown became known, or changed. */
  readonly changed: (message: AgentMessage) => void;
}

/** Follows what the platform says became of one conversation's messages, and finds out why one failed. */
export class DeliveryWatch {
  readonly #options: DeliveryWatchOptions;
  readonly #deliveries = new Deliveries();

  constructor(options: DeliveryWatchOptions) {
    this.#options = options;
  }

  /** The messages with what is known of their delivery. */
  get messages(): readonly AgentMessage[] {
    return this.#options.log.messages.map((message) => this.#deliveries.show(message));
  }

  get(id: string): AgentMessage | undefined {
    const message = this.#options.log.get(id);
    return message && this.#deliveries.show(message);
  }

  /** A conversation refers to messages, with their status. */
  referred(references: readonly MessageReference[]): void {
    for (const { messageId, messageStatus } of references) this.#learn(messageId, messageStatus);
  }

  /** A message was read, with its receipts. */
  read({ id, status, receipts }: Pick<MessageData, 'id' | 'status' | 'receipts'>): void {
    this.#learn(id, status, receipts);
  }

  /** A message is shown now: what was told before may have been about it. */
  shown(id: string): void {
    if (this.#deliveries.of(id)) this.#announce(id);
  }

  #learn(id: string, status: string | undefined, receipts: readonly MessageReceipt[] = []): void {
    const isNew = this.#deliveries.record(id, status);
    if (this.#deliveries.of(id) === 'failed') {
      if (isNew) this.#options.notice({ code: 'message.failed', text: `The platform could not deliver "${id}".` });
      const reason = reasonIn(receipts);
      if (reason) this.#deliveries.explain(id, reason);
      else if (isNew && this.#options.log.has(id)) void this.#readReason(id);
    }
    if (isNew) this.#announce(id);
  }

  #announce(id: string): void {
    const message = this.get(id);
    if (message) this.#options.changed(message);
  }

  /** The reason stands on the message alone. */
  async #readReason(id: string): Promise<void> {
    const { api, conversationId, life } = this.#options;
    const path = agentMessagePath(conversationId, id);
    const { value } = await api.request({ method: 'GET', path, guard: parseMessageData, as: 'other', signal: life() });
    const reason = reasonIn(value?.receipts ?? []);
    if (!reason) return;
    this.#deliveries.explain(id, reason);
    this.#announce(id);
  }
}

/** What the last receipt that has a reason says. */
function reasonIn(receipts: readonly MessageReceipt[]): string | undefined {
  const reason = receipts.findLast(({ reasons }) => reasons.length > 0)?.reasons[0];
  return reason?.message ?? reason?.code;
}
