import {
  explainProblem,
  NOTIFICATION_CHANNELS_PATH,
  type NotificationFrame,
  parseChannelTopics,
  parseJson,
  parseNotificationChannel,
  parseNotificationFrame,
  subscriptionsPath,
} from '@backchannel/protocol';
import { RECONNECT_ATTEMPTS_MAX, reconnectDelayMs } from '@backchannel/signals';
import { Coalesced } from '../core/coalesced.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import type { Settled } from '../settled.ts';
import { NotificationSocket } from './notification-socket.ts';
import type { PlatformApi } from './platform-api.ts';

/** The longest frame that is read, in characters. */
const NOTIFICATION_MAX = 1_000_000;

/** How often the same channel is tried again before it counts as gone and a new one is made. */
const SAME_CHANNEL_ATTEMPTS_MAX = 2;

/** The most topics of one channel; protocol's LIMITS say the same (documented, LIMIT-TOPICS). */
export const TOPICS_MAX = 1_000;

/** The socket is gone; attempt `attempt` to reopen it begins in `delayMs`. */
export interface ChannelWait {
  readonly attempt: number;
  readonly delayMs: number;
  readonly reason: string;
}

export interface NotificationChannelOptions {
  readonly api: PlatformApi;
  readonly ports: Pick<Ports, 'clock' | 'random' | 'openSocket'>;
  readonly frame: (frame: NotificationFrame) => void;
  readonly unreadable: (reason: string) => void;
  /** The socket is open. `gap`: there was a time without one, in which everything was missed. */
  readonly opened: (gap: boolean) => void;
  readonly waiting: (wait: ChannelWait) => void;
  /** The platform does not give this topic. It stays wanted until `remove`. */
  readonly refused: (topic: string, reason: string) => void;
  /** Every attempt was spent. */
  readonly failed: (reason: string) => void;
}

const UP_TO_DATE: Settled = { outcome: 'sent', reason: 'The channel is subscribed.' };
const CLOSED: Settled = { outcome: 'aborted', reason: 'The notification channel was closed.' };

/**
 * A notification channel with its subscriptions and its one socket (documented, NOTIFY-CHANNEL; third-party,
 * NOTIFY-ONE-SOCKET), kept alive: after a loss the same `connectUri` is opened again, which keeps the subscriptions, and
 * when it is gone a new channel is made. Heartbeats come about every 30 s (third-party, NOTIFY-HEARTBEAT).
 *
 * `add` and `remove` say which topics are wanted; one request at a time brings the platform up to date, whatever many ask.
 */
export class NotificationChannel {
  readonly #options: NotificationChannelOptions;
  readonly #socket: NotificationSocket;
  readonly #wanted = new Set<string>();
  /** What the platform has. */
  readonly #subscribed = new Set<string>();
  readonly #sync = new Coalesced(() => this.#bringUpToDate());
  readonly #life = new AbortController();
  #id: string | undefined;
  #connectUri = '';
  /** The address that is open, opening, or tried again. */
  #dialled = '';
  #attempt = 0;
  #everOpen = false;
  #cancelTimer: (() => void) | undefined;

