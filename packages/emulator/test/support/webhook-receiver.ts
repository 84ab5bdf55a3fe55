import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Json } from './socket.ts';

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
  readonly body: Json;
}

const running = new Set<WebhookReceiver>();

afterEach(async () => {
  for (const receiver of running) await receiver.close();
  running.clear();
});

/** A middleware's webhook on a port of its own, that answers as it is told. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = [];
  /** Answers in order; afterwards 200. `hang`: none at all. `break`: the connection is reset. */
  readonly answers: (number | 'hang' | 'break')[] = [];
  readonly #server: Server = createServer((request, response) => this.#handle(request, response));
  readonly #waiters = new Set<() => void>();

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    running.add(receiver);
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/genesys`;
  }

  /** Resolves when so many have come. */
  async until(count: number): Promise<readonly ReceivedWebhook[]> {
    while (this.received.length < count) await new Promise<void>((resolve) => this.#waiters.add(resolve));
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #handle(request: Parameters<Parameters<typeof createServer>[1] & object>[0], response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = Buffer.concat(chunks);
    this.received.push({ headers: request.headers, raw, body: JSON.parse(raw.toString()) });
    const answer = this.answers.shift() ?? 200;
    if (answer === 'break') request.socket.resetAndDestroy();
    else if (answer !== 'hang') response.writeHead(answer, { location: '/elsewhere' }).end('{}');
    for (const waiter of this.#waiters) waiter();
    this.#waiters.clear();
  }
}
