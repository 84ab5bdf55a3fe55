import type { MessageStatus } from '../domain/event.ts';
import type { PlatformMessage } from '../legs/legs.ts';
import type { StoredMessage } from '../store/store.ts';
import type { Conversation } from './conversation.ts';
import { Lane } from './lane.ts';
import type { LaneContext, Settlement } from './lane-context.ts';
import type { Observations } from './observations.ts';

/** Messages whose end is remembered, for who asks about it just after it came. */
const SETTLED_MAX = 1_000;

/** Calls that wait at a time for messages to be delivered; a further one gets where its message stands now. */
const DELIVERY_WAITERS_MAX = 10_000;

/** The lanes of all conversations, and who waits for what is in them. */
export class Lanes {
  readonly #context: LaneContext;
  readonly #wallTime: () => string;
  readonly #observations: Observations;
  readonly #lanes = new Map<Conversation, Lane>();
  readonly #settled = new Map<string, MessageStatus>();
  readonly #waiters = new Map<string, Set<(status: MessageStatus) => void>>();
  #waiting = 0;
  #isReleased = false;

  constructor(context: Omit<LaneContext, 'settle' | 'observed'>, observations: Observations, wallTime: () => string) {
    this.#wallTime = wallTime;
    this.#observations = observations;
    this.#context = {
      ...context,
      settle: (conversation, message, settlement) => this.#settle(conversation, message, settlement),
      observed: (conversation, message) => observations.add(conversation, message),
    };
  }

  /** The lane of a conversation; made when it is first asked for, since most conversations never have one. */
  laneOf(conversation: Conversation): Lane {
    const known = this.#lanes.get(conversation);
    if (known) return known;
    const lane = new Lane(conversation, this.#context);
    this.#lanes.set(conversation, lane);
    return lane;
  }

  /** The lane, if there is one. */
  find(conversation: Conversation): Lane | undefined {
    return this.#lanes.get(conversation);
  }

  /** The conversation is over; a lane that is not empty is still counted. */
  forget(conversation: Conversation): void {
    if (this.find(conversation)?.queued === 0) this.#lanes.delete(conversation);
  }

  observe(conversation: Conversation, message: PlatformMessage): void {
    const lane = this.find(conversation);
    if (lane) lane.observe(message);
    else this.#observations.add(conversation, message);
  }

  /** Settles with how the delivery ended, or with `accepted` after `timeoutMs`. */
  delivered(messageId: string, timeoutMs: number): Promise<MessageStatus> {
    const settled = this.#settled.get(messageId);
    if (settled || this.#isReleased || this.#waiting >= DELIVERY_WAITERS_MAX)
      return Promise.resolve(settled ?? 'accepted');
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(messageId) ?? new Set();
      const end = (status: MessageStatus) => {
        cancelTimer();
        this.#waiting -= 1;
        waiters.delete(end);
        if (waiters.size === 0) this.#waiters.delete(messageId);
        resolve(status);
      };
      const cancelTimer = this.#context.agenda.after(timeoutMs, () => end('accepted'));
      this.#waiting += 1;
      this.#waiters.set(messageId, waiters.add(end));
    });
  }

  get waiting(): number {
    return [...this.#lanes.values()].filter(({ queued }) => queued > 0).length;
  }

  get messagesWaiting(): number {
    return [...this.#lanes.values()].reduce((sum, { queued }) => sum + queued, 0);
  }

  /** Begins nothing more; resolves when what is under way has been settled. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  /** Nobody waits any more: the relay stops. */
  release(): void {
    this.#isReleased = true;
    this.#observations.release();
    for (const waiters of [...this.#waiters.values()]) for (const end of [...waiters]) end('accepted');
    for (const lane of this.#lanes.values()) lane.release();
  }

  async #settle(conversation: Conversation, message: StoredMessage, settlement: Settlement): Promise<void> {
    const { events, metrics, explain, epochMs } = this.#context;
    const { id: messageId, participant, acceptedAtMs } = message;
    const { status, platformIds, reason } = settlement;
    await events.record([{ kind: 'settle-message', messageId, status, platformIds, reason, time: this.#wallTime() }]);
    if (status === 'sent' && platformIds.length === 0) this.#observations.expect(conversation, message);
    metrics.message(status);
    if (status === 'sent') metrics.delivery(Math.max(0, epochMs() - acceptedAtMs));
    explain(conversation, {
      participant,
      what: 'message',
      outcome: status,
      reason: reason ?? 'Genesys has it.',
    });
    this.#settled.set(messageId, status);
    if (this.#settled.size > SETTLED_MAX) {
      for (const oldest of this.#settled.keys()) {
        this.#settled.delete(oldest);
        break;
      }
    }
    for (const end of [...(this.#waiters.get(messageId) ?? [])]) end(status);
  }
}
