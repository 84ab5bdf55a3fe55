import { type Dispatcher, Pool } from 'undici';
import { TextResponse } from './text-response.ts';
import { together } from './together.ts';

/** Connections to one host; a further request waits for one of them. Genesys answers a token 300 requests in a minute. */
const CONNECTIONS_MAX = 64;

type Fields = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Collects one answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #url: string;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (response: Response) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #fields: Fields = {};
  #chunks: Buffer[] = [];

  constructor(
    url: string,
    signal: AbortSignal | undefined,
    resolve: (response: Response) => void,
    reject: (error: unknown) => void,
  ) {
    this.#url = url;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener('abort', this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#signal?.aborted) this.#abort();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, fields: Fields): void {
    this.#status = status;
    this.#fields = fields;
    this.#chunks = [];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    const [first, ...more] = this.#chunks;
    const text = (more.length === 0 ? first : Buffer.concat(this.#chunks))?.toString() ?? '';
    this.#resolve(new TextResponse(this.#url, this.#status, this.#fields, text));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#reject(this.#signal?.aborted ? this.#signal.reason : error);
  }

  readonly #abort = (): void => {
    const reason: unknown = this.#signal?.reason;
    this.#reject(reason);
    this.#controller?.abort(reason instanceof Error ? reason : new Error(String(reason)));
  };
}

type Plain = Readonly<Record<string, string>>;

const isPlain = (headers: RequestInit['headers']): headers is Plain | undefined =>
  headers === undefined || Object.getPrototypeOf(headers) === Object.prototype;

/**
 * A `fetch` for requests and answers that are short texts, which is all that Genesys's API has: twice as fast as the
 * runtime's own, whose streams cost more than the rest of a signal (measured: `npm run bench -- relay-typing`). A redirect is
 * not followed but given back. Whatever is asked in another form than `fetch('https://…', { headers: { … }, body: '…' })` goes
 * to the runtime's.
 *
 * It has no time limit of its own: pass a signal.
 */
export function textFetch(): typeof fetch {
  // What is asked leaves together, and so do the answers of those who asked.
  const atEnd = together();
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    // undici's limits would set a timer for each request.
    const pool =
      pools.get(origin) ?? new Pool(origin, { connections: CONNECTIONS_MAX, headersTimeout: 0, bodyTimeout: 0 });
    pools.set(origin, pool);
    return pool;
  };
  // Not async: that would cost each request a promise of its own around the one that is made here.
  return (input, init = {}) => {
    const { method = 'GET', headers, body, signal } = init;
    if (typeof input !== 'string' || !isPlain(headers) || (body != null && typeof body !== 'string')) {
      return fetch(input, init);
    }
    if (signal?.aborted) return Promise.reject(signal.reason);
    // By hand, for parsing an address costs more than finding its path.
    const pathAt = input.indexOf('/', input.indexOf('://') + 3);
    if (pathAt < 0) return fetch(input, init);
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(input, signal ?? undefined, (response) => atEnd(() => resolve(response)), reject);
      const request = {
        path: input.slice(pathAt),
        method: method as Dispatcher.HttpMethod,
        headers: headers ?? {},
        body: body ?? null,
      };
      atEnd(() => {
        try {
          poolOf(input.slice(0, pathAt)).dispatch(request, exchange);
        } catch (error) {
          reject(error);
        }
      });
    });
  };
}
