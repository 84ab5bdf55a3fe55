import type { Agenda } from '@backchannel/client';
import type { Log } from '../observe/log.ts';
import type { Conversation } from './conversation.ts';
import type { Conversations } from './conversations.ts';
import type { EventLog } from './event-log.ts';
import type { Lanes } from './lanes.ts';
import type { TypingPlane } from './typing-plane.ts';

/** How long a conversation that a client ends waits for its lane to be empty; what is in it then fails. */
const UNBIND_WAIT_MS = 10_000;

export interface EndingsOptions {
  readonly conversations: Conversations;
  readonly events: EventLog;
  readonly lanes: Lanes;
  readonly plane: TypingPlane;
  readonly agenda: Agenda;
  readonly log: Log;
  readonly wallTime: () => string;
}

/** How conversations end: by their client's wish, or because the guest's session is over. */
export class Endings {
  readonly #options: EndingsOptions;

  constructor(options: EndingsOptions) {
    this.#options = options;
  }

  /** What was accepted still goes, as far as it can within `UNBIND_WAIT_MS`; nothing new is taken meanwhile. */
  async unbind(conversation: Conversation): Promise<void> {
    if (!conversation.isOpen) return;
    conversation.closing = true;
    conversation.legChanged();
    await this.#options.lanes.find(conversation)?.untilEmpty(UNBIND_WAIT_MS);
    await this.end(conversation, 'unbound');
  }

  /** Once; later calls do nothing. */
  async end(conversation: Conversation, reason: string): Promise<void> {
    const { conversations, events, lanes, plane, log, wallTime } = this.#options;
    const { id: bindingId, clientId } = conversation.binding;
    if (conversation.binding.state === 'ended') return;
    conversation.binding = { ...conversation.binding, state: 'ended', endedBecause: reason };
    conversation.legChanged();
    plane.left(conversation, () => true);
    log.info('conversation.ended', { bindingId, clientId });
    try {
      await events.record([
        { kind: 'update-binding', bindingId, ended: { because: reason } },
        { kind: 'append-event', bindingId, body: { kind: 'conversation', state: 'ended', reason }, time: wallTime() },
      ]);
    } finally {
      conversations.forget(conversation);
      await conversation.guestLeg?.close();
    }
    // What still waits can't be sent any more: the lane writes that down, one after the other.
    const lane = lanes.find(conversation);
    lane?.poke();
    await lane?.untilEmpty(UNBIND_WAIT_MS);
    lanes.forget(conversation);
  }
}
