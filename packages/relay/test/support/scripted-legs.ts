import type { BackchannelError, Settled } from '@backchannel/client';
import type { Binding } from '../../src/domain/binding.ts';
import type { ParticipantView } from '../../src/domain/commands.ts';
import type { Participant } from '../../src/domain/participant.ts';
import type { AgentLeg, GuestLeg, LegListener, Legs, PlatformMessage, Sent } from '../../src/legs/legs.ts';

/** What happens to one message that is sent. */
export type Fate =
  /** It arrives, and the answer comes. */
  | 'arrives'
  /** It never leaves. */
  | 'stays'
  /** It arrives, and the answer is lost. */
  | 'answer-lost'
  /** It arrives, and the answer says so and not by which ids. */
  | 'unread'
  /** It is lost on its way, and nobody knows. */
  | 'lost'
  /** The platform's rate limit. */
  | 'rate'
  /** The platform refuses it, and always will. */
  | 'refused';

/** When the notification of a message comes, beside the answer to who sent it. */
export type Told = 'before' | 'after' | 'twice' | 'never';

const SENT: Settled = { outcome: 'sent', reason: 'It left.' };

/** One guest's conversation on a platform that does what its test says. */
export class ScriptedConversation {
  binding: Binding;
  readonly listener: LegListener;
  readonly messages: PlatformMessage[] = [];
  /** Typing frames: participant and lifetime. */
  readonly typings: [Participant, number][] = [];
  /** Of the next messages; then `arrives`. */
  fates: Fate[] = [];
  told: Told = 'after';
  typingOutcome: Settled = SENT;
  isHistoryReadable = true;
  histories = 0;
  /** Sends that began and have not been let go on. */
  readonly waiting: (() => void)[] = [];
  /** Each send waits until the test lets it go on. */
  holdsSends = false;
  readonly agents = new Map<string, AgentLeg['state']>();
  state: GuestLeg['state'] = 'live';
  isClosed = false;
  /** The platform has told of it since this leg was opened. */
  isLinked = false;
  #ids = 0;

  constructor(binding: Binding, listener: LegListener) {
    this.binding = binding;
    this.listener = listener;
  }

  readonly guest: GuestLeg = (() => {
    const conversation = this;
    return {
      get state() {
        return conversation.state;
      },
      typing: (durationMs: number) => conversation.typed('guest', durationMs),
      send: (text: string) => conversation.sent('guest', text),
      history: async () => conversation.history(),
      close: async () => {
        conversation.isClosed = true;
        conversation.state = 'closed';
        for (const go of conversation.waiting.splice(0)) go();
      },
    };
  })();

  /** The texts that the platform has, each with who wrote it. */
  get texts(): readonly string[] {
    return this.messages.map(({ participant, text }) => `${participant}: ${text}`);
  }

  agent(userId: string): AgentLeg | undefined {
    const state = this.agents.get(userId);
    if (!state) return undefined;
    const participant = `agent:${userId}` as const;
    return {
      userId,
      state,
      typing: (durationMs) => this.typed(participant, durationMs),
      send: (text) => this.sent(participant, text),
    };
  }

  /** The guest's connection becomes this. */
  becomes(state: GuestLeg['state'], token = this.binding.guest.token): void {
    this.state = state;
    this.listener.guestState({ state, token });
  }

  /** An agent comes, or changes; `disconnected`: leaves. */
  agentIs(userId: string, state: AgentLeg['state']): void {
    this.agents.set(userId, state);
    this.isLinked = true;
    this.listener.linked({
      genesysConversationId: `genesys-of-${this.binding.conversationId}`,
      participants: this.views,
    });
  }

  get views(): readonly ParticipantView[] {
    const guest: ParticipantView = {
      id: `customer-of-${this.binding.conversationId}`,
      participant: 'guest',
      purpose: 'customer',
      name: 'Guest',
      state: 'connected',
    };
    const agents = [...this.agents].map(
      ([userId, state]): ParticipantView => ({
        id: `participant-of-${userId}`,
        participant: `agent:${userId}`,
        purpose: 'agent',
        userId,
        communicationId: `communication-of-${userId}`,
        state,
      }),
    );
    return [guest, ...agents];
  }

  /** The platform has one message more. */
  store(participant: Participant, text: string): PlatformMessage {
    const id = `platform-${++this.#ids}`;
    const message: PlatformMessage = { platformIds: [id], participant, text, time: '2026-01-05T00:00:00.000Z' };
    this.messages.push(message);
    return message;
  }

