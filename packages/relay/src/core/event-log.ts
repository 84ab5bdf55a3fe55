import { type EndOfTurn, endOfTurn } from '../adapters/end-of-turn.ts';
import type { Subscription } from '../domain/commands.ts';
import type { EventHead, LoggedEvent, RelayEvent, TypingBody } from '../domain/event.ts';
import type { Log } from '../observe/log.ts';
import type { Store, Write, WriteOutcome } from '../store/store.ts';

/** Events that one read of a replay brings: some milliseconds of the thread that serves everybody else, too. */
export const REPLAY_PAGE = 100;

/**
 * Live events that wait while a subscriber's replay is under way. Beyond, they are let go, and the replay reads on until it
 * has caught up with the store: kept events are told from there, typing is over by then.
 */
export const REPLAY_BUFFER_MAX = 1_000;

export interface EventLogOptions {
  readonly store: Store;
  readonly log: Log;
  /** Hears each kept event before anybody else does. */
  readonly recorded: (event: LoggedEvent) => void;
  readonly endOfTurn?: EndOfTurn | undefined;
}

/** What somebody wants to hear: of one conversation, or of all of a client's. */
export interface Interest {
  readonly clientId: string;
  readonly bindingId?: string | undefined;
}

export interface Replay {
  readonly afterPosition?: number | undefined;
  readonly afterSequence?: number | undefined;
  readonly event: (event: RelayEvent) => void;
  readonly drained?: (() => Promise<void>) | undefined;
  readonly gap?: ((oldestPosition: number) => void) | undefined;
}

interface Listener {
  readonly event: (event: RelayEvent) => void;
  /** Position of the newest kept event that it was told. */
  told: number;
  /** What happened during its replay; absent once it is live. */
  waiting: RelayEvent[] | undefined;
  overran: boolean;
}

/**
 * The one way into the store's log and out of it. Kept events are told in the order of their positions, each exactly once to
 * each listener; typing rides along and is told to whoever listens at that moment.
 *
 * ```
 *   subscribe(after 7)        8 9 10 from the store      11 12 happen meanwhile: wait      live
 *   |---- registered ---------|--------------------------|---------------------------------|---->
 * ```
 *
 * A listener is registered before the store is read, so that nothing falls between; what comes both ways is told once, for
 * positions only grow. This takes for granted that the promises of `Store.apply` settle in the order of the commits.
 */
export class EventLog {
  readonly #store: Store;
  readonly #log: Log;
  readonly #recorded: (event: LoggedEvent) => void;
  readonly #endOfTurn: EndOfTurn;
  readonly #ofConversations = new Map<string, Set<Listener>>();
  readonly #ofClients = new Map<string, Set<Listener>>();
  #position = 0;

  constructor({ store, log, recorded, endOfTurn: given = endOfTurn }: EventLogOptions) {
    this.#endOfTurn = given;
    this.#store = store;
    this.#log = log;
    this.#recorded = recorded;
  }

  /** Position of the newest kept event. */
  get position(): number {
    return this.#position;
  }

  async open(): Promise<void> {
    this.#position = (await this.#store.positions()).newest;
  }

  /** Commits, and tells what the writes appended. */
  async record(writes: readonly Write[]): Promise<readonly WriteOutcome[]> {
    const outcomes = await this.#store.apply(writes);
    for (const outcome of outcomes) if (outcome.status === 'done' && outcome.event) this.#publish(outcome.event);
    return outcomes;
  }

  /** Somebody listens to this conversation: what is told once has a reader. */
  isHeard({ bindingId, clientId }: Pick<EventHead, 'bindingId' | 'clientId'>): boolean {
    return this.#ofConversations.has(bindingId) || this.#ofClients.has(clientId);
  }

  /** Tells who listens now. */
  tell(head: EventHead, body: TypingBody): void {
    this.#tell({ ...head, body });
  }

