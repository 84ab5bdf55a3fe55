import type { WebSocketLike } from '@backchannel/client';

/** What may happen to the next frames of a guest's sockets; each happens once, then the line is whole again. */
export type Trouble = 'lose-received' | 'repeat-received' | 'swap-received' | 'lose-sent' | 'cut-after-sent';

/** The troubles of one guest, over all its sockets. */
export class Troubles {
  #next: Trouble[] = [];

  add(trouble: Trouble): void {
    this.#next.push(trouble);
  }

  /** Takes the first trouble of this sort, if one waits. */
  take<Kind extends Trouble>(...kinds: readonly Kind[]): Kind | undefined {
    const index = this.#next.findIndex((each) => (kinds as readonly Trouble[]).includes(each));
    return index < 0 ? undefined : (this.#next.splice(index, 1)[0] as Kind);
  }

  end(): void {
    this.#next = [];
  }
}

/** A real WebSocket whose frames meet the troubles on their way. */
export class TroubledSocket implements WebSocketLike {
  readonly #socket: WebSocket;
  readonly #troubles: Troubles;
  #held: { readonly data: unknown } | undefined;
  onopen: WebSocketLike['onopen'] = null;
  onmessage: WebSocketLike['onmessage'] = null;
  onerror: WebSocketLike['onerror'] = null;
  onclose: WebSocketLike['onclose'] = null;

  constructor(url: string, troubles: Troubles) {
    this.#troubles = troubles;
    this.#socket = new WebSocket(url);
    this.#socket.onopen = (event) => this.onopen?.(event);
    this.#socket.onerror = (event) => this.onerror?.(event);
    this.#socket.onclose = (event) => this.onclose?.(event);
    this.#socket.onmessage = (event) => this.#received(event);
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: string): void {
    const trouble = this.#troubles.take('lose-sent', 'cut-after-sent');
    if (trouble !== 'lose-sent') this.#socket.send(data);
    if (trouble === 'cut-after-sent') this.#socket.close();
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  #received(event: { readonly data: unknown }): void {
    // Only messages and their copies: losing the answer to configure is a connection that does not come up, and tested elsewhere.
    const strikes = String(event.data).includes('"StructuredMessage"');
    const trouble = strikes ? this.#troubles.take('lose-received', 'repeat-received', 'swap-received') : undefined;
    if (trouble === 'lose-received') return;
    if (trouble === 'swap-received' && this.#held === undefined) {
      this.#held = event;
      return;
    }
    this.onmessage?.(event);
    if (trouble === 'repeat-received') this.onmessage?.(event);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.onmessage?.(held);
  }
}
