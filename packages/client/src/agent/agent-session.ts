import {
  agentLeg,
  conversationPath,
  type Hosts,
  MESSAGE_CONVERSATIONS_PATH,
  type NotificationFrame,
  parseConversation,
  parseIdListing,
  parseUserMe,
  TOPICS,
  USERS_ME_PATH,
} from '@backchannel/protocol';
import { TOKEN_BUDGET } from '@backchannel/signals';
import { completePorts } from '../adapters/system-ports.ts';
import { Agenda } from '../core/agenda.ts';
import { withDeadline } from '../core/deadline.ts';
import { Listeners } from '../core/listeners.ts';
import { RequestLine } from '../core/request-line.ts';
import { SnapshotStore } from '../core/snapshot-store.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { SharedArbiter } from '../typing/shared-arbiter.ts';
import { AgentConversation, type ConversationHost } from './agent-conversation.ts';
import type { AgentEvents } from './agent-events.ts';
import type { AgentSnapshot } from './agent-snapshot.ts';
import type { Tokens } from './cached-tokens.ts';
import { NotificationChannel } from './notification-channel.ts';
import { PlatformApi, READS_BUDGET } from './platform-api.ts';
import { fixedToken } from './token-source.ts';

/** How long `connect` waits. */
export const AGENT_CONNECT_TIMEOUT_MS = 60_000;

const GAVE_UP = 'The caller gave up.';

/** The most conversations that are kept; the oldest that are over go first. */
export const CONVERSATIONS_MAX = 200;

/** Options of an `AgentSession`. */
export interface AgentSessionOptions {
  readonly hosts: Hosts;
  /**
   * The agent's access token, or where to get one: `UserTokenSource` (a login that is renewed), `TokenSource` (client
   * credentials, which need `userId`), or your own `Tokens`.
   */
  readonly token: string | Tokens;
  /** Id of the agent. Default: the user of the token. */
  readonly userId?: string | undefined;
  readonly ports?: Partial<Ports> | undefined;
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
  readonly #clock: Agenda;
  readonly #ports: Ports;
  readonly #api: PlatformApi;
  readonly #shared: SharedArbiter;
  readonly #line: RequestLine;
  readonly #listeners = new Listeners<AgentEvents>();
  readonly #store = new SnapshotStore(() => this.#build());
  readonly #conversations = new Map<string, AgentConversation>();
  /** Ids of those that `nextConversation` gave away, and of those that it leaves out. */
  readonly #handedOut = new Set<string>();
  readonly #reading = new Map<string, Promise<void>>();
  readonly #takers = new Set<() => void>();
  /** From `connect` to the end: everything that belongs to this time of the session stops with it. */
  #life: AbortController | undefined;
  #connecting: Promise<Settled> | undefined;
  #channel: NotificationChannel | undefined;
  /** The first `connect` has read what was there before it. */
  #begun = false;
  #state: AgentSnapshot['state'] = 'idle';
  #reason: string | undefined;
  #reconnect: AgentSnapshot['reconnect'];
  #userId: string | undefined;
  #name: string | undefined;
  #lastNotice: Notice | undefined;

