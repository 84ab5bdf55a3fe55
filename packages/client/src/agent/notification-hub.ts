import type { NotificationFrame } from '@backchannel/protocol';
import { BackchannelError } from '../error.ts';
import type { Settled } from '../settled.ts';
import { type ChannelWait, NotificationChannel, type NotificationChannelOptions } from './notification-channel.ts';

/** The most channels of one user and application; one more would end the oldest (documented, LIMIT-CHANNELS). */
export const CHANNELS_MAX = 20;

/** Somebody who listens to topics. */
export interface Subscriber {
  readonly topics: readonly string[];
  readonly frame: (frame: NotificationFrame) => void;
  /** A frame was dropped. Whose it was can't be known. */
  readonly unreadable: (reason: string) => void;
  /** It hears from now on. `gap`: there was a time in which it did not. */
  readonly opened: (gap: boolean) => void;
  readonly waiting: (wait: ChannelWait) => void;
  /** It will hear nothing more, and has been removed. */
  readonly ended: (state: 'closed' | 'failed', reason: string) => void;
}

interface Member {
  readonly subscriber: Subscriber;
  readonly line: Line;
  joined: boolean;
  /** Why the platform does not give it a topic. */
  refusal: string | undefined;
}

/** A channel with those who share it. */
interface Line {
  readonly channel: NotificationChannel;
  readonly members: Set<Member>;
  readonly byTopic: Map<string, Set<Member>>;
}

/**
 * All who listen with one token, on as few channels as the platform's limits allow: a channel takes 1,000 topics (documented,
 * LIMIT-TOPICS), and there are {@link CHANNELS_MAX}. A channel lives while somebody listens to it.
 */
export class NotificationHub {
  readonly #options: Pick<NotificationChannelOptions, 'api' | 'ports'>;
  readonly #lines = new Set<Line>();
  readonly #members = new Map<Subscriber, Member>();

  constructor(options: Pick<NotificationChannelOptions, 'api' | 'ports'>) {
    this.#options = options;
  }

  /**
   * Subscribes to all of its topics, or to none. `opened` comes when it hears. Throws when no socket can be made at all.
   */
  async join(subscriber: Subscriber): Promise<Settled> {
    const { topics } = subscriber;
    const line = [...this.#lines].find(({ channel }) => channel.hasRoomFor(topics)) ?? this.#newLine();
    if (!line) {
      const error = new BackchannelError(
        'agents.full',
        `No room for ${topics.length} more topics: ${CHANNELS_MAX} notification channels are full. Use another OAuth client.`,
      );
      return { outcome: 'refused', reason: error.message, error };
    }
    const member: Member = { subscriber, line, joined: false, refusal: undefined };
    this.#members.set(subscriber, member);
    line.members.add(member);
    for (const topic of topics) line.byTopic.set(topic, (line.byTopic.get(topic) ?? new Set()).add(member));
    try {
      const settled = await line.channel.add(topics);
      if (!line.members.has(member)) return { outcome: 'aborted', reason: 'It left before it was subscribed.' };
      member.joined = settled.outcome === 'sent' && member.refusal === undefined;
      if (member.joined && line.channel.isOpen) subscriber.opened(false);
      return member.refusal === undefined ? settled : { outcome: 'refused', reason: member.refusal };
    } finally {
      if (!member.joined) this.#remove(member);
    }
  }

  /** Nobody else notices. Does nothing when it is not here. */
  leave(subscriber: Subscriber): void {
    const member = this.#members.get(subscriber);
    if (member) this.#remove(member);
  }

  /** Ends it for everybody. */
  close(reason: string): void {
    for (const line of this.#lines) this.#endLine(line, 'closed', reason);
  }

  #newLine(): Line | undefined {
    if (this.#lines.size >= CHANNELS_MAX) return undefined;
    const joined = () => [...line.members].filter((member) => member.joined);
    const channel = new NotificationChannel({
      ...this.#options,
      frame: (frame) => {
        if (!('topic' in frame)) return;
        for (const { subscriber } of line.byTopic.get(frame.topic) ?? []) subscriber.frame(frame);
      },
      unreadable: (reason) => {
        for (const { subscriber } of joined()) subscriber.unreadable(reason);
      },
      opened: (gap) => {
        for (const { subscriber } of joined()) subscriber.opened(gap);
      },
      waiting: (wait) => {
        for (const { subscriber } of joined()) subscriber.waiting(wait);
      },
      refused: (topic, reason) => {
        for (const member of line.byTopic.get(topic) ?? []) {
          member.refusal = reason;
          if (!member.joined) continue;
          this.#remove(member);
          member.subscriber.ended('failed', reason);
        }
      },
      failed: (reason) => this.#endLine(line, 'failed', reason),
    });
    const line: Line = { channel, members: new Set(), byTopic: new Map() };
    this.#lines.add(line);
    return line;
  }

  #remove(member: Member): void {
    const { line, subscriber } = member;
    if (!line.members.delete(member)) return;
    this.#members.delete(subscriber);
    const unused = subscriber.topics.filter((topic) => {
      const listening = line.byTopic.get(topic);
      listening?.delete(member);
      return listening?.size === 0 && line.byTopic.delete(topic);
    });
    if (line.members.size > 0) {
      line.channel.remove(unused);
      return;
    }
    this.#lines.delete(line);
    line.channel.close();
  }

  #endLine(line: Line, state: 'closed' | 'failed', reason: string): void {
    const members = [...line.members];
    // All leave before the first hears of it: who then joins again joins a channel that lives.
    for (const member of members) this.#remove(member);
    for (const { subscriber } of members) subscriber.ended(state, reason);
  }
}
