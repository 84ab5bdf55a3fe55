import { BackchannelError, type Hosts, type Ports, type Settled } from '@backchannel/client';
import {
  type AgentConversation,
  type AgentParticipant,
  AgentPlatform,
  AgentSession,
  type ConversationReading,
  type ReadOptions,
  TokenSource,
} from '@backchannel/client/agent';
import { reconnectDelayMs } from '@backchannel/signals';
import type { Log } from '../observe/log.ts';
import type { Health } from './health.ts';
import type { AgentLeg, LegListener } from './legs.ts';
import { LinkedConversation } from './linked-conversation.ts';
import { Refusals } from './refusals.ts';

/** How long guests wait at the start for the agents' sessions; the longer they take, the more conversations begin unheard. */
const FIRST_CONNECT_MAX_MS = 10_000;

/** The longest wait before a session that has failed is connected again. */
const RECONNECT_CAP_MS = 60_000;

/** The part of the token's requests that finding known conversations again may take after a restart. */
const RELINK_SHARE = 1 / 2;

/** Finding one takes about two: who takes part, and its newest messages. */
const RELINK_REQUESTS = 2;

/** After an attempt to find one again that told nothing. */
const RELINK_RETRY_MS = 30_000;

/** Conversations that are found again at a time because somebody asks; a further one comes next in turn. */
const RELINKS_ASKED_MAX = 20;

/** The part of the token's requests that signals leave to messages and all else, as the SDK has it by default. */
const MESSAGE_SHARE = 2 / 3;

/** The part of the token's requests that words on which conversation it is may take, in small windows: somebody waits for each. */
const LOOKUPS_SHARE = 1 / 3;
const LOOKUPS_WINDOW_MS = 6_000;

/** How long a word on which conversation it is waits for its turn and the answer: half a minute is what callers have. */
const LINK_WAIT_MS = 20_000;

/** What to do where Genesys refuses to let the relay speak for an agent. */
const REFUSED_FIX =
  'Check genesys.client.id, its secret (BACKCHANNEL_RELAY_GENESYS_CLIENT_SECRET), the permissions of the client’s role, and genesys.agents. It is tried again every minute.';

/** Conversations that were announced by `link` and that no agent is in yet; the oldest are forgotten first. */
const ANNOUNCED_MAX = 10_000;

const OTHERS: Settled = {
  outcome: 'refused',
  reason: 'That conversation of Genesys belongs to another conversation of the relay.',
};

/** A conversation to be found again; who asks for it is not heeded before `askableAtMs`, by the steady clock. */
interface Relink {
  readonly conversationId: string;
  readonly askableAtMs: number;
}

export interface AgentLegsOptions {
  readonly hosts: Hosts;
  readonly client: { readonly id: string; readonly secret: string };
  /** Users whose conversations are followed. */
  readonly agents: readonly string[];
  readonly requestsPerMinute: number;
  readonly linkAttribute: string | undefined;
  readonly ports: Ports;
  readonly log: Log;
}

/**
 * The agents' side of all bindings: one token, one budget and as few notification channels as there can be, however many
 * agents are followed.
 *
 * A conversation becomes a binding's when its customer carries the binding's id as an attribute (assumed,
 * GUEST-ATTRIBUTES-ON-CUSTOMER), or by the integrator's word.
 */
