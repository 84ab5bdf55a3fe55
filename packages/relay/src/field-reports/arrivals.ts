import type { WebSocket } from 'ws';

/**
 * Finds out what has arrived: each ping carries the position of the last event before it, and its pong says that all before it
 * is there. What was only written can be lost with the connection. One ping is under way at a time.
 */
export class Arrivals {
  readonly #socket: WebSocket;
  #told = 0;
  #arrived = 0;
  #isAsking = false;

  constructor(socket: WebSocket, arrived: (position: number) => void) {
    this.#socket = socket;
    socket.on('pong', (data) => {
      // Signs of life are pings too, and carry nothing.
      const position = Number(data.toString());
      if (data.length === 0 || !Number.isSafeInteger(position)) return;
      this.#isAsking = false;
      this.#arrived = position;
      arrived(position);
      this.#ask();
    });
  }

  /** An event is about to be written. */
  told(position: number): void {
    this.#told = position;
    // After it, in the order in which they are written.
    queueMicrotask(() => this.#ask());
  }

  #ask(): void {
    const { readyState, OPEN } = this.#socket;
    if (this.#isAsking || this.#told <= this.#arrived || readyState !== OPEN) return;
    this.#isAsking = true;
    this.#socket.ping(String(this.#told));
  }
}
