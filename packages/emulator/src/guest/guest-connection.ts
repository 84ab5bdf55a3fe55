import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { BOUNDS } from '../bounds.ts';
import type { Journal } from '../journal/journal.ts';
import type { Windows } from '../rate-limits.ts';
import { endSocket } from '../sockets.ts';
import type { GuestLink, Session } from '../world/entities.ts';
import type { GuestFrame } from './guest-frames.ts';

/**
 * One open guest socket. `session` is what it configured: nothing yet, a session, or one that has expired.
 * Idle connections are the emulator's bulk, so this holds no timers and no closures.
 */
export class GuestConnection implements GuestLink {
  readonly socket: WebSocket;
  readonly tcp: Socket;
  readonly openedAtMs: number;
  readonly windows: Windows = {};
  session: Session | 'expired' | undefined = undefined;
  readonly #journal: Journal;

  constructor(socket: WebSocket, tcp: Socket, openedAtMs: number, journal: Journal) {
    this.socket = socket;
    this.tcp = tcp;
    this.openedAtMs = openedAtMs;
    this.#journal = journal;
  }

  get conversationId(): string | undefined {
    return typeof this.session === 'object' ? this.session.conversation?.id : undefined;
  }

  /** Sends one frame; a connection that does not read is ended at a bound instead of collecting frames for ever. */
  send(frame: GuestFrame, note?: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    const text = JSON.stringify(frame.envelope);
    this.#journal.record({
      direction: 'out',
      surface: 'guest',
      kind: frame.kind,
      size: Buffer.byteLength(text),
      status: frame.envelope.code,
      conversationId: this.conversationId,
      note,
      text,
    });
    this.socket.send(text);
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
