import {
  agentLeg,
  agentMessagesPath,
  agentTypingPath,
  type Conversation,
  conversationPath,
  type EventParticipant,
  type MessageData,
  type MessageEvent,
  parseConversation,
  parseMessageData,
  participantAttributesPath,
  participantPath,
  replaceParticipantPath,
} from '@backchannel/protocol';
import { AGENT_CHANNEL } from '@backchannel/signals';
import { MessageLog } from '../core/message-log.ts';
import { SnapshotStore } from '../core/snapshot-store.ts';
import { TypingWatch } from '../core/typing-watch.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { TypingArbiter } from '../typing/shared-arbiter.ts';
import { Typing, type TypingSignal } from '../typing/typing.ts';
import type { AgentConversationSnapshot, AgentMessage } from './agent-snapshot.ts';
import { DeliveryWatch } from './delivery-watch.ts';
import { MessageReader } from './message-reader.ts';
import { type AgentParticipant, participantsAfter, participantsOf } from './participants.ts';
import type { PlatformApi } from './platform-api.ts';

/** Longest text of an agent's message, in characters; protocol's LIMITS say the same (documented, LIMIT-AGENT-TEXT). */
export const AGENT_TEXT_MAX = 4_000;

/** The most messages that are fetched when a conversation is first seen: the newest ones. */
const FIRST_FETCH_MAX = 50;

const GUEST = 'guest';

/** What a conversation needs of its session. */
export interface ConversationHost {
  readonly api: PlatformApi;
  /** The line of this conversation's typing within the limits. */
  readonly typing: (conversationId: string) => TypingArbiter;
  readonly ports: Ports;
  readonly userId: string;
  /** Ends with the session; absent: it has ended. */
  readonly life: () => AbortSignal | undefined;
  readonly delivery: (conversation: AgentConversation, message: AgentMessage) => void;
  readonly changed: (conversation: AgentConversation) => void;
  readonly message: (conversation: AgentConversation, message: AgentMessage) => void;
  readonly guestTyping: (conversation: AgentConversation, typing: boolean) => void;
  readonly typingSettled: (conversation: AgentConversation, signal: TypingSignal, settled: Settled) => void;
  readonly notice: (notice: Notice) => void;
}

/** Options of the calls that change who takes part. */
export interface AgentCallOptions {
  /** Gives up waiting; what the platform has by then stays done. */
  readonly signal?: AbortSignal | undefined;
}

/** Whom a conversation is handed to. */
export type TransferTarget = { readonly userId: string } | { readonly queueId: string };

const OVER: Settled = { outcome: 'offline', reason: 'The session is closed: connect() it first.' };

/** The leg that was spoken through is not there, or not connected: the conversation tells which one is. */
const isOutdated = ({ error }: Settled<unknown>): boolean =>
  error?.platform?.status === 404 || error?.platform?.status === 409;

/** One conversation of an agent; `AgentSession` makes it. */
export class AgentConversation {
  readonly id: string;
  /** Report what happens to the agent's draft here: at most 12 frames a minute leave (third-party, LIMIT-AGENT-TYPING). */
  readonly typing: Typing;
  readonly #host: ConversationHost;
  readonly #log = new MessageLog();
  readonly #deliveries: DeliveryWatch;
  readonly #store = new SnapshotStore<AgentConversationSnapshot>(() => this.#build());
  readonly #guest: TypingWatch;
  readonly #reader: MessageReader;
  #communicationId = '';
  #participantId = '';
  #state: AgentConversationSnapshot['state'] = 'connected';
  #guestName: string | undefined;
  #participants: readonly AgentParticipant[] = [];
  readonly #startTime: string | undefined;

