import type { Ports } from '@backchannel/client';
import { FakeClock } from './fake-clock.ts';
import { ScriptedSocket } from './scripted-socket.ts';

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** `undefined`: the request is never answered. An error: the network breaks. */
export type FakeServer = (request: FakeRequest) => FakeAnswer | Error | undefined;

/** Ports without a world behind them: time stands still, chance is 0.5, ids count, sockets and answers are the test's. */
export class FakePorts implements Ports {
  readonly clock = new FakeClock();
  readonly random = { next: () => 0.5 };
  readonly sockets: ScriptedSocket[] = [];
  readonly requests: FakeRequest[] = [];
  readonly fetch: typeof fetch;
  server: FakeServer;
  /** Hears each new socket. */
  onsocket: ((socket: ScriptedSocket) => void) | undefined;
  #ids = 0;

  constructor(server: FakeServer = () => ({ status: 404 })) {
    this.server = server;
    this.fetch = (input, init) => this.#fetch(String(input), init ?? {});
  }

  readonly ids = { uuid: () => `id-${++this.#ids}` };

  readonly openSocket = (url: string): ScriptedSocket => {
    const socket = new ScriptedSocket(url);
    this.sockets.push(socket);
    this.onsocket?.(socket);
    return socket;
  };

  readonly wallTime = (): string => new Date(Date.UTC(2026, 0, 5) + this.clock.now()).toISOString();

  /** The newest socket. */
  get socket(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('No socket has been opened.');
    return socket;
  }

  async #fetch(address: string, { method = 'GET', headers, body, signal }: RequestInit): Promise<Response> {
    const url = new URL(address);
    const request = {
      method,
      path: url.pathname,
      query: url.searchParams,
      headers: new Headers(headers),
      body: String(body ?? ''),
    };
    this.requests.push(request);
    const answer = this.server(request);
    if (answer instanceof Error) throw answer;
    if (!answer) {
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason), { once: true }));
    }
    const { status = 200, body: value } = answer;
    const text = value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);
    return new Response(text, { status, ...(answer.headers && { headers: answer.headers }) });
  }
}
