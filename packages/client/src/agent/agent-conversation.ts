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
} from '@backchannel/protocol';
import { AGENT_CHANNEL } from '@backchannel/signals';
import { MessageLog } from '../core/message-log.ts';
import { SnapshotStore } from '../core/snapshot-store.ts';
import { TypingWatch } from '../core/typing-watch.ts';
import { BackchannelError } from '../error.ts';
import type { Notice } from '../notice.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { SharedArbiter } from '../typing/shared-arbiter.ts';
import { Typing, type TypingSignal } from '../typing/typing.ts';
import type { AgentConversationSnapshot, AgentMessage } from './agent-snapshot.ts';
import { MessageReader } from './message-reader.ts';
import type { PlatformApi } from './platform-api.ts';

/** Longest text of an agent's message, in characters; protocol's LIMITS say the same (documented, LIMIT-AGENT-TEXT). */
export const AGENT_TEXT_MAX = 4_000;

/** The most messages that are fetched when a conversation is first seen: the newest ones. */
const FIRST_FETCH_MAX = 50;

const GUEST = 'guest';

/** What a conversation needs of its session. */
export interface ConversationHost {
  readonly api: PlatformApi;
  readonly shared: SharedArbiter;
  readonly ports: Ports;
  readonly userId: string;
  readonly changed: (conversation: AgentConversation) => void;
  readonly message: (conversation: AgentConversation, message: AgentMessage) => void;
  readonly guestTyping: (conversation: AgentConversation, typing: boolean) => void;
  readonly typingSettled: (conversation: AgentConversation, signal: TypingSignal, settled: Settled) => void;
  readonly notice: (notice: Notice) => void;
}

/** One conversation of an agent; `AgentSession` makes it. */
export class AgentConversation {
  readonly id: string;
  /** Report what happens to the agent's draft here: at most 12 frames a minute leave (third-party, LIMIT-AGENT-TYPING). */
  readonly typing: Typing;
  readonly #host: ConversationHost;
  readonly #log = new MessageLog();
  readonly #store = new SnapshotStore<AgentConversationSnapshot>(() => this.#build());
  readonly #guest: TypingWatch;
  readonly #reader: MessageReader;
  #communicationId = '';
  #participantId = '';
  #state: AgentConversationSnapshot['state'] = 'connected';
  #guestName: string | undefined;

  /** Made by the session, with a conversation in which the agent has a leg. */
  constructor(conversation: Conversation, host: ConversationHost) {
    this.id = conversation.id;
    this.#host = host;
    this.#guest = new TypingWatch(host.ports.clock, () => {
      this.#changed();
      host.guestTyping(this, this.snapshot().guestTyping);
    });
    this.#reader = new MessageReader({
      conversationId: this.id,
      api: host.api,
      clock: host.ports.clock,
      read: (message) => this.#show(message, undefined),
      notice: host.notice,
    });
    this.typing = new Typing({
      channel: AGENT_CHANNEL,
      ports: host.ports,
      arbiter: host.shared.share(['token'], this.id),
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

  /** The same object until something changed. */
  snapshot(): AgentConversationSnapshot {
    return this.#store.get();
  }

  /** Calls `listener` whenever the snapshot changed. Returns what unsubscribes. */
  subscribe(listener: () => void): () => void {
    return this.#store.subscribe(listener);
  }

  /**
   * Sends a text and settles with the platform's record of it. It goes once; only a 404 of an outdated leg, which proves
   * that nothing was sent, leads to a second request. After `timeout` it may have arrived: then it stands as sent later.
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
    const tracingId = this.#host.ports.ids.uuid();
    this.#log.begin({ id: tracingId, from: 'agent', text, time: this.#host.ports.wallTime() });
    this.#log.leaving(tracingId);
    this.typing.sent();
    this.#changed();
    let settled = await this.#post(text, signal);
    if (settled.error?.platform?.status === 404 && (await this.#findLeg(signal)))
      settled = await this.#post(text, signal);
    if (settled.value) {
      this.#reader.skip([settled.value.id]);
      this.#show(settled.value, tracingId);
    } else this.#log.fail(tracingId, settled.reason, { final: settled.outcome === 'refused' });
    this.#changed();
    return settled;
  }

  /** The session has read the conversation. False when the agent has no leg in it any more. */
  update(conversation: Conversation): boolean {
    const leg = agentLeg(conversation, this.#host.userId);
    this.#state = leg ? 'connected' : 'disconnected';
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
    this.#reader.skip(ids.slice(0, -FIRST_FETCH_MAX));
    this.#reader.refer(ids.slice(-FIRST_FETCH_MAX));
    this.#changed();
    return leg !== undefined;
  }

  /** The session has heard that the conversation changed. */
  async changedOnPlatform(participants: readonly EventParticipant[]): Promise<void> {
    const referred = (guests: boolean) =>
      participants
        .filter(({ purpose }) => (purpose === 'customer') === guests)
        .flatMap(({ messages }) => messages.map(({ messageId }) => messageId));
    // Known before its text: the guest's message ends the guest's typing now, not when it has been fetched.
    if (this.#reader.refer(referred(true)).length > 0) this.#guest.message(GUEST);
    this.#reader.refer(referred(false));
    const mine = participants.findLast(({ purpose, userId }) => purpose === 'agent' && userId === this.#host.userId);
    if (!mine) return;
    const left = mine.state === 'disconnected' || mine.state === 'terminated';
    if (mine.id !== this.#participantId || left !== (this.#state === 'disconnected')) await this.#findLeg();
  }

  /** The session has heard that the guest types. */
  guestTyped(events: readonly MessageEvent[]): void {
    for (const event of events) {
      if (event.eventType === 'Typing') this.#guest.typing(GUEST, event.typing.duration);
    }
  }

  /** The session can't hear the guest any more. */
  disconnected(): void {
    this.#guest.disconnected();
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
      signal,
    });
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
      signal,
    });
    return settled.value !== undefined && this.update(settled.value) && this.#communicationId !== before;
  }

  #blocked(): Settled | undefined {
    if (this.#state === 'connected') return undefined;
    return {
      outcome: 'suppressed:no-conversation',
      reason: 'The agent is not connected to this conversation any more.',
    };
  }

  async #sendTyping({ durationMs }: TypingSignal, signal: AbortSignal): Promise<Settled> {
    const settled = await this.#host.api.request({
      method: 'POST',
      path: agentTypingPath(this.id, this.#communicationId),
      body: { typing: { type: 'On', duration: durationMs } },
      as: 'signal',
      signal,
    });
    // A signal goes once; the next one finds the new leg.
    if (settled.error?.platform?.status === 404) void this.#findLeg();
    return settled;
  }

  #show(
    { id, direction, text, timestamp, originatingEntity, status }: MessageData,
    tracingId: string | undefined,
  ): void {
    // Events (typing, presence) have no text, and never become part of the transcript.
    if (text === undefined) return;
    const from = direction === 'inbound' ? 'guest' : originatingEntity === 'Bot' ? 'bot' : 'agent';
    const was = this.#log.add({ id, keys: [id], from, text, time: timestamp, tracingId }, { claim: from === 'agent' });
    if (was === 'known') return;
    if (status === 'failed')
      this.#host.notice({ code: 'message.failed', text: `The platform could not deliver "${id}".` });
    this.#changed();
    const message = this.#log.get(id);
    if (message) this.#host.message(this, message);
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
      messages: this.#log.messages,
      guestTyping: this.#guest.shown.length > 0,
    };
  }
}
