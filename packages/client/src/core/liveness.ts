import type { Clock } from '../ports.ts';

/** A connection that is silent for this long is asked whether it lives. */
export const SILENCE_MAX_MS = 45_000;

/** How long anything at all may then take to come. */
export const ANSWER_MAX_MS = 10_000;

/**
 * Finds connections that are dead without having closed. Browsers can't send WebSocket pings, so after
 * {@link SILENCE_MAX_MS} without a frame the protocol's own question is asked (`echo` of the guest socket, `ping` of the
 * notification socket), and {@link ANSWER_MAX_MS} more of silence mean that the connection is lost.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #ask: () => void;
  readonly #lost: () => void;
  #heardAtMs = 0;
  #asked = false;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ask: () => void, lost: () => void) {
    this.#clock = clock;
    this.#ask = ask;
    this.#lost = lost;
  }

  /** A frame came: costs a number, not a timer. */
  heard(): void {
    this.#heardAtMs = this.#clock.now();
  }

  start(): void {
    this.heard();
    this.#asked = false;
    this.#wait();
  }

  stop(): void {
    this.#cancel?.();
  }

  #wait(): void {
    this.stop();
    const dueAtMs = this.#heardAtMs + SILENCE_MAX_MS + (this.#asked ? ANSWER_MAX_MS : 0);
    this.#cancel = this.#clock.after(dueAtMs - this.#clock.now(), () => this.#look());
  }

  #look(): void {
    const silenceMs = this.#clock.now() - this.#heardAtMs;
    if (this.#asked && silenceMs >= SILENCE_MAX_MS + ANSWER_MAX_MS) {
      this.#lost();
      return;
    }
    // A computer that slept is silent for hours when it wakes: it asks first, too.
    const asks = !this.#asked && silenceMs >= SILENCE_MAX_MS;
    this.#asked = asks;
    if (asks) {
      this.#heardAtMs = this.#clock.now() - SILENCE_MAX_MS;
      this.#ask();
    }
    this.#wait();
  }
}