  constructor(options: NotificationChannelOptions) {
    this.#options = options;
    this.#socket = new NotificationSocket({
      ports: options.ports,
      received: (data) => this.#receive(data),
      opened: (gap) => {
        this.#attempt = 0;
        this.#everOpen = true;
        options.opened(gap);
      },
      lost: (reason) => this.#lost(reason),
    });
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  hasRoomFor(topics: readonly string[]): boolean {
    return this.#wanted.size + topics.filter((topic) => !this.#wanted.has(topic)).length <= TOPICS_MAX;
  }

  /**
   * Subscribes to more topics, and the first time makes the channel and begins to open the socket. Settles as `sent` when the
   * platform has answered: of topics that it refused `refused` has told by then. Throws when no socket can be made at all.
   * However it ends, they are wanted until `remove`: others may want them, too.
   */
  add(topics: readonly string[]): Promise<Settled> {
    for (const topic of topics) this.#wanted.add(topic);
    return this.#sync.run();
  }

  /** These are wanted no more. That the platform may send them until it has heard so does no harm. */
  remove(topics: readonly string[]): void {
    for (const topic of topics) this.#wanted.delete(topic);
    if (this.isOpen) void this.#sync.run();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#socket.close();
    this.#life.abort();
  }

  /** Makes the channel if there is none, and its topics those that are wanted. */
  async #bringUpToDate(isSecond = false): Promise<Settled> {
    const { api } = this.#options;
    const { signal } = this.#life;
    if (this.#id === undefined) {
      const path = NOTIFICATION_CHANNELS_PATH;
      const made = await api.request({ method: 'POST', path, guard: parseNotificationChannel, as: 'other', signal });
      if (!made.value) return { ...made, value: undefined };
      this.#id = made.value.id;
      this.#connectUri = made.value.connectUri;
      this.#subscribed.clear();
    }
    const settled = await this.#subscribe(this.#id);
    if (settled.error?.platform?.status === 404) {
      this.#id = undefined;
      if (!isSecond) return this.#bringUpToDate(true);
    }
    if (settled.outcome !== 'sent') return settled;
    if (signal.aborted) return CLOSED;
    if (this.#dialled !== this.#connectUri) this.#dial();
    return settled;
  }

  async #subscribe(id: string): Promise<Settled> {
    const wanted = [...this.#wanted];
    const missing = wanted.filter((topic) => !this.#subscribed.has(topic));
    const replaces = this.#subscribed.size + missing.length > wanted.length;
    if (missing.length === 0 && !replaces) return UP_TO_DATE;
    const asked = replaces ? wanted : missing;
    const answer = await this.#options.api.request({
      // POST adds, PUT replaces (documented, NOTIFY-SUBSCRIPTIONS).
      method: replaces ? 'PUT' : 'POST',
      // One user whom the platform refuses must not cost all others their topics.
      path: `${subscriptionsPath(id)}?ignoreErrors=true`,
      body: asked.map((topic) => ({ id: topic })),
      guard: parseChannelTopics,
      as: 'other',
      signal: this.#life.signal,
    });
    if (!answer.value) return { ...answer, value: undefined };
    if (replaces) this.#subscribed.clear();
    for (const topic of asked) this.#subscribed.add(topic);
    for (const { id: topic, state, rejectionReason } of answer.value) {
      if (state !== 'Rejected') continue;
      this.#subscribed.delete(topic);
      this.#options.refused(topic, `The topic ${topic} was refused: ${rejectionReason}.`);
    }
    return UP_TO_DATE;
  }

  /** That no socket can be made at all is the caller's to know at first; later it is a loss like any other. */
  #dial(): void {
    this.#cancelTimer?.();
    try {
      this.#socket.open(this.#connectUri);
      this.#dialled = this.#connectUri;
    } catch (error) {
      if (!this.#everOpen) throw error;
      this.#lost(`it could not be opened: ${BackchannelError.from(error).message}`);
    }
  }

  #receive(data: unknown): void {
    const { frame, unreadable } = this.#options;
    if (typeof data !== 'string' || data.length > NOTIFICATION_MAX) {
      unreadable('it is binary, or too long');
      return;
    }
    const parsed = parseJson(data, parseNotificationFrame);
    if (!parsed.ok) unreadable(explainProblem(parsed.problem));
    // Within a minute the server closes this socket; the same address goes on (documented, NOTIFY-CLOSING).
    else if (parsed.value.kind === 'socket-closing') this.#socket.handOver(this.#connectUri);
    // The channel went to a newer one, or its tokens were ended (documented, NOTIFY-SYSTEM): its address leads nowhere now.
    else if (parsed.value.kind === 'no-longer-subscribed' || parsed.value.kind === 'token-revoked') {
      this.#id = undefined;
      this.#lost(parsed.value.kind === 'token-revoked' ? 'its token was ended' : 'another channel took its place');
    } else frame(parsed.value);
  }

  #lost(reason: string): void {
    this.#socket.close();
    if (this.#life.signal.aborted) return;
    const { ports, waiting, failed } = this.#options;
    if (this.#attempt >= RECONNECT_ATTEMPTS_MAX) {
      failed(`The notification socket is lost: ${reason}.`);
      return;
    }
    this.#attempt += 1;
    const delayMs = reconnectDelayMs(this.#attempt, ports.random.next());
    this.#cancelTimer?.();
    this.#cancelTimer = ports.clock.after(delayMs, () => void this.#again());
    waiting({ attempt: this.#attempt, delayMs, reason });
  }

  async #again(): Promise<void> {
    if (this.#id !== undefined && this.#attempt <= SAME_CHANNEL_ATTEMPTS_MAX) {
      this.#dial();
      return;
    }
    this.#id = undefined;
    this.#dialled = '';
    const settled = await this.#sync.run();
    if (this.#life.signal.aborted || settled.outcome === 'sent') return;
    // A token that nobody can renew will not be accepted later either.
    if (settled.error?.platform?.status === 401) this.#options.failed(settled.reason);
    else this.#lost(settled.reason);
  }
}
