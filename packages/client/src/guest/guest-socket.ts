import { explainProblem, type GuestResponse, parseGuestResponse, parseJson } from '@backchannel/protocol';
import { withDeadline } from '../core/deadline.ts';
import { type Ports, SOCKET_OPEN, type WebSocketLike } from '../ports.ts';
import type { Settled } from '../settled.ts';
import type { GuestFrame } from './guest-frames.ts';

/** The longest frame that is read, in characters; a longer one is dropped with a notice. */
export const FRAME_MAX = 256_000;

/** The most requests that wait for their answers at a time. */
export const REQUESTS_MAX = 128;

/** What a `GuestSocket` tells its owner. */
export interface GuestSocketHandlers {
  /** The socket is open: configure the session now. */
  readonly opened: () => void;
  /** A frame of the service that could be read, whoever asked for it. */
  readonly response: (response: GuestResponse) => void;
  /** The connection is gone. `refused`: the upgrade was answered with 403, which is final (documented, GUEST-UPGRADE-403). */
  readonly lost: (loss: { readonly refused: boolean; readonly reason: string }) => void;
  /** A frame that could not be read: it is dropped, and the connection goes on. */
  readonly unreadable: (reason: string) => void;
}

/** Options of a `GuestSocket`. */
export interface GuestSocketOptions extends GuestSocketHandlers {
  /** `{guestSocket}?deploymentId=…`. */
  readonly url: string;
  readonly ports: Pick<Ports, 'clock' | 'openSocket'>;
}

/**
 * ONE connection of a guest. It has no queue and never sends twice: what can't leave now is `offline`, and whoever retries
 * stands above. It knows frames, and nothing of sessions, messages or typing.
 *
 * Handlers are called in the order of the frames and never after `close`.
 */
export class GuestSocket {
  readonly #socket: WebSocketLike;
  readonly #clock: Ports['clock'];
  readonly #handlers: GuestSocketHandlers;
  readonly #answers = new Map<string, (settled: Settled<GuestResponse>) => void>();
  #over = false;
  #refused = false;

  /** Opens it at once. Throws what `openSocket` throws. */
  constructor({ url, ports, ...handlers }: GuestSocketOptions) {
    this.#clock = ports.clock;
    this.#handlers = handlers;
    const socket = ports.openSocket(url);
    this.#socket = socket;
    socket.onopen = () => this.#over || handlers.opened();
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onerror = (event) => {
      // `ws` names the status of a refused upgrade in the error's text; browsers tell nobody.
      this.#refused = /\b403\b/.test(String('message' in event ? event.message : ''));
    };
    socket.onclose = ({ code, reason }) => {
      this.#end(`the connection was closed (${[code, reason].filter(Boolean).join(' ')})`);
    };
  }

  /** Sends a frame now, or says that it can't. */
  send(frame: GuestFrame): boolean {
    if (this.#over || this.#socket.readyState !== SOCKET_OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /**
   * Sends a frame and waits for the frame that carries its tracingId. Errors of the service end as `refused` with that
   * frame as the value; the lost connection as `offline`.
   */
  async request(
    frame: GuestFrame,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  ): Promise<Settled<GuestResponse>> {
    const { tracingId, action } = frame;
    if (this.#answers.size >= REQUESTS_MAX) {
      return { outcome: 'suppressed:budget', reason: `${REQUESTS_MAX} requests wait already.` };
    }
    const result = await withDeadline({ clock: this.#clock, timeoutMs, signal }, () => {
      const answer = new Promise<Settled<GuestResponse>>((resolve) => this.#answers.set(tracingId, resolve));
      return this.send(frame) ? answer : Promise.resolve(NOT_OPEN);
    });
    this.#answers.delete(tracingId);
    if (result.kind === 'done') return result.value;
    const reason = `${action}: ${result.kind === 'timeout' ? `no answer in ${timeoutMs} ms` : 'the caller gave up'}.`;
    return { outcome: result.kind, reason };
  }

  /** Closes it. Requests that wait end as `offline`, and no handler is called any more. */
  close(): void {
    this.#over = true;
    this.#failAll('closed by the guest');
    this.#socket.close(1000, 'closed by the guest');
  }

  /** Drops a connection that does not answer any more, as if it had broken. */
  drop(reason: string): void {
    this.#end(reason);
    this.#socket.close();
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#failAll(reason);
    this.#handlers.lost({ refused: this.#refused, reason });
  }

  #failAll(reason: string): void {
    for (const settle of [...this.#answers.values()]) settle({ outcome: 'offline', reason: `No answer: ${reason}.` });
  }

  #receive(data: unknown): void {
    if (this.#over) return;
    const { response, unreadable } = this.#handlers;
    if (typeof data !== 'string' || data.length > FRAME_MAX) {
      unreadable('it is binary, or too long');
      return;
    }
    const parsed = parseJson(data, parseGuestResponse);
    if (!parsed.ok) {
      unreadable(explainProblem(parsed.problem));
      return;
    }
    this.#answer(parsed.value);
    response(parsed.value);
  }

  #answer(response: GuestResponse): void {
    const settle = this.#answers.get(response.tracingId ?? '');
    if (!settle) return;
    if (response.class === 'TooManyRequestsErrorMessage') {
      const { retryAfter, errorMessage } = response.body;
      const reason = `Refused with ${response.code}: ${errorMessage}`;
      settle({ outcome: 'refused', reason, value: response, retryAfterMs: retryAfter * 1_000 });
    } else if (response.code !== 200) {
      const text = response.class === 'string' ? response.body : response.class;
      settle({ outcome: 'refused', reason: `Refused with ${response.code}: ${text}`, value: response });
    } else {
      settle({ outcome: 'sent', reason: 'The service answered.', value: response });
    }
  }
}

/** Nothing can leave now. */
export const NOT_OPEN: Settled<never> = { outcome: 'offline', reason: 'The connection is not open.' };
