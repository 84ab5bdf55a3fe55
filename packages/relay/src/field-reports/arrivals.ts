import type { WebSocket } from 'ws';

/**
 * Finds out what has arrived: a ping after each event, or after several of one turn, carries the position of the last, and its
 * pong says that all before it is there. What was only written can be lost with the connection.
 */
export class Arrivals {
  readonly #socket: WebSocket;
  #told = 0;
  #isAsking = false;

  constructor(socket: WebSocket, arrived: (position: number) => void) {
    this.#socket = socket;
    socket.on('pong', (data) => {
      // Signs of life are pings too, and carry nothing.
      const position = Number(data.toString());
      if (data.length > 0 && Number.isSafeInteger(position)) arrived(position);
    });
  }

  /** An event is about to be written. */
  told(position: number): void {
    this.#told = position;
    if (this.#isAsking) return;
    this.#isAsking = true;
    // After the events of this turn, in the order in which they are written.
    queueMicrotask(() => this.#ask());
  }

  #ask(): void {
    this.#isAsking = false;
    const { readyState, OPEN } = this.#socket;
    if (readyState === OPEN) this.#socket.ping(String(this.#told));
  }
}
