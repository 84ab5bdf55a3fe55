import type { WebSocketLike } from '@backchannel/client';

const CONNECTING = 0;
const CLOSED = 3;

/** A socket that opens when its turn comes, and until then looks like one that is connecting. */
export class TurnSocket implements WebSocketLike {
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;
  readonly #openSocket: () => WebSocketLike;
  #socket: WebSocketLike | undefined;
  #closed = false;

  constructor(openSocket: () => WebSocketLike) {
    this.#openSocket = openSocket;
  }

  get readyState(): number {
    return this.#socket?.readyState ?? (this.#closed ? CLOSED : CONNECTING);
  }

  /** Nobody wants it any more, or it has had its turn. */
  get isSettled(): boolean {
    return this.#closed || this.#socket !== undefined;
  }

  /** Its turn has come. */
  open(): void {
    try {
      const socket = this.#openSocket();
      this.#socket = socket;
      socket.onopen = (event) => this.onopen?.(event);
      socket.onmessage = (event) => this.onmessage?.(event);
      socket.onerror = (event) => this.onerror?.(event);
      socket.onclose = (event) => this.onclose?.(event);
    } catch (error) {
      this.#closed = true;
      this.onclose?.({ code: 1006, reason: `no socket could be made: ${String(error)}` });
    }
  }

  send(data: string): void {
    this.#socket?.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#closed = true;
    this.#socket?.close(code, reason);
  }
}
