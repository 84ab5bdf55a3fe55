import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Requests of a load, one text for each: head and body as they go over the wire. */
export type RequestOf = (index: number) => string;

/** An HTTP/1.1 request with a JSON body. */
export function requestText(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): string {
  const lines = Object.entries({ host: new URL(url).host, 'content-type': 'application/json', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `POST ${path} HTTP/1.1\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/**
 * Connections that send prepared requests and read no more of an answer than its end and whether it was a 2xx: a client that
 * is cheap enough to leave the processor to the servers.
 */
export class Load implements Disposable {
  readonly #connections: Connection[];

  private constructor(connections: Connection[]) {
    this.#connections = connections;
  }

  static async open(url: string, connections: number): Promise<Load> {
    return new Load(await Promise.all(Array.from({ length: connections }, () => Connection.open(url))));
  }

  /** All requests, as many in flight as there are connections. Resolves with the seconds that it took. */
  async full(
    count: number,
    requestOf: RequestOf,
  ): Promise<{ readonly seconds: number; readonly latenciesMs: number[] }> {
    let next = 0;
    const latenciesMs: number[] = [];
    const startedAtMs = performance.now();
    await Promise.all(
      this.#connections.map(async (connection) => {
        while (next < count) {
          const sentAtMs = performance.now();
          await connection.ask(requestOf(next++));
          latenciesMs.push(performance.now() - sentAtMs);
        }
      }),
    );
    return { seconds: (performance.now() - startedAtMs) / 1000, latenciesMs };
  }

  /**
   * So many requests a second, whether or not those before are answered. Latencies count from the moment at which a request
   * was due, so that waiting for a connection is in them.
   */
  async paced(count: number, perSecond: number, requestOf: RequestOf): Promise<{ readonly latenciesMs: number[] }> {
    const free = [...this.#connections];
    const waiting: (() => void)[] = [];
    const latenciesMs: number[] = [];
    const startedAtMs = performance.now();
    const ask = async (index: number) => {
      const dueAtMs = startedAtMs + (index / perSecond) * 1000;
      // The one that has rested longest: a server closes those that nobody uses.
      let connection = free.shift();
      while (connection === undefined) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        connection = free.shift();
      }
      await connection.ask(requestOf(index));
      latenciesMs.push(performance.now() - dueAtMs);
      free.push(connection);
      waiting.shift()?.();
    };
    const asked: Promise<void>[] = [];
    while (asked.length < count) {
      const due = Math.min(count, Math.floor(((performance.now() - startedAtMs) / 1000) * perSecond) + 1);
      while (asked.length < due) asked.push(ask(asked.length));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(asked);
    return { latenciesMs };
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections) connection.close();
  }
}

class Connection {
  readonly #socket: Socket;
  #text = '';
  #answered: (() => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#read(chunk));
    socket.on('close', () => this.#failed?.(new Error('The server closed a connection of the load.')));
    socket.on('error', (error) => this.#failed?.(error));
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  ask(request: string): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) reject(new Error('The server has closed a connection of the load while it rested.'));
      this.#answered = resolve;
      this.#failed = reject;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #read(chunk: string): void {
    this.#text += chunk;
    const headEnd = this.#text.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const [, length] = /\r\ncontent-length: (\d+)/i.exec(this.#text) ?? [];
    if (length === undefined || this.#text.length < headEnd + 4 + Number(length)) return;
    const text = this.#text;
    this.#text = '';
    if (text.startsWith('HTTP/1.1 2')) this.#answered?.();
    else this.#failed?.(new Error(`A request of the load was refused: ${text.slice(0, 2_000)}`));
  }
}

/** The value below which this part of them lies. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
