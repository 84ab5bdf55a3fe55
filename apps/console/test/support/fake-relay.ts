import type { ExplainLine, RelayConversation } from '../../src/relay/relay-answers.ts';
import type { StreamSocket } from '../../src/relay/relay-watch.ts';

export function conversation(id: string, changes: Partial<RelayConversation> = {}): RelayConversation {
  return {
    id,
    state: 'open',
    guest: { connection: { state: 'live' } },
    participants: [],
    typing: [],
    watermarks: [],
    queued: 0,
    ...changes,
  };
}

/** A socket whose other end is the test. */
export class FakeSocket extends EventTarget {
  readonly url: string;
  readonly heard: unknown[] = [];

  constructor(url: string) {
    super();
    this.url = url;
  }

  send(text: string): void {
    this.heard.push(JSON.parse(text));
  }

  close(): void {
    this.end();
  }

  open(): void {
    this.dispatchEvent(new Event('open'));
  }

  tell(frame: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(frame) }));
  }

  end(): void {
    this.dispatchEvent(new Event('close'));
  }
}

/** The relay's answers, without a relay. */
export class FakeRelay {
  readonly sockets: FakeSocket[] = [];
  /** Paths that were read, oldest first. */
  readonly asked: string[] = [];
  down = false;
  #tokens = 0;
  #valid = '';
  #conversations: readonly RelayConversation[] = [];
  readonly #lines = new Map<string, readonly ExplainLine[]>();

  has(...ids: readonly string[]): void {
    this.#conversations = ids.map((id) => conversation(id));
  }

  explains(id: string, ...outcomes: readonly string[]): void {
    const lines = outcomes.map((outcome) => ({
      time: '2026-11-21T09:00:00.000Z',
      participant: 'guest',
      what: 'typing',
      outcome,
      reason: 'Because.',
    }));
    this.#lines.set(id, lines);
  }

  /** No token is good any more but the next one. */
  expire(): void {
    this.#valid = '';
  }

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    if (this.down) throw new TypeError('fetch failed');
    const path = String(input).replace('http://page', '');
    if (path === '/oauth/token') {
      this.#tokens += 1;
      this.#valid = `token-${this.#tokens}`;
      return Response.json({ access_token: this.#valid });
    }
    const { authorization } = (init?.headers ?? {}) as { readonly authorization?: string };
    if (authorization !== `Bearer ${this.#valid}`) return Response.json({}, { status: 401 });
    this.asked.push(path);
    const [, id] = /^\/v1\/conversations\/(.+)\/explain$/.exec(path) ?? [];
    if (id === undefined) return Response.json({ conversations: this.#conversations });
    return Response.json({ lines: this.#lines.get(id) ?? [] });
  };

  readonly openStream = (url: string): StreamSocket => {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    // `addEventListener` of a socket is overloaded by the names of its events; an EventTarget takes any name.
    return socket as unknown as StreamSocket;
  };
}
