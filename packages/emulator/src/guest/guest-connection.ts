import type { Socket } from 'node:net';
import { parseGuestRequest } from '@backchannel/protocol';
import type { WebSocket } from 'ws';
import { BOUNDS } from '../bounds.ts';
import type { FaultyConnection } from '../faults/fault-line.ts';
import type { Faults } from '../faults/faults.ts';
import type { Journal } from '../journal/journal.ts';
import type { Windows } from '../rate-limits.ts';
import { cutSocket, endSocket } from '../sockets.ts';
import type { GuestLink, Session } from '../world/entities.ts';
import type { GuestFrame } from './guest-frames.ts';

/** Frames are text, also when they are handed over as the bytes that were counted anyway. */
const TEXT = { binary: false } as const;

/**
 * One open guest socket. `session` is what it configured: nothing yet, a session, or one that has expired.
 * Idle connections are the emulator's bulk, so this holds no timers and no closures.
 */
export class GuestConnection implements GuestLink, FaultyConnection {
  readonly socket: WebSocket;
  readonly tcp: Socket;
  readonly openedAtMs: number;
  /** `127.0.0.1:4100`, as the guest knows this server: URLs that it is given begin with it. */
  readonly host: string;
  readonly windows: Windows = {};
  session: Session | 'expired' | undefined = undefined;
  readonly #journal: Journal;
  readonly #faults: Faults;

  constructor(socket: WebSocket, tcp: Socket, host: string, openedAtMs: number, journal: Journal, faults: Faults) {
    this.socket = socket;
    this.tcp = tcp;
    this.host = host;
    this.openedAtMs = openedAtMs;
    this.#journal = journal;
    this.#faults = faults;
  }

  get surface(): 'guest' {
    return 'guest';
  }

  get conversationId(): string | undefined {
    return typeof this.session === 'object' ? this.session.conversation?.id : undefined;
  }

  /** Sends one frame; a connection that does not read is ended at a bound instead of collecting frames for ever. */
  send(frame: GuestFrame, note?: string): void {
    if (this.#faults.idle) {
      this.#transmit(frame, note);
      return;
    }
    const text = JSON.stringify(frame.envelope);
    const sent = { kind: frame.kind, text, size: Buffer.byteLength(text) };
    this.#faults.carry(this, 'out', sent, () => this.#transmit(frame, note));
  }

  cut(): void {
    cutSocket(this);
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Sends a frame that no fault is about. */
  #transmit(frame: GuestFrame, note?: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const text = JSON.stringify(frame.envelope);
    const bytes = Buffer.from(text);
    this.#journal.record({
      direction: 'out',
      surface: 'guest',
      kind: frame.kind,
      size: bytes.length,
      status: frame.envelope.code,
      conversationId: this.conversationId,
      note,
      text,
    });
    this.socket.send(bytes, TEXT);
    if (this.socket.bufferedAmount > BOUNDS.unreadBytes) {
      this.note(
        'slow reader',
        `The guest does not read: ${this.socket.bufferedAmount} bytes wait for it (bound ${BOUNDS.unreadBytes}). The connection is ended.`,
      );
      this.socket.terminate();
    }
  }

  /** Records that a frame came. */
  received(kind: string, size: number, text: string | undefined, note?: string): void {
    this.#journal.record({
      direction: 'in',
      surface: 'guest',
      kind,
      size,
      conversationId: this.conversationId,
      note,
      text,
      reader: parseGuestRequest,
    });
  }

  note(kind: string, note: string): void {
    this.#journal.record({
      direction: 'out',
      surface: 'guest',
      kind,
      size: 0,
      conversationId: this.conversationId,
      note,
    });
  }

  close(code: number, reason: string): void {
    this.note('close', `Closed with ${code}: ${reason}`);
    endSocket(this, code, reason);
  }
}