  /** @throws BackchannelError `option.invalid`. */
  constructor({ hosts, token, userId, ports }: AgentSessionOptions) {
    if (!hosts?.api)
      throw new BackchannelError('option.invalid', 'hosts is missing. Pass hostsIn(region) or hostsAt(url).');
    if (!token) throw new BackchannelError('option.invalid', 'token is empty. Pass an access token or a TokenSource.');
    this.#ports = completePorts(ports);
    this.#clock = new Agenda(this.#ports.clock);
    this.#ports = { ...this.#ports, clock: this.#clock };
    this.#userId = userId;
    this.#shared = new SharedArbiter({ budgets: [TOKEN_BUDGET, READS_BUDGET], clock: this.#clock });
    this.#line = new RequestLine(this.#shared, this.#clock);
    const tokens = typeof token === 'string' ? fixedToken(token) : token;
    this.#api = new PlatformApi({ api: hosts.api, tokens, ports: this.#ports, line: this.#line, shared: this.#shared });
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
      for (const conversation of this.#conversations.values()) {
        if (this.#handedOut.has(conversation.id) || conversation.snapshot().state === 'disconnected') continue;
        this.#handedOut.add(conversation.id);
        return conversation;
      }
      if (this.#state === 'closed' || this.#state === 'failed') {
        throw new BackchannelError('closed', `No conversation will come: ${this.#reason} Connect first.`);
      }
      await new Promise<void>((resolve) => {
        this.#takers.add(resolve);
        signal?.addEventListener('abort', () => resolve(), { once: true });
      });
    }
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
      const deadline = { clock: this.#clock, timeoutMs: AGENT_CONNECT_TIMEOUT_MS, signal: life.signal };
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
    const deadline = { clock: this.#clock, timeoutMs: AGENT_CONNECT_TIMEOUT_MS, signal };
    const result = await withDeadline(deadline, () => connecting);
    return result.kind === 'done' ? result.value : { outcome: result.kind, reason: GAVE_UP };
  }

  async #start(signal: AbortSignal): Promise<Settled> {
    const found = await this.#findUser(signal);
    const userId = this.#userId;
    if (userId === undefined || signal.aborted) return found;
    let opened = () => {};
    const open = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const channel = new NotificationChannel({
      api: this.#api,
      ports: this.#ports,
      topics: [TOPICS.userTyping(userId), TOPICS.userMessages(userId)],
      frame: (frame) => this.#receive(frame),
      unreadable: (reason) =>
        this.#notice({ code: 'frame.unreadable', text: `A notification was dropped: ${reason}.` }),
      opened: () => {
        const again = this.#state === 'waiting';
        this.#become('live', undefined);
        if (again) void this.#readConversations(signal);
        opened();
      },
      waiting: ({ attempt, delayMs, reason }) => {
        for (const conversation of this.#conversations.values()) conversation.disconnected();
        this.#reconnect = { attempt, delayMs };
        this.#become('waiting', reason);
      },
      failed: (reason) => this.#end('failed', reason),
    });
    this.#channel = channel;
    const subscribed = await channel.open(signal);
    if (subscribed.outcome !== 'sent') return subscribed;
    await open;
    await this.#readConversations(signal);
    this.#begun ||= !signal.aborted;
    return { outcome: 'sent', reason: 'The agent is connected.' };
  }

  async #findUser(signal: AbortSignal): Promise<Settled> {
    if (this.#userId !== undefined) return { outcome: 'sent', reason: 'The user was given.' };
    const me = await this.#api.request({ method: 'GET', path: USERS_ME_PATH, guard: parseUserMe, as: 'other', signal });
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
    const path = MESSAGE_CONVERSATIONS_PATH;
    const listing = await this.#api.request({ method: 'GET', path, guard: parseIdListing, as: 'other', signal });
    if (signal.aborted) return;
    if (!listing.value) {
      // A token without a user has no list of its own (documented, CONVERSATION-LIST); new conversations come by notification.
      this.#notice({
        code: 'conversations.unlisted',
        text: `The conversations could not be listed: ${listing.reason}`,
      });
    }
    // What the platform lists no more is over, or is another conversation by the time it comes back.
    if (listing.value) {
      for (const known of [...this.#conversations.values()]) if (!listing.value.includes(known.id)) this.#drop(known);
    }
    const ids = new Set([...(listing.value ?? []), ...this.#conversations.keys()]);
    // Also one that can't be read now was there before.
    if (!this.#begun) for (const id of ids) this.#handedOut.add(id);
    await Promise.all([...ids].map((id) => this.#readConversation(id, signal)));
  }

  /** Reads a conversation, once at a time. */
  #readConversation(id: string, signal: AbortSignal): Promise<void> {
    const running = this.#reading.get(id);
    if (running) return running;
    const reading = this.#adopt(id, signal).finally(() => {
      if (this.#reading.get(id) === reading) this.#reading.delete(id);
    });
    this.#reading.set(id, reading);
    return reading;
  }

  /** Ends a conversation that is no more, or not the agent's. */
  #drop(conversation: AgentConversation): void {
    conversation.ended();
    this.#conversations.delete(conversation.id);
    this.#handedOut.delete(conversation.id);
    this.#store.changed();
  }

  async #adopt(id: string, signal: AbortSignal): Promise<void> {
    const path = conversationPath(id);
    const { value, reason, error } = await this.#api.request({
      method: 'GET',
      path,
      guard: parseConversation,
      as: 'other',
      signal,
    });
    if (signal.aborted) return;
    let known = this.#conversations.get(id);
    if (known && (error?.platform?.status === 404 || (value && !known.isSameAs(value)))) {
      this.#drop(known);
      known = undefined;
    }
    if (!value) {
      this.#notice({ code: 'conversation.unread', text: `A conversation could not be read: ${reason}`, error });
      return;
    }
    known?.update(value);
    if (known || this.#userId === undefined || !agentLeg(value, this.#userId)) return;
    const conversation = new AgentConversation(value, this.#host(this.#userId));
    this.#conversations.set(id, conversation);
    if (!this.#begun) this.#handedOut.add(id);
    this.#forgetOldest();
    this.#store.changed();
    this.#listeners.emit('conversation', conversation);
    this.#wakeTakers();
  }

  #host(userId: string): ConversationHost {
    return {
      api: this.#api,
      shared: this.#shared,
      ports: this.#ports,
      userId,
      life: () => this.#life?.signal,
      changed: () => this.#store.changed(),
      message: (conversation, message) => this.#listeners.emit('message', { conversation, message }),
      delivery: (conversation, message) => this.#listeners.emit('delivery', { conversation, message }),
      guestTyping: (conversation, typing) => this.#listeners.emit('guestTyping', { conversation, typing }),
      typingSettled: (conversation, signal, settled) =>
        this.#listeners.emit('typingSettled', { conversation, signal, settled }),
      notice: (notice) => this.#notice(notice),
    };
  }

  #forgetOldest(): void {
    if (this.#conversations.size <= CONVERSATIONS_MAX) return;
    const all = [...this.#conversations.values()];
    const oldest = all.find((each) => each.snapshot().state === 'disconnected') ?? all[0];
    if (!oldest) return;
    this.#drop(oldest);
    this.#notice({
      code: 'conversations.dropped',
      text: `More than ${CONVERSATIONS_MAX} conversations: ${oldest.id} was forgotten.`,
    });
  }

  #receive(frame: NotificationFrame): void {
    if (frame.kind === 'typing' && frame.direction === 'Inbound') {
      this.#conversations.get(frame.conversationId)?.guestTyped(frame.events, frame.time);
    } else if (frame.kind === 'conversation') {
      const conversation = this.#conversations.get(frame.conversationId);
      if (conversation) void conversation.changedOnPlatform(frame.participants);
      else if (this.#life) void this.#readConversation(frame.conversationId, this.#life.signal);
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
    this.#channel?.close();
    this.#channel = undefined;
    this.#reading.clear();
    this.#line.close({ outcome: 'offline', reason: `The session ended: ${reason}` });
    for (const conversation of this.#conversations.values()) conversation.close();
    if (this.#state !== state) this.#become(state, reason);
    // Requests on their way settle now; what they find is no longer looked at.
    life?.abort();
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
      conversations: [...this.#conversations.values()].map((each) => each.snapshot()),
      lastNotice: this.#lastNotice,
    };
  }
}
