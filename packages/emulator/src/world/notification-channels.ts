import type { SeededIds } from '../ids.ts';
import type { Timeline } from '../timeline.ts';

/** Life of a channel; (re)subscribing starts it again (third-party, NOTIFY-CHANNEL-LIFE). */
const CHANNEL_LIFE_MS = 86_400_000;

/** The open socket of a channel. Implemented by the notification surface. */
export interface ChannelLink {
  send(topic: string, text: string, conversationId?: string): void;
}

export interface ChannelOwner {
  readonly clientId: string;
  readonly userId: string | undefined;
}

const isSame = (left: ChannelOwner, right: ChannelOwner): boolean =>
  left.clientId === right.clientId && left.userId === right.userId;

export interface NotificationChannel {
  readonly id: string;
  /** A user with a client, or a client alone: whose channels are counted together (documented, LIMIT-CHANNELS). */
  readonly owner: ChannelOwner;
  /** The access token that made it. */
  readonly tokenText: string;
  topics: Set<string>;
  expiresAtMs: number;
  usedAtMs: number;
  link?: ChannelLink | undefined;
}

/** The notification channels and who listens to which topic. */
export class NotificationChannels {
  readonly #ids: SeededIds;
  readonly #timeline: Timeline;
  readonly #channels = new Map<string, NotificationChannel>();

  constructor(ids: SeededIds, timeline: Timeline) {
    this.#ids = ids;
    this.#timeline = timeline;
  }

  /** A channel that has not expired. */
  find(id: string): NotificationChannel | undefined {
    const channel = this.#channels.get(id);
    return channel !== undefined && channel.expiresAtMs > this.#timeline.nowMs() ? channel : undefined;
  }

  listOf(owner: ChannelOwner): readonly NotificationChannel[] {
    return [...this.#channels.values()].filter((each) => isSame(each.owner, owner) && this.find(each.id) !== undefined);
  }

  /** A channel that has not expired, if it is this owner's. */
  findOf(owner: ChannelOwner, id: string): NotificationChannel | undefined {
    const channel = this.find(id);
    return channel !== undefined && isSame(channel.owner, owner) ? channel : undefined;
  }

  /** Removes and returns the channels that fit. */
  take(fits: (channel: NotificationChannel) => boolean): readonly NotificationChannel[] {
    const taken = [...this.#channels.values()].filter(fits);
    for (const channel of taken) this.#channels.delete(channel.id);
    return taken;
  }

  /** One above `max` removes the owner's least recently used, unconnected ones first (documented, LIMIT-CHANNELS). */
  create(
    owner: ChannelOwner,
    tokenText: string,
    max: number,
  ): { readonly channel: NotificationChannel; readonly removed?: NotificationChannel | undefined } {
    const own = this.listOf(owner);
    let removed: NotificationChannel | undefined;
    if (own.length >= max) {
      const byUse = own.toSorted((left, right) => left.usedAtMs - right.usedAtMs);
      removed = byUse.find((each) => each.link === undefined) ?? byUse[0];
      if (removed) this.#channels.delete(removed.id);
    }
    const now = this.#timeline.nowMs();
    const channel: NotificationChannel = {
      id: `streaming-0-${this.#ids.hex('channel')}`,
      owner,
      tokenText,
      topics: new Set(),
      expiresAtMs: now + CHANNEL_LIFE_MS,
      usedAtMs: now,
    };
    this.#channels.set(channel.id, channel);
    return { channel, removed };
  }

  use(channel: NotificationChannel): void {
    channel.usedAtMs = this.#timeline.nowMs();
  }

  subscribe(channel: NotificationChannel, topics: Iterable<string>): void {
    channel.topics = new Set(topics);
    this.use(channel);
    channel.expiresAtMs = this.#timeline.nowMs() + CHANNEL_LIFE_MS;
  }

  *listeningTo(topic: string): Generator<ChannelLink> {
    for (const channel of this.#channels.values()) {
      if (channel.link !== undefined && channel.topics.has(topic)) yield channel.link;
    }
  }

  /** Removes and returns the channels whose time is over. */
  takeExpired(): readonly NotificationChannel[] {
    const now = this.#timeline.nowMs();
    return this.take((each) => each.expiresAtMs <= now);
  }
}