  /** Made by the session, with a conversation in which the agent has a leg. */
  constructor(conversation: Conversation, host: ConversationHost) {
    this.id = conversation.id;
    this.#startTime = conversation.startTime;
    this.#host = host;
    this.#guest = new TypingWatch(host.ports.clock, () => {
      this.#changed();
      host.guestTyping(this, this.#guest.shown.length > 0);
    });
    this.#deliveries = new DeliveryWatch({
      conversationId: this.id,
      api: host.api,
      life: host.life,
      log: this.#log,
      notice: host.notice,
      changed: (message) => {
        this.#changed();
        host.delivery(this, message);
      },
    });
    this.#reader = new MessageReader({
      conversationId: this.id,
      api: host.api,
      clock: host.ports.clock,
      life: host.life,
      read: (message) => this.#show(message, undefined),
      notice: host.notice,
    });
    this.typing = new Typing({
      channel: AGENT_CHANNEL,
      ports: host.ports,
      arbiter: host.typing(this.id),
      blocked: () => this.#blocked(),
      send: (signal, options) => this.#sendTyping(signal, options.signal),
      onSettled: (signal, settled) => host.typingSettled(this, signal, settled),
    });
    this.update(conversation);
  }

  /** The agent's leg. It changes when the conversation is handed to the agent again. */
  get communicationId(): string {
    return this.#communicationId;
  }

  /** As in the snapshot, which costs a look at every message. */
  get state(): AgentConversationSnapshot['state'] {
    return this.#state;
  }

  /** As in the snapshot. */
  get participants(): readonly AgentParticipant[] {
    return this.#participants;
  }

  /** The same object until something changed. */
  snapshot(): AgentConversationSnapshot {
    return this.#store.get();
  }

  /** Calls `listener` whenever the snapshot changed. Returns what unsubscribes. */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /**
   * Sends a text and settles with the platform's record of it. It goes once; only the 404 or 409 of an outdated leg, which
   * proves that nothing was sent, leads to a second request. After `timeout` it may have arrived: then it stands as sent
   * later. `sent` without a value has an answer that could not be read (`error`): the platform has it, and it stands as sent
   * when it is shown. What becomes of it afterwards stands in `delivery` of its message.
   *
   * @throws BackchannelError `text.invalid` (blank, or over 4,000 characters).
   */
  async send(
    text: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Settled<MessageData>> {
    if (typeof text !== 'string' || !text.trim() || text.length > AGENT_TEXT_MAX) {
      const found = typeof text === 'string' ? `${text.length} characters` : typeof text;
      throw new BackchannelError(
        'text.invalid',
        `Cannot send ${found}. Pass text that is not blank, up to ${AGENT_TEXT_MAX}.`,
      );
    }
    const blocked = this.#blocked();
    if (blocked) return { ...blocked, value: undefined };
    const tracingId = this.#host.ports.ids.uuid();
    this.#log.begin({ id: tracingId, from: 'agent', text, time: this.#host.ports.wallTime() });
    this.#log.leaving(tracingId);
    this.typing.sent();
    this.#changed();
    let settled = await this.#post(text, signal);
    if (isOutdated(settled) && (await this.#findLeg(signal))) settled = await this.#post(text, signal);
    if (settled.value) {
      this.#reader.skip([settled.value.id]);
      this.#show(settled.value, tracingId);
    } else if (settled.outcome !== 'sent') {
      this.#log.fail(tracingId, settled.reason, { final: settled.outcome === 'refused' });
    }
    this.#changed();
    return settled;
  }

  /** The session has read the conversation. False when the agent has no leg in it any more. */
  update(conversation: Conversation): boolean {
    const leg = agentLeg(conversation, this.#host.userId);
    this.#state = !leg ? 'disconnected' : leg.communication.state === 'alerting' ? 'alerting' : 'connected';
    this.#participants = participantsOf(conversation);
    if (leg) {
      this.#communicationId = leg.communication.id;
      this.#participantId = leg.participant.id;
    } else {
      this.close();
    }
    this.#guestName = conversation.participants.find(({ purpose }) => purpose === 'customer')?.name;
    const references = conversation.participants.flatMap(({ communications }) =>
      communications.flatMap(({ messages }) => messages),
    );
    references.sort((a, b) => ((a.messageTime ?? '') < (b.messageTime ?? '') ? -1 : 1));
    const ids = references.map(({ messageId }) => messageId);
    this.#deliveries.referred(references);
    this.#reader.skip(ids.slice(0, -FIRST_FETCH_MAX));
    this.#reader.refer(ids.slice(-FIRST_FETCH_MAX), 'read');
    this.#changed();
    return leg !== undefined;
  }

  /** The session has heard that the conversation changed. */
  async changedOnPlatform(participants: readonly EventParticipant[]): Promise<void> {
    const referred = (guests: boolean) =>
      participants.filter(({ purpose }) => (purpose === 'customer') === guests).flatMap(({ messages }) => messages);
    const idsOf = (guests: boolean) => referred(guests).map(({ messageId }) => messageId);
    // Known before its text: the guest's message ends the guest's typing now, not when it has been fetched.
    const news = this.#reader.refer(idsOf(true));
    for (const { messageId, messageTime } of referred(true)) {
      if (news.includes(messageId)) this.#guest.message(GUEST, messageTime);
    }
    this.#reader.refer(idsOf(false));
    this.#participants = participantsAfter(this.#participants, participants);
    this.#deliveries.referred(referred(false));
    this.#changed();
    const mine = participants.findLast(({ purpose, userId }) => purpose === 'agent' && userId === this.#host.userId);
    if (!mine) return;
    const left = mine.state === 'disconnected' || mine.state === 'terminated';
    const state = left ? 'disconnected' : mine.state === 'alerting' ? 'alerting' : 'connected';
    if (mine.id !== this.#participantId || state !== this.#state) await this.#findLeg();
  }

  /** The session has heard that the guest types. `time`: the platform's, ISO 8601, where it says one. */
  guestTyped(events: readonly MessageEvent[], time?: string | undefined): void {
    for (const event of events) {
      if (event.eventType === 'Typing') this.#guest.typing(GUEST, event.typing.duration, time);
    }
  }

  /** The session can't hear the guest any more. */
  disconnected(): void {
    this.#guest.disconnected();
  }

  /** Whether this is that conversation, and not another that has its id after a restart. */
  isSameAs({ id, startTime }: Conversation): boolean {
    return id === this.id && (startTime === this.#startTime || !startTime || !this.#startTime);
  }

  /** The platform has it no more. */
  ended(): void {
    this.#state = 'disconnected';
    this.close();
    this.#changed();
  }

  /**
   * Answers it while it alerts (documented, PARTICIPANT-STATE). Needs nothing where agents answer automatically; settles as
   * `coalesced` then.
   */
  async answer(options: AgentCallOptions = {}): Promise<Settled> {
    if (this.#state === 'connected') return { outcome: 'coalesced', reason: 'It was answered already.' };
    return this.#changeState('connected', options);
  }

  /**
   * Leaves it. When no other agent or queue has it, it is over for everybody (assumed, CONVERSATION-END-LAST-AGENT).
   */
  async leave(options: AgentCallOptions = {}): Promise<Settled> {
    if (this.#state === 'disconnected') return { outcome: 'coalesced', reason: 'The agent had left already.' };
    return this.#changeState('disconnected', options);
  }

  /**
   * Hands it to another user or to a queue (documented, TRANSFER). The agent's own leg ends; if the conversation comes back,
   * this object goes on with its new leg.
   *
   * @throws BackchannelError `option.invalid`.
   */
  async transfer(to: TransferTarget, { signal }: AgentCallOptions = {}): Promise<Settled> {
    const [name, id] = 'userId' in to ? ['userId', to.userId] : ['queueId', to.queueId];
    if (typeof id !== 'string' || id === '') {
      throw new BackchannelError(
        'option.invalid',
        `${name} is ${id === '' ? 'empty' : typeof id}. Pass the id of a ${name.slice(0, -2)}.`,
      );
    }
    return this.#ask('POST', replaceParticipantPath(this.id, this.#participantId), { [name]: id }, signal);
  }

  /**
   * Sets attributes of a participant, by default of the guest's, where agent scripts can show them (documented,
   * PARTICIPANT-ATTRIBUTES). Those that are not named stay (assumed, PARTICIPANT-ATTRIBUTES-MERGED).
   *
   * @throws BackchannelError `attributes.invalid` (values are texts).
   */
  async setAttributes(
    attributes: Readonly<Record<string, string>>,
    { signal, participantId }: AgentCallOptions & { readonly participantId?: string | undefined } = {},
  ): Promise<Settled> {
    const wrong = Object.entries(attributes).find(([, value]) => typeof value !== 'string');
    if (wrong) {
      throw new BackchannelError(
        'attributes.invalid',
        `"${wrong[0]}" is ${typeof wrong[1]}. Values of attributes are texts.`,
      );
    }
    const id = participantId ?? this.#participants.find(({ purpose }) => purpose === 'customer')?.id ?? '';
    const settled = await this.#request('PATCH', participantAttributesPath(this.id, id), { attributes }, signal);
    if (settled.outcome === 'sent') {
      this.#participants = this.#participants.map((each) =>
        each.id === id ? { ...each, attributes: { ...each.attributes, ...attributes } } : each,
      );
      this.#changed();
    }
    return settled;
  }

  /** The session is over, or the agent has left. */
  close(): void {
    this.typing.stop();
    this.#reader.close();
    this.#guest.disconnected();
  }

  #post(text: string, signal: AbortSignal | undefined): Promise<Settled<MessageData>> {
    return this.#host.api.request({
      method: 'POST',
      path: agentMessagesPath(this.id, this.#communicationId),
      body: { textBody: text },
      guard: parseMessageData,
      as: 'message',
      signal: this.#until(signal),
    });
  }

  #changeState(state: 'connected' | 'disconnected', { signal }: AgentCallOptions): Promise<Settled> {
    return this.#ask('PATCH', participantPath(this.id, this.#participantId), { state }, signal);
  }

  /** Asks for a change of the agent's part, and reads what came of it: the event that tells may be long. */
  async #ask(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal | undefined): Promise<Settled> {
    const settled = await this.#request(method, path, body, signal);
    if (settled.outcome === 'sent' || isOutdated(settled)) await this.#findLeg(signal);
    return settled;
  }

  #request(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal | undefined): Promise<Settled> {
    if (!this.#host.life()) return Promise.resolve(OVER);
    return this.#host.api.request({ method, path, body, as: 'other', signal: this.#until(signal) });
  }

  /** Ends with the session, too. */
  #until(signal: AbortSignal | undefined): AbortSignal | undefined {
    const life = this.#host.life();
    return signal && life ? AbortSignal.any([signal, life]) : (signal ?? life);
  }

  /** Reads the conversation again for the agent's leg. True when it is another than before. */
  async #findLeg(signal?: AbortSignal): Promise<boolean> {
    const before = this.#communicationId;
    const path = conversationPath(this.id);
    const settled = await this.#host.api.request({
      method: 'GET',
      path,
      guard: parseConversation,
      as: 'other',
      signal: this.#until(signal),
    });
    return settled.value !== undefined && this.update(settled.value) && this.#communicationId !== before;
  }

  #blocked(): Settled | undefined {
    if (!this.#host.life()) return OVER;
    if (this.#state === 'connected') return undefined;
    const reason =
      this.#state === 'alerting'
        ? 'The conversation still alerts: answer() it first.'
        : 'The agent is not connected to this conversation any more.';
    return { outcome: 'suppressed:no-conversation', reason };
  }

  async #sendTyping({ durationMs }: TypingSignal, signal: AbortSignal): Promise<Settled> {
    const settled = await this.#host.api.request({
      method: 'POST',
      path: agentTypingPath(this.id, this.#communicationId),
      body: { typing: { type: 'On', duration: durationMs } },
      as: 'signal',
      // The end of the session stops `typing`, and that aborts it.
      signal,
    });
    // A signal goes once; the next one finds the new leg.
    if (isOutdated(settled)) void this.#findLeg();
    return settled;
  }

  #show(
    { id, direction, text, timestamp, originatingEntity, status, receipts }: MessageData,
    tracingId: string | undefined,
  ): void {
    // Events (typing, presence) have no text, and never become part of the transcript.
    if (text === undefined) return;
    const from = direction === 'inbound' ? 'guest' : originatingEntity === 'Bot' ? 'bot' : 'agent';
    const was = this.#log.add({ id, keys: [id], from, text, time: timestamp, tracingId }, { claim: from === 'agent' });
    if (direction !== 'inbound') this.#deliveries.read({ id, status, receipts });
    if (was === 'known') return;
    this.#changed();
    const message = this.#deliveries.get(id);
    if (message) this.#host.message(this, message);
    this.#deliveries.shown(id);
  }

  #changed(): void {
    this.#store.changed();
    this.#host.changed(this);
  }

  #build(): AgentConversationSnapshot {
    return {
      id: this.id,
      communicationId: this.#communicationId,
      state: this.#state,
      guestName: this.#guestName,
      participants: this.#participants,
      messages: this.#deliveries.messages,
      guestTyping: this.#guest.shown.length > 0,
    };
  }
}
