import type { GuestResponse } from '@backchannel/protocol';
import {
  type ReconnectTurns,
  type SessionEvent,
  SessionMachine,
  type SessionState,
  type TimelineEntry,
} from '@backchannel/signals';
import { Liveness } from '../core/liveness.ts';
import type { RequestLine } from '../core/request-line.ts';
import { BackchannelError } from '../error.ts';
import type { Ports } from '../ports.ts';
import { ECHO_TRACING_ID, type GuestFrame, type GuestFrames } from './guest-frames.ts';
import { EVENT_BUDGETS } from './guest-limits.ts';
import { GuestSocket } from './guest-socket.ts';

/** An event of the machine without the moment, the chance and the turn, which the connection adds. */
type Fact<Event = SessionEvent> = Event extends SessionEvent ? Omit<Event, 'atMs' | 'random' | 'turnAtMs'> : never;

export interface GuestConnectionOptions {
  readonly url: string;
  readonly ports: Ports;
  readonly frames: GuestFrames;
  readonly line: RequestLine;
  readonly response: (response: GuestResponse) => void;
  readonly unreadable: (reason: string) => void;
  readonly notice: (code: string, text: string) => void;
  /** The state is another. */
  readonly state: (state: SessionState) => void;
  /** The socket is gone, whatever comes next. */
  readonly down: () => void;
  /** Messages may have been missed. */
  readonly refetch: () => void;
  /** Join has left: it opens the conversation. */
  readonly joined: () => void;
}

/**
 * The session's way to the service: does what `SessionMachine` decides, one socket at a time, and watches that it lives.
 * It adds no decision of its own.
 */
export class GuestConnection {
  readonly #options: GuestConnectionOptions;
  readonly #machine = new SessionMachine();
  readonly #liveness: Liveness;
  #socket: GuestSocket | undefined;
  /** Aborted when the socket is gone: what waits for its place on that socket leaves the line. */
  #gone = new AbortController();
  #cancelTimer: (() => void) | undefined;
  /** When this guest may reconnect, if guests take turns. */
  turns: ReconnectTurns | undefined;
  /** Why the newest socket is gone. */
  lostBecause: string | undefined;

  constructor(options: GuestConnectionOptions) {
    this.#options = options;
    this.#liveness = new Liveness(
      options.ports.clock,
      () => this.#send(() => options.frames.echo(), ['connection', 'health']),
      () => this.#socket?.drop('it did not answer a health check'),
    );
  }

  get state(): SessionState {
    return this.#machine.state;
  }

  /** The open socket, or the one being opened. */
  get socket(): GuestSocket | undefined {
    return this.#socket;
  }

  explain(): readonly TimelineEntry[] {
    return this.#machine.explain();
  }

  apply(fact: Fact): void {
    const { ports, frames, refetch, joined, state } = this.#options;
    const atMs = ports.clock.now();
    const event = { ...fact, atMs, random: ports.random.next(), turnAtMs: this.turns?.nextAtMs(atMs) };
    for (const effect of this.#machine.apply(event as SessionEvent)) {
      switch (effect.kind) {
        case 'open-socket':
          if (!this.#open()) {
            this.apply({ kind: 'lost' });
            return;
          }
          break;
        case 'close-socket':
          this.#socket?.close();
          this.#down();
          break;
        case 'send-configure':
          this.#send((tracingId) => frames.configure(tracingId), ['connection']);
          break;
        case 'send-join':
          this.#send((tracingId) => frames.presence(tracingId, 'Join', frames.attributes), EVENT_BUDGETS, joined);
          break;
        case 'start-timer':
          this.#cancelTimer?.();
          this.#cancelTimer = ports.clock.after(effect.dueAtMs - atMs, () => this.apply({ kind: 'due' }));
          break;
        case 'stop-timer':
          this.#cancelTimer?.();
          break;
        case 'refetch-history':
          refetch();
          break;
        case 'discard-token':
          frames.token = ports.ids.uuid();
          break;
        case 'tell':
          state(effect.state);
      }
    }
  }

  /**
   * False when no socket could be made, which a runtime can refuse at any time (an address, a policy, memory). At the first
   * attempt that is the caller's to mend and thrown; later it is a lost attempt like any other.
   */
  #open(): boolean {
    try {
      this.lostBecause = undefined;
      this.#socket = this.#openSocket();
      return true;
    } catch (error) {
      const { state } = this;
      if (state.kind === 'connecting' && state.attempt === 0) throw error;
      this.lostBecause = BackchannelError.from(error).message;
      this.#options.notice('socket.unopenable', `No socket: ${this.lostBecause}`);
      return false;
    }
  }

  #openSocket(): GuestSocket {
    const { url, ports, response, unreadable } = this.#options;
    return new GuestSocket({
      url,
      ports,
      opened: () => {
        this.#liveness.start();
        this.apply({ kind: 'opened' });
      },
      response: (frame) => {
        this.#liveness.heard();
        if (frame.tracingId !== ECHO_TRACING_ID) response(frame);
      },
      unreadable,
      lost: ({ refused, reason }) => {
        this.#down();
        this.lostBecause = reason;
        this.apply({ kind: refused ? 'refused' : 'lost' });
      },
    });
  }

  #down(): void {
    this.#socket = undefined;
    this.#gone.abort();
    this.#gone = new AbortController();
    this.#liveness.stop();
    this.#options.down();
  }

  /** Sends what is neither message nor signal, on the socket of this moment or not at all. */
  #send(frame: (tracingId: string) => GuestFrame, budgets: readonly string[], sent?: () => void): void {
    const socket = this.#socket;
    const { line, ports } = this.#options;
    void line.enter('other', budgets, this.#gone.signal).then((refusal) => {
      if (!refusal && socket?.send(frame(ports.ids.uuid()))) sent?.();
    });
  }
}
