import { NOTIFICATION_PING } from '@backchannel/protocol';
import { HANDSHAKE_TIMEOUT_MS, RECONNECT_ATTEMPTS_MAX, reconnectDelayMs } from '@backchannel/signals';
import { Liveness } from '../core/liveness.ts';
import { BackchannelError } from '../error.ts';
import { type Ports, SOCKET_OPEN, type WebSocketLike } from '../ports.ts';

export interface NotificationSocketOptions {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'openSocket'>;
  readonly received: (data: unknown) => void;
  /** A socket is open. `gap`: there was a time without one, in which everything was missed. */
  readonly opened: (gap: boolean) => void;
  /** None is left, open or opening. */
  readonly lost: (reason: string) => void;
}

/**
 * The one connection of a notification channel. A hand-over opens the next socket beside the one that is open, which goes on
 * until the next is open: then it is closed, and nothing was missed. When the next one fails, the one that is open stays, and
 * the hand-over is tried again a little later, at most {@link RECONNECT_ATTEMPTS_MAX} times.
 */
export class NotificationSocket {
  readonly #options: NotificationSocketOptions;
  readonly #liveness: Liveness;
  #open: WebSocketLike | undefined;
  #opening: WebSocketLike | undefined;
  #handOvers = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: NotificationSocketOptions) {
    this.#options = options;
    this.#liveness = new Liveness(
      options.ports.clock,
      () => this.#open?.readyState === SOCKET_OPEN && this.#open.send(JSON.stringify(NOTIFICATION_PING)),
      () => this.#lose('it was silent, and did not answer a ping'),
    );
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Opens this address: beside the open socket if there is one, instead of one that is opening. Throws what the port throws. */
  open(uri: string): void {
    this.#stopOpening();
    const { ports, received, opened } = this.#options;
    const socket = ports.openSocket(uri);
    this.#opening = socket;
    const failed = (reason: string) => this.#opening === socket && this.#failed(uri, reason);
    this.#cancelTimer = ports.clock.after(HANDSHAKE_TIMEOUT_MS, () => failed('it did not open in time'));
    socket.onopen = () => {
      if (this.#opening !== socket) return;
      const before = this.#open;
      this.#cancelTimer?.();
      this.#opening = undefined;
      this.#open = socket;
      this.#handOvers = 0;
      before?.close(1000);
      this.#liveness.start();
      opened(!before);
    };
    socket.onmessage = ({ data }) => {
      if (this.#open !== socket) return;
      this.#liveness.heard();
      received(data);
    };
    // `ws` throws errors that nobody listens to; what matters comes with the close.
    socket.onerror = () => undefined;
    socket.onclose = ({ code }) => {
      const reason = `it was closed (${code})`;
      if (this.#open === socket) this.#lose(reason);
      else failed(reason);
    };
  }

  /** Goes over to a new socket before the open one is closed by the platform. Told twice, it is still one hand-over. */
  handOver(uri: string): void {
    if (this.#opening || this.#handOvers > 0) return;
    this.#tryHandOver(uri);
  }

  /** Closes what there is, and tells nobody. */
  close(): void {
    this.#stopOpening();
    this.#liveness.stop();
    this.#open?.close(1000);
    this.#open = undefined;
    this.#handOvers = 0;
  }

  #tryHandOver(uri: string): void {
    this.#handOvers += 1;
    try {
      this.open(uri);
    } catch (error) {
      this.#failed(uri, BackchannelError.from(error).message);
    }
  }

  #stopOpening(): void {
    this.#cancelTimer?.();
    this.#opening?.close(1000);
    this.#opening = undefined;
  }

  /** The one that was opening will not open. */
  #failed(uri: string, reason: string): void {
    this.#stopOpening();
    if (!this.#open) {
      this.close();
      this.#options.lost(reason);
    } else if (this.#handOvers < RECONNECT_ATTEMPTS_MAX) {
      const { clock, random } = this.#options.ports;
      const delayMs = reconnectDelayMs(Math.max(this.#handOvers, 1), random.next());
      this.#cancelTimer = clock.after(delayMs, () => this.#tryHandOver(uri));
    }
  }

  /** The open one is gone; one that is opening takes its place. */
  #lose(reason: string): void {
    this.#liveness.stop();
    this.#open?.close(1000);
    this.#open = undefined;
    if (this.#opening) return;
    this.close();
    this.#options.lost(reason);
  }
}
