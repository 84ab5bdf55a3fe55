import type { WebSocketLike } from '@backchannel/client';

/** A socket in memory whose other end is the test. */
export class ScriptedSocket implements WebSocketLike {
  readonly url: string;
  readonly sent: Record<string, unknown>[] = [];
  readyState = 0;
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;
  /** Hears each frame that the client sends. */
  onsent: ((frame: Record<string, unknown>) => void) | undefined;
  closedWith: number | undefined;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    if (this.readyState !== 1) throw new Error(`Sent on a socket in state ${this.readyState}: ${data}`);
    const frame = JSON.parse(data) as Record<string, unknown>;
    this.sent.push(frame);
    this.onsent?.(frame);
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }

  /** A frame from the other end: a value, or text as it stands. */
  frame(value: unknown): void {
    this.onmessage?.({ data: typeof value === 'string' ? value : JSON.stringify(value) });
  }

  /** The connection breaks. */
  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** The upgrade is refused, in the words of the package `ws`. */
  refuse(status: number): void {
    this.onerror?.({ message: `Unexpected server response: ${status}` });
    this.drop();
  }
}
