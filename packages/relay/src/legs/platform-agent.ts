import { BackchannelError, declareTyping, type Settled } from '@backchannel/client';
import type { AgentConversation } from '@backchannel/client/agent';
import type { AgentLeg, Sent } from './legs.ts';

/** Statuses of a refusal that speak of the moment and not of the message: who may, too slow, too much. */
const PASSING = new Set([401, 408, 429]);

/** In words for the caller; the SDK's name the address. One text for all also costs less to answer with than one for each. */
const TYPING_SENT: Settled = { outcome: 'sent', reason: 'Genesys has it.' };

/** One agent in one conversation, through the platform's REST API. */
export class PlatformAgent implements AgentLeg {
  readonly userId: string;
  readonly #conversation: AgentConversation;

  constructor(userId: string, conversation: AgentConversation) {
    this.userId = userId;
    this.#conversation = conversation;
  }

  get state(): AgentLeg['state'] {
    return this.#conversation.state;
  }

  async typing(durationMs: number): Promise<Settled> {
    const settled = await declareTyping(this.#conversation.typing, durationMs);
    return settled.outcome === 'sent' ? TYPING_SENT : settled;
  }

  async send(text: string): Promise<Sent> {
    try {
      const { value, ...settled } = await this.#conversation.send(text);
      const { outcome, error } = settled;
      const status = outcome === 'refused' ? (error?.platform?.status ?? 0) : 0;
      return {
        ...settled,
        value: value && {
          platformIds: [value.id],
          participant: `agent:${this.userId}`,
          text,
          time: value.timestamp,
        },
        // A server that failed, or was lost while it answered, may have done it.
        mayHaveArrived:
          outcome === 'timeout' || outcome === 'aborted' || status >= 500 || error?.code === 'http.unreachable',
        final: status >= 400 && status < 500 && !PASSING.has(status),
      };
    } catch (thrown) {
      const error = BackchannelError.from(thrown);
      return { outcome: 'refused', reason: error.message, error, mayHaveArrived: false, final: true };
    }
  }
}
