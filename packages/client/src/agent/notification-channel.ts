import {
  explainProblem,
  NOTIFICATION_CHANNELS_PATH,
  NOTIFICATION_PING,
  type NotificationFrame,
  parseChannelTopics,
  parseJson,
  parseNotificationChannel,
  parseNotificationFrame,
  subscriptionsPath,
} from '@backchannel/protocol';
import { HANDSHAKE_TIMEOUT_MS, RECONNECT_ATTEMPTS_MAX, reconnectDelayMs } from '@backchannel/signals';
import { Liveness } from '../core/liveness.ts';
import { BackchannelError } from '../error.ts';
import { type Ports, SOCKET_OPEN, type WebSocketLike } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { PlatformApi } from './platform-api.ts';

/** The longest frame that is read, in characters. */
const NOTIFICATION_MAX = 1_000_000;

/** How often the same channel is tried again before it counts as gone and a new one is made. */
const SAME_CHANNEL_ATTEMPTS_MAX = 2;

export interface NotificationChannelOptions {
  readonly api: PlatformApi;
  readonly topics: readonly string[];
  readonly ports: Pick<Ports, 'clock' | 'random' | 'openSocket'>;
  readonly frame: (frame: NotificationFrame) => void;
  readonly unreadable: (reason: string) => void;
  /** The socket is open: the first time, and again after each loss (what happened in between was missed). */
  readonly opened: () => void;
  /** The socket is gone; attempt `attempt` to reopen it begins in `delayMs`. */
  readonly waiting: (wait: { readonly attempt: number; readonly delayMs: number; readonly reason: string }) => void;
  /** Every attempt was spent. */
  readonly failed: (reason: string) => void;
}

/**
 * A notification channel with its subscriptions and its one socket (documented, NOTIFY-CHANNEL; third-party,
 * NOTIFY-ONE-SOCKET), kept alive: after a loss the same `connectUri` is opened again, which keeps the subscriptions, and
 * when it is gone a new channel is made. Heartbeats come about every 30 s (third-party, NOTIFY-HEARTBEAT).
 */
export class NotificationChannel {
  readonly #options: NotificationChannelOptions;
  readonly #liveness: Liveness;
  #connectUri: string | undefined;
  #socket: WebSocketLike | undefined;
  /** In a hand-over: goes on until the new one is open. */
  #previous: WebSocketLike | undefined;
  #attempt = 0;
  #everOpen = false;
  /** The channel itself is gone: the next attempt makes a new one. */
  #gone = false;
  #cancelTimer: (() => void) | undefined;
  #closed = false;

  constructor(options: NotificationChannelOptions) {
    this.#options = options;
    this.#liveness = new Liveness(
      options.ports.clock,
      () => this.#socket?.readyState === SOCKET_OPEN && this.#socket.send(JSON.stringify(NOTIFICATION_PING)),
      () => this.#lost('it was silent, and did not answer a ping'),
    );
  }

  /** Makes the channel, subscribes, and begins to open the socket; `opened` tells when it is open. */
  async open(signal?: AbortSignal): Promise<Settled> {
    const { api, topics } = this.#options;
    const channel = await api.request({
      method: 'POST',
      path: NOTIFICATION_CHANNELS_PATH,
      guard: parseNotificationChannel,
      as: 'other',
      signal,
    });
    if (!channel.value) return { ...channel, value: undefined };
    const subscribed = await api.request({
      method: 'POST',
      path: subscriptionsPath(channel.value.id),
      body: topics.map((id) => ({ id })),
      guard: parseChannelTopics,
      as: 'other',
      signal,
    });
    const rejected = subscribed.value?.find(({ state }) => state === 'Rejected');
    if (rejected)
      return { outcome: 'refused', reason: `The topic ${rejected.id} was refused: ${rejected.rejectionReason}.` };
    if (subscribed.value && !this.#closed) {
      this.#connectUri = channel.value.connectUri;
      this.#connect();
    }
    return { ...subscribed, value: undefined };
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    this.#cancelTimer?.();
    this.#liveness.stop();
    for (const socket of [this.#socket, this.#previous]) socket?.close(1000);
    this.#socket = undefined;
    this.#previous = undefined;
  }

  /** Opens the `connectUri`. An older socket goes on until the new one is open, so that nothing is missed in a hand-over. */
  #connect(): void {
    const { ports, opened } = this.#options;
    if (this.#connectUri === undefined) return;
    const socket = this.#openSocket(this.#connectUri, ports);
    if (!socket) return;
    this.#previous = this.#socket;
    this.#socket = socket;
    this.#cancelTimer?.();
    this.#cancelTimer = ports.clock.after(HANDSHAKE_TIMEOUT_MS, () => this.#lost('it did not open in time'));
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#cancelTimer?.();
      this.#previous?.close(1000);
      this.#previous = undefined;
      this.#attempt = 0;
      this.#everOpen = true;
      this.#liveness.start();
      opened();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    // `ws` throws errors that nobody listens to; what matters comes with the close.
    socket.onerror = () => undefined;
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#lost(`it was closed (${code})`);
    };
  }

  /** That no socket can be made at all is the caller's to know at first; later it is a loss like any other. */
  #openSocket(uri: string, ports: NotificationChannelOptions['ports']): WebSocketLike | undefined {
    try {
      return ports.openSocket(uri);
    } catch (error) {
      if (!this.#everOpen) throw error;
      this.#lost(`it could not be opened: ${BackchannelError.from(error).message}`);
      return undefined;
    }
  }

  #receive(data: unknown): void {
    if (this.#closed) return;
    this.#liveness.heard();
    const { frame, unreadable } = this.#options;
    if (typeof data !== 'string' || data.length > NOTIFICATION_MAX) {
      unreadable('it is binary, or too long');
      return;
    }
    const parsed = parseJson(data, parseNotificationFrame);
    if (!parsed.ok) unreadable(explainProblem(parsed.problem));
    // Within a minute the server closes this socket; the same address goes on (documented, NOTIFY-CLOSING).
    // Told twice, it is still one hand-over: a second would lose hold of the old socket.
    else if (parsed.value.kind === 'socket-closing') {
      if (!this.#previous) this.#connect();
    }
    // The channel went to a newer one, or its tokens were ended (documented, NOTIFY-SYSTEM): its address leads nowhere now.
    else if (parsed.value.kind === 'no-longer-subscribed' || parsed.value.kind === 'token-revoked') {
      this.#gone = true;
      this.#lost(parsed.value.kind === 'token-revoked' ? 'its token was ended' : 'another channel took its place');
    } else frame(parsed.value);
  }

  #lost(reason: string): void {
    this.#release();
    if (this.#closed) return;
    const { ports, waiting, failed } = this.#options;
    if (this.#attempt >= RECONNECT_ATTEMPTS_MAX) {
      failed(`The notification socket is lost: ${reason}.`);
      return;
    }
    this.#attempt += 1;
    const delayMs = reconnectDelayMs(this.#attempt, ports.random.next());
    this.#cancelTimer = ports.clock.after(delayMs, () => void this.#again());
    waiting({ attempt: this.#attempt, delayMs, reason });
  }

  async #again(): Promise<void> {
    if (!this.#gone && this.#attempt <= SAME_CHANNEL_ATTEMPTS_MAX) {
      this.#connect();
      return;
    }
    const settled = await this.open();
    if (this.#closed) return;
    // A token that nobody can renew will not be accepted later either.
    if (settled.error?.platform?.status === 401) this.#options.failed(settled.reason);
    else if (settled.outcome !== 'sent') this.#lost(settled.reason);
    else this.#gone = false;
  }
}
