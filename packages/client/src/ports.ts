/** Time. Implemented by the system adapter, by `Agenda`, and by the fake clock of tests. */
export interface Clock {
  /** Monotonic milliseconds from an origin of the clock's own; only differences mean anything. */
  now(): number;
  /** Runs `task` once after `delayMs`. The returned function cancels it, and does nothing afterwards. */
  after(delayMs: number, task: () => void): () => void;
}

/** Chance, for the jitter of reconnects. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
}

/** Identity. Guest tokens come from here, so production needs a cryptographic source. */
export interface IdSource {
  /** A UUID, version 4. */
  uuid(): string;
}

/** The value of `readyState` while a socket can send. */
export const SOCKET_OPEN = 1;

// A method's parameter is bivariant, so the handlers of DOM's WebSocket and of `ws` both fit.
type SocketHandler<Event> = { handle(event: Event): void }['handle'] | null;

/** What is used of a WebSocket. The browser's, Node's own and that of the package `ws` satisfy it as they are. */
export interface WebSocketLike {
  readonly readyState: number;
  onopen: SocketHandler<unknown>;
  onmessage: SocketHandler<{ readonly data: unknown }>;
  /** A `message` on the event is all that tells a refused upgrade (`ws`: "Unexpected server response: 403"); browsers hide it. */
  onerror: SocketHandler<object>;
  onclose: SocketHandler<{ readonly code: number; readonly reason: string }>;
  /** Sends one text frame. Throws unless the socket is open. */
  send(data: string): void;
  /** Begins to close; `onclose` tells when it is done. */
  close(code?: number, reason?: string): void;
}

/** Everything that a session takes from outside. Pass some or all; `systemPorts()` fills the rest. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: IdSource;
  /** Opens a WebSocket. On Node 20 pass one of the package `ws`: `(url) => new WebSocket(url)`. */
  openSocket(url: string): WebSocketLike;
  /** The Fetch API. */
  readonly fetch: typeof fetch;
  /** The time of day as ISO 8601, shown on a message until the platform has given its own. */
  wallTime(): string;
}
