import { once } from 'node:events';
import WebSocket from 'ws';

/** A received frame, as loosely as a stranger to our types would read it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into foreign JSON
export type Json = any;

/** A bare WebSocket that keeps what it received, so that tests can wait for frames in the order in which they came. */
export class TestSocket {
  readonly socket: WebSocket;
  readonly frames: Json[] = [];
  readonly #waiters = new Set<() => void>();
  /** Code of the close frame, or 1006 without one. */
  readonly closed: Promise<number>;
  #read = 0;

  constructor(url: string, options: WebSocket.ClientOptions = {}) {
    this.socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      for (const waiter of this.#waiters) waiter();
    });
    // A reset connection is an error here and a close for the test.
    this.socket.on('error', (error) => this.errors.push(error));
  }

  readonly errors: Error[] = [];

  async opened(): Promise<this> {
    if (this.socket.readyState === WebSocket.CONNECTING) await once(this.socket, 'open');
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** The next frame that nobody has read yet. */
  async next(): Promise<Json> {
    while (this.frames.length <= this.#read) {
      await new Promise<void>((resolve) => {
        const waiter = (): void => {
          this.#waiters.delete(waiter);
          resolve();
        };
        this.#waiters.add(waiter);
      });
    }
    this.#read += 1;
    return this.frames[this.#read - 1];
  }

  close(): Promise<number> {
    this.socket.close();
    return this.closed;
  }
}

/** The HTTP status of a refused upgrade. */
export const refusedStatus = (url: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('The upgrade was accepted.'));
    });
    // Destroying the request after the answer reports an error that says nothing new.
    socket.on('error', (error) => reject(error));
  });
