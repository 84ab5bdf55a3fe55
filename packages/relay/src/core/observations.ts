import type { Agenda, Ports } from '@backchannel/client';
import type { Legs, PlatformMessage } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import type { Conversation } from './conversation.ts';
import type { EventLog } from './event-log.ts';
import { participantObserved } from './participants.ts';

/** Messages of one conversation that go to the store together: a guest that comes back tells a whole history at once. */
const OBSERVED_BATCH_MAX = 100;

/** Messages of one conversation that wait for the store; further ones are let go, and the next history read brings them again. */
const OBSERVED_MAX = 1_000;

/** After the store has failed, it is asked again this much later. */
const OBSERVED_RETRY_MS = 1_000;

export interface ObservationsOptions {
  readonly events: EventLog;
  readonly legs: Legs;
  readonly agenda: Agenda;
  readonly ports: Pick<Ports, 'ids' | 'wallTime'>;
  readonly log: Log;
}

/** Writes down what the platform shows, in its order: known by one of its ids, or news that everybody is told. */
export class Observations {
  readonly #options: ObservationsOptions;
  readonly #waiting = new Map<Conversation, PlatformMessage[]>();
  #isReleased = false;

  constructor(options: ObservationsOptions) {
    this.#options = options;
  }

  add(conversation: Conversation, message: PlatformMessage): void {
    const waiting = this.#waiting.get(conversation);
    if (!waiting) {
      this.#waiting.set(conversation, [message]);
      // After this turn, so that what is told in it goes together.
      void Promise.resolve().then(() => this.#record(conversation));
    } else if (waiting.length < OBSERVED_MAX) waiting.push(message);
    else
      this.#options.log.warn('message.observed-too-many', { bindingId: conversation.binding.id, count: OBSERVED_MAX });
  }

  /** Writes nothing more: the relay stops, and the next one is told everything again. */
  release(): void {
    this.#isReleased = true;
    this.#waiting.clear();
  }

  async #record(conversation: Conversation): Promise<void> {
    const { events, agenda, log } = this.#options;
    const { id: bindingId } = conversation.binding;
    for (let waiting = this.#waiting.get(conversation); waiting && !this.#isReleased; ) {
      const batch = waiting.slice(0, OBSERVED_BATCH_MAX);
      try {
        await events.record(batch.map((message) => this.#writeOf(conversation, message)));
      } catch (error) {
        log.error('message.unrecorded', { bindingId, count: waiting.length, error });
        agenda.after(OBSERVED_RETRY_MS, () => void this.#record(conversation));
        return;
      }
      waiting.splice(0, batch.length);
      if (waiting.length > 0) continue;
      this.#waiting.delete(conversation);
      waiting = undefined;
    }
  }

  #writeOf(conversation: Conversation, { participant, text, platformIds }: PlatformMessage) {
    const { legs, ports } = this.#options;
    return {
      kind: 'observe-message',
      id: ports.ids.uuid(),
      bindingId: conversation.binding.id,
      participant: participantObserved(legs, conversation, participant),
      text: text.toWellFormed(),
      platformIds,
      time: ports.wallTime(),
    } as const;
  }
}