  tell(message: PlatformMessage): void {
    this.listener.message(message);
  }

  history(): Settled<readonly PlatformMessage[]> {
    this.histories += 1;
    if (this.state !== 'live') return { outcome: 'offline', reason: `The connection is ${this.state}.` };
    if (!this.isHistoryReadable) return { outcome: 'timeout', reason: 'No answer came.' };
    return { outcome: 'sent', reason: 'Read.', value: [...this.messages] };
  }

  async typed(participant: Participant, durationMs: number): Promise<Settled> {
    this.typings.push([participant, durationMs]);
    return this.typingOutcome;
  }

  async sent(participant: Participant, text: string): Promise<Sent> {
    const fate = this.fates.shift() ?? 'arrives';
    if (this.holdsSends) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.isClosed || fate === 'stays')
      return { outcome: 'offline', reason: 'It is away.', mayHaveArrived: false, final: false };
    if (fate === 'refused')
      return { outcome: 'refused', reason: 'Refused with 400.', mayHaveArrived: false, final: true };
    if (fate === 'rate') {
      return {
        outcome: 'refused',
        reason: 'Refused with 429.',
        retryAfterMs: 7_000,
        mayHaveArrived: false,
        final: false,
      };
    }
    const doubt: Sent = {
      outcome: 'timeout',
      reason: 'It left, and nobody knows.',
      mayHaveArrived: true,
      final: false,
    };
    if (fate === 'lost') return doubt;
    const message = this.store(participant, text);
    if (this.told === 'before' || this.told === 'twice') this.tell(message);
    if (this.told === 'after' || this.told === 'twice') queueMicrotask(() => this.tell(message));
    if (fate === 'unread')
      return { outcome: 'sent', reason: 'The platform took it.', mayHaveArrived: false, final: false };
    return fate === 'answer-lost'
      ? doubt
      : { outcome: 'sent', reason: 'Its copy came.', value: message, mayHaveArrived: false, final: false };
  }
}

/** Legs without a platform behind them: one `ScriptedConversation` per binding, that a test plays the platform with. */
export class ScriptedLegs implements Legs {
  readonly byConversation = new Map<string, ScriptedConversation>();
  readonly links: string[] = [];
  /** Finds a conversation of before a restart again; here it is never found by asking. */
  relinked: (bindingId: string) => Promise<void> = () => new Promise(() => {});
  /** State in which the next guests begin. */
  beginsAs: GuestLeg['state'] = 'live';
  /** What the platform knew before: a restart of the relay, not of the platform. */
  readonly #before: ScriptedLegs | undefined;

  constructor(before?: ScriptedLegs) {
    this.#before = before;
  }

  of(conversationId: string): ScriptedConversation {
    const found = this.byConversation.get(conversationId);
    if (!found) throw new Error(`No leg was opened for ${conversationId}.`);
    return found;
  }

  /** What the platform refuses to open; absent: nothing. */
  refusal: BackchannelError | undefined;

  checkGuest(): void {
    if (this.refusal) throw this.refusal;
  }

  openGuest(binding: Binding, listener: LegListener): GuestLeg {
    this.checkGuest();
    const conversation = new ScriptedConversation(binding, listener);
    const before = this.#before?.byConversation.get(binding.conversationId);
    for (const { participant, text } of before?.messages ?? []) conversation.store(participant, text);
    conversation.state = this.beginsAs;
    this.byConversation.set(binding.conversationId, conversation);
    return conversation.guest;
  }

  agent(bindingId: string, userId: string): AgentLeg | undefined {
    return this.#ofBinding(bindingId)?.agent(userId);
  }

  agents(bindingId: string): readonly AgentLeg[] {
    const conversation = this.#ofBinding(bindingId);
    return [...(conversation?.agents ?? [])].flatMap(([userId, state]) =>
      state === 'connected' ? (conversation?.agent(userId) ?? []) : [],
    );
  }

  async link(bindingId: string, genesysConversationId: string): Promise<Settled> {
    this.links.push(`${bindingId} ${genesysConversationId}`);
    return SENT;
  }

  awaitsRelink(bindingId: string): boolean {
    const conversation = this.#ofBinding(bindingId);
    return conversation?.binding.genesysConversationId !== undefined && !conversation.isLinked;
  }

  relink(bindingId: string): Promise<void> {
    return this.relinked(bindingId);
  }

  async close(): Promise<void> {}

  #ofBinding(bindingId: string): ScriptedConversation | undefined {
    return [...this.byConversation.values()].find(({ binding }) => binding.id === bindingId);
  }
}
