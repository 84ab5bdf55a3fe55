import { type Conversation, type NotificationFrame, parseUserMe, TOPICS, USERS_ME_PATH } from '@backchannel/protocol';
import { withDeadline } from '../core/deadline.ts';
import { Listeners } from '../core/listeners.ts';
import { SnapshotStore } from '../core/snapshot-store.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Settled } from '../settled.ts';
import { type AgentCallOptions, AgentConversation } from './agent-conversation.ts';
import type { AgentEvents } from './agent-events.ts';
import { AgentPlatform, type AgentPlatformOptions, type PlatformParts, partsOf } from './agent-platform.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';
import { ConversationBook, type Follows } from './conversation-book.ts';
import { ConversationReading, readingOf } from './conversation-reading.ts';
import type { Subscriber } from './notification-hub.ts';
import { SessionEnd } from './platform-api.ts';

/** How long `connect` waits. */
export const AGENT_CONNECT_TIMEOUT_MS = 60_000;

/** How long `adopt` waits for its turn and the answer. */
export const ADOPT_TIMEOUT_MS = 60_000;

const GAVE_UP = 'The caller gave up.';

/** Options of an `AgentSession` with a token of its own. */
export interface AgentSessionOptions extends Pick<AgentPlatformOptions, 'hosts' | 'token' | 'ports'> {
  /** Id of the agent. Default: the user of the token. */
  readonly userId?: string | undefined;
  readonly platform?: undefined;
}

/** Options of an `AgentSession` that is one of many. */
export interface SharedSessionOptions {
  /** Whose token, limits and notification channels it uses. */
  readonly platform: AgentPlatform;
  /** Id of the agent. */
  readonly userId: string;
  /**
   * Which conversations the session takes in. Default: all that the agent has. One that is left out costs one request and no
   * more, for its messages are not read; `adopt` asks, too.
   */
  readonly follows?: Follows | undefined;
}

/**
 * An agent's session: hears of conversations, messages and the guests' typing over the notification socket, and speaks
 * through the platform's REST API, all within the limits of one token (third-party, LIMIT-TOKEN).
 *
 * ```ts
 * await using agent = new AgentSession({ hosts: hostsIn('eu-west-1'), token });
 * await agent.connect();
 * const conversation = await agent.nextConversation();
 * conversation.typing.keystroke();
 * await conversation.send('How can I help?');
 * ```
 *
 * Calls settle with a result and a reason; only mistakes of the caller throw (`BackchannelError`).
 */
export class AgentSession {
  readonly #platform: PlatformParts;
  /** Others use the platform, too. */
  readonly #shares: boolean;
  readonly #listeners = new Listeners<AgentEvents>();
  readonly #store = new SnapshotStore(() => this.#build());
  readonly #conversations: ConversationBook;
  readonly #takers = new Set<() => void>();
  /** From `connect` to the end: everything that belongs to this time of the session stops with it. */
  #life: AbortController | undefined;
  #connecting: Promise<Settled> | undefined;
  #subscriber: Subscriber | undefined;
  #state: AgentSnapshot['state'] = 'idle';
  #reason: string | undefined;
  #reconnect: AgentSnapshot['reconnect'];
  #userId: string | undefined;
  #name: string | undefined;
  #lastNotice: Notice | undefined;