  /** Resolves once the replay has been told. Rejects, and tells nothing more, when `drained` rejects or the store fails. */
  async subscribe(
    interest: Interest,
    { afterPosition, afterSequence, event, drained, gap }: Replay,
  ): Promise<Subscription> {
    const replays = afterPosition !== undefined || afterSequence !== undefined;
    const listener: Listener = { event, told: 0, waiting: replays ? [] : undefined, overran: false };
    const subscription = this.#register(interest, listener);
    try {
      if (replays) await this.#replay(interest, listener, { afterPosition, afterSequence, event, drained, gap });
    } catch (error) {
      subscription.close();
      throw error;
    }
    return subscription;
  }

  #register({ clientId, bindingId }: Interest, listener: Listener): Subscription {
    const [index, key] = bindingId === undefined ? [this.#ofClients, clientId] : [this.#ofConversations, bindingId];
    const listeners = index.get(key) ?? new Set();
    index.set(key, listeners.add(listener));
    return {
      close: () => {
        listeners.delete(listener);
        if (listeners.size === 0 && index.get(key) === listeners) index.delete(key);
      },
    };
  }

  async #replay(interest: Interest, listener: Listener, { afterPosition, afterSequence, drained, gap }: Replay) {
    const { oldest, newest } = await this.#store.positions();
    const newestSequence = interest.bindingId === undefined ? 0 : await this.#store.sequence(interest.bindingId);
    let after = { afterPosition, afterSequence };
    if ((afterPosition ?? 0) > newest || (afterSequence ?? 0) > newestSequence) {
      // A place that this log never gave: the database is another one now, and all that is kept is news to its holder.
      gap?.(oldest);
      after = { afterPosition: 0, afterSequence: 0 };
    } else if (afterPosition !== undefined && afterPosition < oldest - 1) gap?.(oldest);
    for (let first = true; ; first = false) {
      const page = await this.#store.events({ ...interest, ...after, limit: REPLAY_PAGE });
      const beginning = first ? page[0] : undefined;
      if (beginning && beginning.sequence > (after.afterSequence ?? Infinity) + 1) gap?.(beginning.position);
      for (const event of page) this.#tellOne(listener, event);
      const newestOfPage = page.at(-1);
      if (newestOfPage) after = { afterPosition: newestOfPage.position, afterSequence: undefined };
      await drained?.();
      // The store answers at once: without this a long replay would be one piece, in which nobody else is served.
      await new Promise<void>((resolve) => this.#endOfTurn(resolve));
      if (page.length === REPLAY_PAGE) continue;
      if (!listener.overran) break;
      // The store is read again from here on, and what was let go is in it.
      listener.overran = false;
      listener.waiting = [];
    }
    const { waiting = [] } = listener;
    listener.waiting = undefined;
    for (const event of waiting) this.#tellOne(listener, event);
  }

  #publish(event: LoggedEvent): void {
    this.#position = Math.max(this.#position, event.position);
    this.#recorded(event);
    this.#tell(event);
  }

  #tell(event: RelayEvent): void {
    const ofConversation = this.#ofConversations.get(event.bindingId);
    if (ofConversation) for (const listener of ofConversation) this.#hand(listener, event);
    const ofClient = this.#ofClients.get(event.clientId);
    if (ofClient) for (const listener of ofClient) this.#hand(listener, event);
  }

  #hand(listener: Listener, event: RelayEvent): void {
    if (!listener.waiting) this.#tellOne(listener, event);
    else if (listener.waiting.length < REPLAY_BUFFER_MAX) listener.waiting.push(event);
    else if (!listener.overran) {
      listener.overran = true;
      this.#log.info('events.replay-overran', { bindingId: event.bindingId, count: REPLAY_BUFFER_MAX });
    }
  }

  #tellOne(listener: Listener, event: RelayEvent): void {
    if (event.position !== undefined) {
      if (event.position <= listener.told) return;
      listener.told = event.position;
    }
    try {
      listener.event(event);
    } catch (error) {
      this.#log.error('events.listener-failed', { bindingId: event.bindingId, error });
    }
  }
}
