import type { Store, WriteOutcome } from '@backchannel/relay';

/**
 * A store that says yes to everything and keeps nothing: what a relay costs without one. Messages must go through lanes that
 * are empty, for it can't say what waits.
 */
export class StoreOfNothing implements Store {
  #position = 0;

  async apply(batch: Parameters<Store['apply']>[0]): Promise<readonly WriteOutcome[]> {
    return batch.map((write): WriteOutcome => {
      if (write.kind !== 'accept-message') return { status: 'done' };
      const { message, time } = write;
      this.#position += 1;
      return {
        status: 'done',
        event: {
          position: this.#position,
          sequence: this.#position,
          bindingId: message.bindingId,
          clientId: 'bench',
          conversationId: message.bindingId,
          time,
          body: {
            kind: 'message',
            messageId: message.id,
            participant: message.participant,
            text: message.text,
            status: 'accepted',
            platformIds: [],
          },
        },
      };
    });
  }

  async findBinding(): Promise<undefined> {}
  async aliases(): Promise<readonly never[]> {
    return [];
  }
  async openBindings(): Promise<readonly never[]> {
    return [];
  }
  async findMessage(): Promise<undefined> {}
  async nextInLane(): Promise<undefined> {}
  async waitingLanes(): Promise<readonly never[]> {
    return [];
  }
  async events(): Promise<readonly never[]> {
    return [];
  }
  async sequence(): Promise<number> {
    return this.#position;
  }
  async positions(): Promise<{ readonly newest: number; readonly oldest: number }> {
    return { newest: this.#position, oldest: this.#position + 1 };
  }
  async watermarks(): Promise<readonly never[]> {
    return [];
  }
  async cursor(): Promise<undefined> {}
  async close(): Promise<void> {}
}