  /** @throws BackchannelError `option.invalid`. */
  constructor(options: AgentSessionOptions | SharedSessionOptions) {
    this.#shares = options.platform !== undefined;
    if (this.#shares && !options.userId) {
      throw new BackchannelError(
        'option.invalid',
        `userId is ${options.userId === '' ? 'empty' : typeof options.userId}. Pass the id of the agent: the platform has many.`,
      );
    }
    this.#platform = partsOf(options.platform ?? new AgentPlatform(options));
    this.#userId = options.userId;
    this.#conversations = new ConversationBook({
      api: this.#platform.api,
      userId: () => this.#userId,
      follows: (options.platform && options.follows) ?? (() => true),
      make: (conversation) => this.#make(conversation),
      added: (conversation) => {
        this.#listeners.emit('conversation', conversation);
        this.#wakeTakers();
      },
      changed: () => this.#store.changed(),
      notice: (notice) => this.#notice(notice),
    });
  }

  /** The same object until something changed. */
  snapshot(): AgentSnapshot {
    return this.#store.get();
  }

  /** Calls `listener` whenever the snapshot changed. Returns what unsubscribes. */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /** Calls `listener` at each such event. Returns what unsubscribes. */
  on<Name extends keyof AgentEvents>(name: Name, listener: (value: AgentEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  /** The conversation with this id, if the session knows it. */
  conversation(id: string): AgentConversation | undefined {
    return this.#conversations.get(id);
  }

  /**
   * Finds the user, opens and subscribes a notification channel, and reads the conversations that are there. Settles within
   * {@link AGENT_CONNECT_TIMEOUT_MS}. Anything but `sent` leaves the session closed or failed, to be connected again.
   */
  async connect({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Settled> {
    if (this.#connecting) return this.#join(this.#connecting, signal);
    if (this.#life) return { outcome: 'coalesced', reason: 'The session is connected already.' };
    if (signal?.aborted) return { outcome: 'aborted', reason: GAVE_UP };
    const life = new AbortController();
    this.#life = life;
    this.#become('connecting', undefined);
    const connecting = this.#connect(life, signal);
    this.#connecting = connecting;
    const over = () => {
      if (this.#connecting === connecting) this.#connecting = undefined;
    };
    connecting.then(over, over);
    return connecting;
  }

  /**
   * The next conversation that begins after the first `connect` has read what was there: each once, in the order in which
   * they began. Those that were there already are in `snapshot().conversations`.
   *
   * @throws BackchannelError `aborted` when the signal says so, `closed` when the session ends first.
   */
  async nextConversation({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<AgentConversation> {
    for (;;) {
      if (signal?.aborted) throw new BackchannelError('aborted', 'The caller gave up waiting for a conversation.');
      const conversation = this.#conversations.takeNew();
      if (conversation) return conversation;
      if (this.#state === 'closed' || this.#state === 'failed') {
        throw new BackchannelError('closed', `No conversation will come: ${this.#reason} Connect first.`);
      }
      await new Promise<void>((resolve) => {
        const wake = () => {
          this.#takers.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        this.#takers.add(wake);
        signal?.addEventListener('abort', wake);
      });
    }
  }

  /**
   * Takes in a conversation that the application was told of: it is read, and if the agent has a leg in it, it is the
   * session's from now on as if it had begun now, without being handed out by `nextConversation`. For tokens that have no list
   * of conversations (documented, CONVERSATION-LIST), and after a restart. What `AgentPlatform.read` has just read is taken as
   * it is: no session asks for it again.
   *
   * Settles as `sent` with the conversation; as `suppressed:no-conversation` when the agent has no leg in it; as `refused` in
   * the platform's words when it can't be read; as `offline` while the session is not connected; as `timeout` after
   * {@link ADOPT_TIMEOUT_MS}.
   *
   * @throws BackchannelError `option.invalid` without an id.
   */
  async adopt(
    conversation: string | ConversationReading,
    { signal }: AgentCallOptions = {},
  ): Promise<Settled<AgentConversation>> {
    const reading = conversation instanceof ConversationReading ? conversation : undefined;
    const conversationId = conversation instanceof ConversationReading ? conversation.id : conversation;
    if (typeof conversationId !== 'string' || conversationId === '') {
      const found = conversationId === '' ? 'empty' : typeof conversationId;
      throw new BackchannelError(
        'option.invalid',
        `conversationId is ${found}. Pass the id of a conversation, or what AgentPlatform.read gave.`,
      );
    }
    const life = this.#life?.signal;
    if (!life) return { outcome: 'offline', reason: 'The session is closed: connect() it first.' };
    const deadline = { clock: this.#platform.ports.clock, timeoutMs: ADOPT_TIMEOUT_MS, signal };
    const result = await this.#conversations.withoutHandingOut(conversationId, () =>
      withDeadline(deadline, () =>
        reading ? this.#conversations.take(readingOf(reading), life) : this.#conversations.read(conversationId, life),
      ),
    );
    if (result.kind === 'done') return result.value;
    const reason = result.kind === 'aborted' ? GAVE_UP : `It was not read within ${ADOPT_TIMEOUT_MS} ms.`;
    return { outcome: result.kind, reason };
  }

  /** Closes the notification socket and forgets timers; what waits settles. */
  async close(): Promise<void> {
    this.#end('closed', 'It was closed here.');
  }

  /** Closes it at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One attempt. Whatever ends the session meanwhile ends it too, and it changes nothing afterwards. */
  async #connect(life: AbortController, signal: AbortSignal | undefined): Promise<Settled> {
    const giveUp = () => this.#life === life && this.#end('closed', GAVE_UP);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      const deadline = { clock: this.#platform.ports.clock, timeoutMs: AGENT_CONNECT_TIMEOUT_MS, signal: life.signal };
      const result = await withDeadline(deadline, () => this.#start(life.signal));
      if (this.#life !== life) {
        return { outcome: 'aborted', reason: `The session ended before it was connected: ${this.#reason}` };
      }
      if (result.kind === 'done') {
        if (result.value.outcome !== 'sent') this.#end('failed', result.value.reason);
        return result.value;
      }
      const reason = `Not connected within ${AGENT_CONNECT_TIMEOUT_MS} ms.`;
      this.#end('closed', reason);
      return { outcome: 'timeout', reason };
    } catch (error) {
      if (this.#life === life) this.#end('failed', BackchannelError.from(error).message);
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Waits for an attempt that somebody else began; giving up then stops the waiting alone. */
  async #join(connecting: Promise<Settled>, signal: AbortSignal | undefined): Promise<Settled> {
    const deadline = { clock: this.#platform.ports.clock, timeoutMs: AGENT_CONNECT_TIMEOUT_MS, signal };
    const result = await withDeadline(deadline, () => connecting);
    return result.kind === 'done' ? result.value : { outcome: result.kind, reason: GAVE_UP };
  }

  async #start(signal: AbortSignal): Promise<Settled> {
    const found = await this.#findUser(signal);
    const userId = this.#userId;
    if (userId === undefined || signal.aborted) return found;
    const closed = this.#platform.closed();
    if (closed !== undefined) return { outcome: 'offline', reason: closed };
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const subscriber: Subscriber = {
      topics: [TOPICS.userTyping(userId), TOPICS.userMessages(userId)],
      frame: (frame) => this.#receive(frame),
      unreadable: (reason) =>
        this.#notice({ code: 'frame.unreadable', text: `A notification was dropped: ${reason}.` }),
      opened: (gap) => {
        const missed = this.#state === 'waiting' || (gap && this.#state === 'live');
        this.#become('live', undefined);
        if (missed) void this.#readConversations(signal);
        opened();
      },
      waiting: ({ attempt, delayMs, reason }) => {
        for (const conversation of this.#conversations.all) conversation.disconnected();
        this.#reconnect = { attempt, delayMs };
        this.#become('waiting', reason);
      },
      ended: (state, reason) => this.#end(state, reason),
    };
    this.#subscriber = subscriber;
    const subscribed = await this.#platform.notifications.join(subscriber);
    if (subscribed.outcome !== 'sent') return subscribed;
    await open;
    await this.#readConversations(signal);
    if (!signal.aborted) this.#conversations.begin();
    return { outcome: 'sent', reason: 'The agent is connected.' };
  }

  async #findUser(signal: AbortSignal): Promise<Settled> {
    if (this.#userId !== undefined) return { outcome: 'sent', reason: 'The user was given.' };
    const me = await this.#platform.api.request({
      method: 'GET',
      path: USERS_ME_PATH,
      guard: parseUserMe,
      as: 'other',
      signal,
    });
    if (me.error?.platform?.code === 'not.a.user') {
      throw new BackchannelError(
        'option.invalid',
        'userId is missing: the token has no user. Pass the id of the agent.',
      );
    }
    this.#userId = me.value?.id;
    this.#name = me.value?.name;
    return { ...me, value: undefined };
  }

  async #readConversations(signal: AbortSignal): Promise<void> {
    const listing = await this.#platform.list(signal);
    if (signal.aborted) return;
    if (!listing.value) {
      // A token without a user has no list of its own (documented, CONVERSATION-LIST); new conversations come by notification.
      this.#notice({
        code: 'conversations.unlisted',
        text: `The conversations could not be listed: ${listing.reason}`,
      });
    }
    // Where agents share a token, the list may be another user's.
    if (listing.value && !this.#shares) this.#conversations.keepOnly(listing.value);
    // What many agents have to read at once must not stand before what the next of them needs now.
    await this.#conversations.readAll(listing.value ?? [], signal, this.#shares ? 'read' : 'other');
  }

  #make(conversation: Conversation): AgentConversation {
    return new AgentConversation(conversation, {
      api: this.#platform.api,
      typing: this.#platform.typing,
      ports: this.#platform.ports,
      userId: this.#userId ?? '',
      life: () => this.#life?.signal,
      changed: () => this.#store.changed(),
      message: (conversation, message) => this.#listeners.emit('message', { conversation, message }),
      delivery: (conversation, message) => this.#listeners.emit('delivery', { conversation, message }),
      guestTyping: (conversation, typing) => this.#listeners.emit('guestTyping', { conversation, typing }),
      typingSettled: (conversation, signal, settled) =>
        this.#listeners.emit('typingSettled', { conversation, signal, settled }),
      notice: (notice) => this.#notice(notice),
    });
  }

  #receive(frame: NotificationFrame): void {
    if (frame.kind === 'typing' && frame.direction === 'Inbound') {
      this.#conversations.get(frame.conversationId)?.guestTyped(frame.events, frame.time);
    } else if (frame.kind === 'conversation') {
      const conversation = this.#conversations.get(frame.conversationId);
      if (conversation) void conversation.changedOnPlatform(frame.participants);
      else if (this.#life) this.#conversations.heard(frame.conversationId, frame.participants, this.#life.signal);
    }
  }

  #become(state: AgentSnapshot['state'], reason: string | undefined): void {
    this.#state = state;
    this.#reason = reason;
    if (state !== 'waiting') this.#reconnect = undefined;
    this.#store.changed();
    this.#listeners.emit('state', state);
  }

  #end(state: 'closed' | 'failed', reason: string): void {
    const life = this.#life;
    this.#life = undefined;
    this.#connecting = undefined;
    if (this.#subscriber) this.#platform.notifications.leave(this.#subscriber);
    this.#subscriber = undefined;
    this.#conversations.close();
    if (this.#state !== state) this.#become(state, reason);
    // Requests on their way settle now; what they find is no longer looked at.
    life?.abort(new SessionEnd(reason));
    this.#wakeTakers();
  }

  #wakeTakers(): void {
    const takers = [...this.#takers];
    this.#takers.clear();
    for (const take of takers) take();
  }

  #notice(notice: Notice): void {
    this.#lastNotice = notice;
    this.#store.changed();
    this.#listeners.emit('notice', notice);
  }

  #build(): AgentSnapshot {
    return {
      state: this.#state,
      reason: this.#reason,
      reconnect: this.#reconnect,
      userId: this.#userId,
      name: this.#name,
      conversations: this.#conversations.all.map((each) => each.snapshot()),
      lastNotice: this.#lastNotice,
    };
  }
}
