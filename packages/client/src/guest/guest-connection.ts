import type { GuestResponse } from '@backchannel/protocol';
import { type SessionEvent, SessionMachine, type SessionState, type TimelineEntry } from '@backchannel/signals';
import { Liveness } from '../core/liveness.ts';
import type { RequestLine } from '../core/request-line.ts';
import type { Ports } from '../ports.ts';
import { ECHO_TRACING_ID, type GuestFrame, type GuestFrames } from './guest-frames.ts';
import { GuestSocket } from './guest-socket.ts';

/** An event of the machine without the moment and the chance, which the connection adds. */
type Fact<Event = SessionEvent> = Event extends SessionEvent ? Omit<Event, 'atMs' | 'random'> : never;

export interface GuestConnectionOptions {
  readonly url: string;
  readonly ports: Ports;
  readonly frames: GuestFrames;
  readonly line: RequestLine;
  readonly response: (response: GuestResponse) => void;
  readonly unreadable: (reason: string) => void;
  /** The state is another. */
  readonly state: (state: SessionState) => void;
  /** The socket is gone, whatever comes next. */
  readonly down: () => void;
  /** Messages may have been missed. */
  readonly refetch: () => void;
  /** Join is sent: it opens the conversation. */
  readonly joining: () => void;
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
  #cancelTimer: (() => void) | undefined;
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
    const { ports, frames, refetch, joining, state } = this.#options;
    const event = { ...fact, atMs: ports.clock.now(), random: ports.random.next() } as SessionEvent;
    for (const effect of this.#machine.apply(event)) {
      switch (effect.kind) {
        case 'open-socket':
          this.#open();
          break;
        case 'close-socket':
          this.#socket?.close();
          this.#down();
          break;
        case 'send-configure':
          this.#send((tracingId) => frames.configure(tracingId), ['connection']);
          break;
        case 'send-join':
          joining();
          this.#send((tracingId) => frames.join(tracingId), ['connection', 'session']);
          break;
        case 'start-timer':
          this.#cancelTimer?.();
          this.#cancelTimer = ports.clock.after(effect.dueAtMs - ports.clock.now(), () => this.apply({ kind: 'due' }));
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

  #open(): void {
    const { url, ports, response, unreadable } = this.#options;
    this.lostBecause = undefined;
    this.#socket = new GuestSocket({
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
    this.#liveness.stop();
    this.#options.down();
  }

  /** Sends what is neither message nor signal, on the socket of this moment or not at all. */
  #send(frame: (tracingId: string) => GuestFrame, budgets: readonly string[]): void {
    const socket = this.#socket;
    const { line, ports } = this.#options;
    void line.enter('other', budgets).then((refusal) => refusal ?? socket?.send(frame(ports.ids.uuid())));
  }
}