export class AgentLegs {
  readonly #options: AgentLegsOptions;
  readonly #platform: AgentPlatform;
  readonly #sessions = new Map<string, AgentSession>();
  /** Bindings that are open, and who listens for each. */
  readonly #bindings = new Map<string, LegListener>();
  readonly #byBinding = new Map<string, LinkedConversation>();
  readonly #byId = new Map<string, LinkedConversation>();
  /** Which binding a conversation belongs to that no agent is in yet. */
  readonly #announced = new Map<string, string>();
  /** Conversations to be found again, by binding: those of a restart. The last comes first. */
  #relinks = new Map<string, Relink>();
  /** Those that are being read, so that each is read once. */
  readonly #finding = new Map<string, Promise<boolean>>();
  #relinking = false;
  #cancelRelink: (() => void) | undefined;
  /**
   * Resolves when every agent's first attempt to connect is over, or after `FIRST_CONNECT_MAX_MS`. A conversation that begins
   * before is not heard of until something happens in it: client credentials have no list (documented, CONVERSATION-LIST).
   */
  readonly begun: Promise<void>;
  readonly #refused = new Refusals();
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(options: AgentLegsOptions) {
    this.#options = options;
    const { hosts, client, agents, requestsPerMinute, ports } = options;
    const messageReserve = Math.round(requestsPerMinute * MESSAGE_SHARE);
    const lookups = Math.max(1, Math.round(((requestsPerMinute * LOOKUPS_SHARE) / 60_000) * LOOKUPS_WINDOW_MS));
    this.#platform = new AgentPlatform({
      hosts,
      token: new TokenSource({ hosts, clientId: client.id, clientSecret: client.secret, ports }),
      ports,
      budgets: {
        token: { limit: requestsPerMinute, windowMs: 60_000, messageReserve },
        lookups: { limit: lookups, windowMs: LOOKUPS_WINDOW_MS, messageReserve: lookups },
      },
    });
    const first = Promise.all([...new Set(agents)].map((userId) => this.#follow(userId)));
    this.begun = new Promise((resolve) => {
      const cancel = this.#later(FIRST_CONNECT_MAX_MS, async () => resolve());
      void first.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Genesys's conversations that belong to bindings. */
  get size(): number {
    return this.#byId.size;
  }

  /** Why agents can't be spoken for now: all of them keeps the relay from its work, some from a part of it. */
  health(): Health {
    const counts = new Map<string, number>();
    for (const session of this.#sessions.values()) {
      const { state, reason } = session.snapshot();
      if (state === 'live') continue;
      const why = `${state}${reason === undefined ? '' : `: ${reason}`}`;
      counts.set(why, (counts.get(why) ?? 0) + 1);
    }
    const words = [...counts].map(
      ([why, count]) => `${count} of ${this.#sessions.size} agents can't be spoken for (${why}).`,
    );
    const away = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return away === this.#sessions.size ? { reasons: words, warnings: [] } : { reasons: [], warnings: words };
  }

  /** A binding is open; where its conversation is known from before, it is found again. */
  open(bindingId: string, listener: LegListener, genesysConversationId: string | undefined): void {
    this.#bindings.set(bindingId, listener);
    if (genesysConversationId === undefined || this.#sessions.size === 0) return;
    this.#announce(genesysConversationId, bindingId);
    this.#relinks.set(bindingId, { conversationId: genesysConversationId, askableAtMs: 0 });
    void this.#relink();
  }

  /** Conversations of before the start that have not been found again. */
  get awaiting(): number {
    return this.#relinks.size;
  }

  awaitsRelink(bindingId: string): boolean {
    return this.#relinks.has(bindingId);
  }

  /** Finds one again because somebody asks for it; see `Legs.relink`. */
  async relink(bindingId: string): Promise<void> {
    const due = this.#relinks.get(bindingId);
    const finding = this.#finding.get(bindingId);
    if (finding) await finding;
    else if (!due || this.#closed || this.#options.ports.clock.now() < due.askableAtMs) return;
    else if (this.#finding.size < RELINKS_ASKED_MAX) await this.#find(bindingId, due);
    else {
      this.#relinks.delete(bindingId);
      this.#relinks.set(bindingId, due);
    }
  }

  /** A binding is over. */
  close(bindingId: string): void {
    this.#bindings.delete(bindingId);
    this.#relinks.delete(bindingId);
    const linked = this.#byBinding.get(bindingId);
    if (linked) this.#unlink(linked);
  }

  /** The conversation of Genesys's that is the binding's now. */
  of(bindingId: string): LinkedConversation | undefined {
    return this.#byBinding.get(bindingId);
  }

  agent(bindingId: string, userId: string): AgentLeg | undefined {
    return this.#byBinding.get(bindingId)?.leg(userId);
  }

  agents(bindingId: string): readonly AgentLeg[] {
    return this.#byBinding.get(bindingId)?.legs.filter(({ state }) => state === 'connected') ?? [];
  }

  /**
   * By the integrator's word: reads the conversation for the agents who are in it. What belongs to another open binding is
   * refused: its client's messages would be heard and written here.
   */
  async link(bindingId: string, conversationId: string): Promise<Settled> {
    const late = new AbortController();
    const cancel = this.#options.ports.clock.after(LINK_WAIT_MS, () => late.abort());
    // Words come from outside, as many as callers like: they have turns of their own, and cost no message its place.
    const options = { as: 'lookup', signal: late.signal } as const;
    const settled = await this.#link(bindingId, conversationId, options).finally(cancel);
    if (!late.signal.aborted || settled.outcome !== 'aborted') return settled;
    const reason = `${conversationId} was not read within ${LINK_WAIT_MS / 1_000} s. It is linked as soon as something happens in it.`;
    return { outcome: 'timeout', reason };
  }

  async #link(bindingId: string, conversationId: string, options: ReadOptions): Promise<Settled> {
    if (!this.#bindings.has(bindingId)) {
      return { outcome: 'suppressed:no-conversation', reason: 'The conversation is not open here.' };
    }
    if (this.#sessions.size === 0) {
      return { outcome: 'unsupported', reason: 'No agent is followed: name them in genesys.agents.' };
    }
    if (this.#isOthers(bindingId, this.#byId.get(conversationId)?.bindingId ?? this.#announced.get(conversationId)))
      return OTHERS;
    // Before the answer: an agent who comes meanwhile is told of by an event.
    this.#announce(conversationId, bindingId);
    const { value: reading, ...read } = await this.#platform.read(conversationId, options);
    if (!reading) return read;
    const { participants } = reading;
    if (this.#isOthers(bindingId, this.#bindingOf(conversationId, participants))) {
      this.#announced.delete(conversationId);
      const linked = this.#byBinding.get(bindingId);
      if (linked?.id === conversationId) this.#unlink(linked);
      return OTHERS;
    }
    const inIt = new Set(participants.flatMap(({ userId = '', state }) => (state === 'disconnected' ? [] : [userId])));
    const sessions = [...this.#sessions].filter(([userId]) => inIt.has(userId));
    const adopted = await Promise.all(
      sessions.map(([userId, session]) => this.#adopt(userId, session, reading, options)),
    );
    return (
      adopted.find(({ outcome }) => outcome === 'sent') ??
      adopted[0] ?? {
        outcome: 'suppressed:no-conversation',
        reason: `No agent who is followed is in ${conversationId} yet. It is linked as soon as one is.`,
      }
    );
  }

  async end(): Promise<void> {
    this.#closed = true;
    for (const cancel of [...this.#cancels]) cancel();
    for (const linked of this.#byId.values()) linked.close();
    await Promise.all([...this.#sessions.values()].map((session) => session.close()));
    await this.#platform.close();
  }

  /** Resolves when the first attempt to connect is over. */
  #follow(userId: string): Promise<void> {
    const session = new AgentSession({
      platform: this.#platform,
      userId,
      // What is none of the relay's must not cost the token its requests.
      follows: ({ id, participants }) => this.#bindingOf(id, participants) !== undefined,
    });
    this.#sessions.set(userId, session);
    session.on('conversation', (conversation) => this.#noticed(userId, conversation));
    session.on('message', ({ conversation, message }) => this.#byId.get(conversation.id)?.message(message));
    session.on('guestTyping', ({ conversation, typing }) =>
      this.#byId.get(conversation.id)?.guestTyping(userId, typing),
    );
    session.on('notice', ({ code }) => this.#options.log.debug('agent.notice', { userId, code }));
    let attempts = 0;
    let connecting = false;
    const connect = async (): Promise<void> => {
      connecting = true;
      const settled = await session.connect().catch((thrown: unknown) => {
        const error = BackchannelError.from(thrown);
        return { outcome: 'refused', reason: error.message, error } as const;
      });
      connecting = false;
      if (settled.outcome === 'sent') {
        attempts = 0;
        this.#refused.accepted(userId);
        this.#options.log.info('agent.connected', { userId });
        void this.#relink();
      } else {
        this.#tellRefusal(userId, settled);
        again();
      }
    };
    const again = (): void => {
      if (this.#closed) return;
      attempts += 1;
      this.#later(reconnectDelayMs(attempts, this.#options.ports.random.next(), RECONNECT_CAP_MS), connect);
    };
    session.on('state', (state) => {
      // The end of an attempt is told by `connect`; this is the end of a session that was connected.
      if (!connecting && (state === 'failed' || state === 'closed')) again();
    });
    return connect();
  }

  /** Once for all agents who can't be connected for the same reason: they share a token, and are tried again for ever. */
  #tellRefusal(userId: string, { outcome, reason: words, error }: Settled): void {
    if (this.#closed) return;
    const isNew = this.#refused.refused(userId, words);
    const reason = outcome === 'refused' ? REFUSED_FIX : 'It is tried again.';
    this.#options.log[isNew ? 'warn' : 'debug'](outcome === 'refused' ? 'agent.refused' : 'agent.unreachable', {
      userId,
      outcome,
      reason,
      error: error ?? new Error(words),
    });
  }

  /** An agent has a conversation. */
  #noticed(userId: string, conversation: AgentConversation): void {
    const linked = this.#byId.get(conversation.id) ?? this.#linkOf(conversation);
    linked?.add(userId, conversation);
  }

  /** The open binding that a conversation belongs to: what its guest's first frame said counts more than a word. */
  #bindingOf(conversationId: string, participants: readonly AgentParticipant[]): string | undefined {
    const { linkAttribute } = this.#options;
    const customer = participants.find(({ purpose }) => purpose === 'customer');
    const attribute = linkAttribute === undefined ? undefined : customer?.attributes[linkAttribute];
    return [attribute, this.#announced.get(conversationId)].find((id) => id !== undefined && this.#bindings.has(id));
  }

  /** Whether `owner` is an open binding, and another one. */
  #isOthers(bindingId: string, owner: string | undefined): boolean {
    return owner !== undefined && owner !== bindingId && this.#bindings.has(owner);
  }

  #linkOf(conversation: AgentConversation): LinkedConversation | undefined {
    const { id } = conversation;
    const bindingId = this.#bindingOf(id, conversation.participants);
    const listener = bindingId === undefined ? undefined : this.#bindings.get(bindingId);
    if (bindingId === undefined || !listener) return undefined;
    const before = this.#byBinding.get(bindingId);
    // The guest has begun another conversation in the same session.
    if (before) this.#unlink(before);
    const linked = new LinkedConversation({ id, bindingId, listener, clock: this.#options.ports.clock });
    this.#byBinding.set(bindingId, linked);
    this.#byId.set(id, linked);
    this.#relinks.delete(bindingId);
    this.#options.log.info('conversation.linked', { bindingId, genesysConversationId: id });
    return linked;
  }

  #unlink(linked: LinkedConversation): void {
    linked.close();
    this.#byBinding.delete(linked.bindingId);
    this.#byId.delete(linked.id);
  }

  async #adopt(
    userId: string,
    session: AgentSession,
    reading: ConversationReading,
    { signal }: ReadOptions,
  ): Promise<Settled> {
    const { value, ...settled } = await session.adopt(reading, { signal });
    if (!value) return settled;
    this.#noticed(userId, value);
    return { outcome: 'sent', reason: `It is Genesys's conversation ${reading.id}.` };
  }

  #announce(conversationId: string, bindingId: string): void {
    this.#announced.delete(conversationId);
    this.#announced.set(conversationId, bindingId);
    const [oldest] = this.#announced.keys();
    if (oldest !== undefined && this.#announced.size > ANNOUNCED_MAX) this.#announced.delete(oldest);
  }

  /** Finds known conversations again, the newest first, one after the other: half of the limits is for what is wanted now. */
  async #relink(): Promise<void> {
    if (this.#relinking || this.#closed) return;
    this.#cancelRelink?.();
    const next = [...this.#relinks].at(-1);
    if (!next) return;
    this.#relinking = true;
    const isKnown = await this.#find(...next).finally(() => {
      this.#relinking = false;
    });
    const pauseMs = isKnown
      ? (60_000 * RELINK_REQUESTS) / (this.#options.requestsPerMinute * RELINK_SHARE)
      : RELINK_RETRY_MS;
    if (this.#relinks.size > 0 && !this.#closed) this.#cancelRelink = this.#later(pauseMs, () => this.#relink());
  }

  /** Whether it is known now who is in it. */
  #find(bindingId: string, due: Relink): Promise<boolean> {
    const running = this.#finding.get(bindingId);
    if (running) return running;
    const finding = this.#findOnce(bindingId, due).finally(() => this.#finding.delete(bindingId));
    this.#finding.set(bindingId, finding);
    return finding;
  }

  async #findOnce(bindingId: string, { conversationId }: Relink): Promise<boolean> {
    const { outcome, error }: Settled = await this.#link(bindingId, conversationId, {}).catch(
      (thrown: unknown): Settled => {
        const failure = BackchannelError.from(thrown);
        this.#options.log.error('conversation.relink-failed', { bindingId, error: failure });
        return { outcome: 'refused', reason: failure.message, error: failure };
      },
    );
    const isKnown =
      outcome === 'sent' ||
      outcome === 'suppressed:no-conversation' ||
      (outcome === 'refused' && (!error || error.platform?.status === 404));
    // What could not be found out now comes behind the others.
    if (this.#relinks.delete(bindingId) && !isKnown) {
      const askableAtMs = this.#options.ports.clock.now() + RELINK_RETRY_MS;
      this.#relinks = new Map([[bindingId, { conversationId, askableAtMs }], ...this.#relinks]);
    }
    return isKnown;
  }

  #later(delayMs: number, task: () => Promise<void>): () => void {
    const stop = this.#options.ports.clock.after(delayMs, () => {
      this.#cancels.delete(cancel);
      void task();
    });
    const cancel = () => {
      stop();
      this.#cancels.delete(cancel);
    };
    this.#cancels.add(cancel);
    return cancel;
  }
}
