import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Ending } from './ending.ts';
import { type Frame, jsonFrame } from './frame.ts';
import type { Sink } from './sink.ts';

/** How long a browser waits before it comes back after a lost connection. */
const RETRY_MS = 2_000;

/** A comment: it keeps proxies from closing a quiet connection, and scripts do not see it. */
const HEARTBEAT = Buffer.from(':\n\n');

/** Frames as server-sent events. The head goes out with the first of them, so that a refusal can still be a problem document. */
export class ServerSentSink implements Sink {
  readonly #reply: FastifyReply;
  readonly #raw: ServerResponse;
  #began = false;
  /** What the system had taken at the last heartbeat. */
  #takenBytes = 0;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
    this.#raw = reply.raw;
  }

  get bufferedBytes(): number {
    return this.#raw.writableLength;
  }

  /** Writes the head, unless it is written. */
  begin(): void {
    if (this.#began) return;
    this.#began = true;
    const headers = this.#reply.getHeaders() as OutgoingHttpHeaders;
    this.#reply.hijack();
    this.#raw.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would keep events until its buffer is full.
      'x-accel-buffering': 'no',
    });
    this.#raw.write(`retry: ${RETRY_MS}\n\n`);
  }

  get began(): boolean {
    return this.#began;
  }

  send(frame: Frame): void {
    this.begin();
    this.#raw.write(frame.serverSent);
  }

  async drained(): Promise<void> {
    const raw = this.#raw;
    if (raw.destroyed) throw new Error('The reader has gone.');
    if (!raw.writableNeedDrain) return;
    await new Promise<void>((resolve, reject) => {
      const drain = () => {
        raw.off('close', close);
        resolve();
      };
      const close = () => {
        raw.off('drain', drain);
        reject(new Error('The reader has gone.'));
      };
      raw.once('drain', drain);
      raw.once('close', close);
    });
  }

  beat(): boolean {
    this.begin();
    const takenBytes = this.#raw.socket?.bytesWritten ?? 0;
    const isStuck = this.#raw.writableLength > 0 && takenBytes === this.#takenBytes;
    this.#takenBytes = takenBytes;
    this.#raw.write(HEARTBEAT);
    return !isStuck;
  }

  end(ending: Ending): void {
    this.send(jsonFrame({ type: 'end', ...ending }));
    this.#raw.end();
  }

  destroy(): void {
    this.#raw.destroy();
  }

  onClosed(closed: () => void): void {
    this.#raw.once('close', closed);
  }
}
