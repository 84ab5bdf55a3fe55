import { messageKey, type StructuredMessage } from '@backchannel/protocol';
import { type ChatMessage, MessageLog } from '../core/message-log.ts';
import { TypingWatch } from '../core/typing-watch.ts';
import type { Ports } from '../ports.ts';

/** The sender under which everybody on the other side types: a guest sees one partner at a time. */
const OTHER_SIDE = 'agent';

export interface GuestConversationOptions {
  readonly ports: Pick<Ports, 'clock' | 'wallTime'>;
  /** A message is new, or one of the guest's own came back. */
  readonly message: (message: ChatMessage) => void;
  readonly typing: () => void;
}

/** What the guest sees of the conversation: its messages, who types, and whether there is one at all. */
export class GuestConversation {
  readonly log = new MessageLog();
  readonly #options: GuestConversationOptions;
  readonly #agents: TypingWatch;
  #agentName: string | undefined;
  /** A conversation exists: only then may typing be signalled, for a signal never opens one. */
  open = false;

  constructor(options: GuestConversationOptions) {
    this.#options = options;
    this.#agents = new TypingWatch(options.ports.clock, options.typing);
  }

  get agentTyping(): boolean {
    return this.#agents.shown.length > 0;
  }

  get typingNames(): readonly string[] {
    return this.agentTyping && this.#agentName ? [this.#agentName] : [];
  }

  /** A live frame. A message of the other side ends its typing. */
  show(message: StructuredMessage, tracingId: string | undefined, showsTyping: boolean): void {
    const outbound = message.direction === 'Outbound';
    const typing = message.events.find(({ eventType }) => eventType === 'Typing');
    if (typing?.eventType === 'Typing' && outbound && showsTyping) {
      this.#agentName = message.channel?.from?.nickname;
      this.#agents.typing(OTHER_SIDE, typing.typing.duration, message.channel?.time);
    }
    this.add(message, tracingId, 'live');
  }

  /**
   * Takes a message in. `live`: as it happens. `missed`: from history, and it may be one of ours without a tracingId. `older`:
   * from before everything known, so that nobody is told of it.
   */
  add(message: StructuredMessage, tracingId: string | undefined, from: 'live' | 'missed' | 'older'): void {
    const { id, type, direction, text = '', channel, originatingEntity, events, content } = message;
    for (const event of events) {
      if (event.eventType !== 'Presence') continue;
      if (event.presence.type === 'Join') this.open = true;
      if (event.presence.type === 'Clear' || event.presence.type === 'Disconnect') this.open = false;
    }
    // Events (typing, presence) never become part of the transcript.
    if (type === 'Event') return;
    this.open = true;
    if (!text && !content.length) return;
    const key = messageKey(message);
    const inbound = direction === 'Inbound';
    const known = {
      id: key,
      // Live and past shapes of one message can differ in which of the two ids they carry (third-party, GUEST-MESSAGE-KEY).
      keys: [key, id],
      from: inbound ? 'guest' : originatingEntity === 'Bot' ? 'bot' : 'agent',
      text,
      time: channel?.time ?? this.#options.ports.wallTime(),
      tracingId,
      name: channel?.from?.nickname,
      content: content.length ? content : undefined,
    } as const;
    if (this.log.add(known, { claim: from === 'missed' }) === 'known') return;
    // First, so that whoever hears of the message sees nobody typing it any more.
    if (from === 'live' && !inbound) this.#agents.message(OTHER_SIDE, channel?.time);
    const shown = this.log.get(key);
    if (shown && from !== 'older') this.#options.message(shown);
  }

  /** The conversation is gone, or another one: nothing is open, and of its messages only those that never arrived stay. */
  clear(): void {
    this.open = false;
    this.log.clear();
  }

  /** Nobody is heard any more. */
  silence(): void {
    this.#agents.disconnected();
  }
}
