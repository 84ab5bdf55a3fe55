import type { Agenda, Ports } from '@backchannel/client';
import type { PlatformMessage } from '../legs/legs.ts';
import type { Log } from '../observe/log.ts';
import type { StoredMessage } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import type { EventLog } from './event-log.ts';
import { writerObserved } from './participants.ts';
import { mayBeCopy } from './same-text.ts';

/** Messages of one conversation that go to the store together: a guest that comes back tells a whole history at once. */
const OBSERVED_BATCH_MAX = 100;

/** Messages of one conversation that wait for the store; further ones are let go, and the next history read brings them again. */
const OBSERVED_MAX = 1_000;

/** After the store has failed, it is asked again this much later. */
const OBSERVED_RETRY_MS = 1_000;

/** Messages of one conversation that Genesys has by ids that are not known; the copy of a further one stands for itself. */
const UNNAMED_MAX = 100;

export interface ObservationsOptions {
  readonly events: EventLog;
  readonly agenda: Agenda;
  readonly ports: Pick<Ports, 'ids' | 'wallTime'>;
  readonly log: Log;
}

/** Writes down what the platform shows, in its order: known by one of its ids, or news that everybody is told. */
export class Observations {
  readonly #options: ObservationsOptions;
  readonly #waiting = new Map<Conversation, PlatformMessage[]>();
  /** Of ours, whose ids their copies will tell. */
  readonly #unnamed = new WeakMap<Conversation, readonly StoredMessage[]>();
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

  /** Genesys has this message, and did not say by which ids: of what it shows, the first like it that is not known is its copy. */
  expect(conversation: Conversation, message: StoredMessage): void {
    const unnamed = this.#unnamed.get(conversation) ?? [];
    if (unnamed.length < UNNAMED_MAX) this.#unnamed.set(conversation, [...unnamed, message]);
    else this.#options.log.warn('message.unnamed-too-many', { bindingId: message.bindingId, count: UNNAMED_MAX });
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
      const unnamed = this.#unnamed.get(conversation) ?? [];
      // One by one then: what has become of the first tells whose copy the second can be.
      const batch = waiting.slice(0, unnamed.length > 0 ? 1 : OBSERVED_BATCH_MAX);
      const own = unnamed.find((message) => batch[0] && mayBeCopy(message, batch[0]));
      try {
        const [outcome] = await events.record(batch.map((message) => this.#writeOf(conversation, message, own?.id)));
        // An equal one that was known before has told it no ids.
        if (own && outcome?.status === 'known' && outcome.message.platformIds.length > 0)
          this.#named(conversation, own);
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

  #named(conversation: Conversation, message: StoredMessage): void {
    const unnamed = (this.#unnamed.get(conversation) ?? []).filter((each) => each !== message);
    if (unnamed.length > 0) this.#unnamed.set(conversation, unnamed);
    else this.#unnamed.delete(conversation);
  }

  /** `own`: the message of ours that this is, unless its ids are known. */
  #writeOf(conversation: Conversation, { participant, text, platformIds }: PlatformMessage, own: string | undefined) {
    const { ports } = this.#options;
    return {
      kind: 'observe-message',
      id: own ?? ports.ids.uuid(),
      bindingId: conversation.binding.id,
      participant: writerObserved(conversation, participant),
      text: text.toWellFormed(),
      platformIds,
      time: ports.wallTime(),
    } as const;
  }
}
