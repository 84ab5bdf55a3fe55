import type { WebSocket } from 'ws';
import type { Ending } from './ending.ts';
import { type Frame, HEARTBEAT_FRAME } from './frame.ts';
import type { Sink } from './sink.ts';

/** Frames over a WebSocket. */
export class SocketSink implements Sink {
  readonly #socket: WebSocket;
  readonly #heartbeat: Frame | false;
  #answered = true;

  /** `heartbeat`: the frame of a sign of life; `false` for clients that expect none: they see pings alone. */
  constructor(socket: WebSocket, heartbeat: Frame | false = HEARTBEAT_FRAME) {
    this.#socket = socket;
    this.#heartbeat = heartbeat;
    const answered = () => {
      this.#answered = true;
    };
    socket.on('pong', answered);
    socket.on('message', answered);
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(frame: Frame): void {
    this.#socket.send(frame.bytes, { binary: false });
  }

  async drained(): Promise<void> {
    if (this.#socket.bufferedAmount === 0) return;
    // `ws` tells when one write has gone out, and a ping is a write of which the other side makes nothing.
    await new Promise<void>((resolve, reject) => {
      this.#socket.ping(undefined, false, (error?: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  /** A ping for who listens by program, and a frame for browsers, whose scripts see no pings. */
  beat(): boolean {
    const answered = this.#answered;
    this.#answered = false;
    this.#socket.ping();
    if (this.#heartbeat) this.send(this.#heartbeat);
    return answered;
  }

  end({ code, reason }: Ending): void {
    this.#socket.close(code, reason);
  }

  destroy(): void {
    this.#socket.terminate();
  }

  onClosed(closed: () => void): void {
    this.#socket.once('close', closed);
  }
}
